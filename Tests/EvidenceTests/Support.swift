import Evidence
import Glibc
import Policy
import Routing
import Testing
import Wire

/// Loads a policy that consists of `routing.signals` as given, indented by four spaces already.
func load(signals: String, rest: String = "") -> LoadedPolicy {
    let text = "version: v0.3\nrouting:\n  signals:\n" + signals + "\n" + rest
    return PolicyLoader(families: PolicyFamilies(signals: SignalFamilies.all)).load(bytes: Array(text.utf8))
}

/// The engine of a policy's signals; problems are recorded as failures of the test.
func engine(
    signals: String, rest: String = "", resources: EvidenceResources = EvidenceResources(),
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> EvidenceEngine {
    let loaded = load(signals: signals, rest: rest)
    #expect(loaded.diagnostics.filter { $0.severity == .error } == [], sourceLocation: sourceLocation)
    let policy = try #require(loaded.policy, sourceLocation: sourceLocation)
    return try EvidenceEngine(recipe: policy.recipes[0], global: policy.global, resources: resources)
}

extension EvidenceEngine {
    /// What a signal says about a request.
    func read(
        _ family: String, _ name: String, _ request: EvidenceRequest, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Reading {
        let index = try #require(catalog.index(of: SignalKey(family, name)), sourceLocation: sourceLocation)
        var reader = begin(request)
        let readings = reader.read([index])
        #expect(readings.map(\.0) == [index], sourceLocation: sourceLocation)
        return try #require(readings.first, sourceLocation: sourceLocation).1
    }

    /// What a signal says about a single user message.
    func read(
        _ family: String, _ name: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Reading {
        try read(family, name, EvidenceRequest(conversation: .asking(text)), sourceLocation: sourceLocation)
    }
}

extension Conversation {
    /// A single user message.
    static func asking(_ text: String, metadata: [String: String] = [:]) -> Conversation {
        Conversation(model: "auto", turns: [Turn(role: .user, text: text, sourceIndex: 0)], metadata: metadata)
    }

    /// The conversation of a chat completions body.
    static func body(_ json: String) throws -> Conversation {
        try ChatRequest.parse(Array(json.utf8), options: .evaluation).conversation
    }
}

extension EvidenceRequest {
    init(_ text: String, identity: CallerIdentity? = nil) {
        self.init(conversation: .asking(text), identity: identity)
    }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Files beside the package that tests read when they are there.
enum NearbyFile {
    /// The bytes of a file of the shared folder.
    static func shared(_ path: String) -> [UInt8]? {
        if let folder = getenv("MARTLET_SHARED") { return bytes(String(cString: folder) + "/" + path) }
        return searching("shared/" + path)
    }

    /// The bytes of a file of the package.
    static func package(_ path: String) -> [UInt8]? { searching(path) }

    private static func searching(_ path: String) -> [UInt8]? {
        let resolved = realpath(#filePath, nil).map { pointer in
            defer { free(pointer) }
            return String(cString: pointer)
        }
        var parts = (resolved ?? #filePath).split(separator: "/").dropLast()
        while !parts.isEmpty {
            if let found = bytes("/" + parts.joined(separator: "/") + "/" + path) { return found }
            parts = parts.dropLast()
        }
        return nil
    }

    private static func bytes(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { result += buffer[..<count] }
        return result.isEmpty ? nil : result
    }
}
