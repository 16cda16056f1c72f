internal import Foundation
internal import Synchronization

/// The text of PDF files, by poppler's `pdftotext` in a process of its own: a hostile file ends that process and nothing
/// else. It gets no more time, memory and output than here.
struct PortableDocumentReader: Sendable {
    var program: String? = ["/usr/bin/pdftotext", "/usr/local/bin/pdftotext"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    var seconds = 60
    var memoryBytes = 1 << 30
    var outputBytes = DocumentReader.textLimit

    func text(of bytes: [UInt8], path: String?) async throws(ReadingFailure) -> String {
        guard let program else {
            throw ReadingFailure(
                "parse_error", "PDF files need pdftotext, which is not installed: apt-get install poppler-utils")
        }
        var source = path
        var temporary: String?
        if source == nil {
            let place = NSTemporaryDirectory() + "/martlet-\(UUID().uuidString).pdf"
            // For its owner alone, like the file that was uploaded.
            let isWritten = FileManager.default.createFile(
                atPath: place, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
            guard isWritten else {
                throw ReadingFailure("read_error", "the file cannot be put where pdftotext reads it")
            }
            (source, temporary) = (place, place)
        }
        defer { if let temporary { unlink(temporary) } }
        let run = BoundedProcess(seconds: seconds, memoryBytes: memoryBytes, outputBytes: outputBytes)
        switch await run.output(of: program, ["-q", "-enc", "UTF-8", source ?? "", "-"]) {
        case .success(let output):
            // Pages are separated by form feeds.
            return String(decoding: output, as: UTF8.self).replacing("\u{0C}", with: "\n\n")
        case .failure(let reason): throw ReadingFailure("parse_error", "the PDF cannot be read: \(reason.rawValue)")
        }
    }
}

/// A child process with bounds.
struct BoundedProcess: Sendable {
    /// Why there is no output.
    enum Failure: String, Error {
        case cannotStart = "pdftotext cannot be started"
        case failed = "it is damaged or protected"
        case tooSlow = "it takes too long"
        case tooMuch = "it has too much text"
    }

    let seconds: Int
    let memoryBytes: Int
    let outputBytes: Int

    func output(of program: String, _ arguments: [String]) async -> Result<[UInt8], Failure> {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: run(program, arguments)) }
        }
    }

    /// Runs on a thread that may block.
    private func run(_ program: String, _ arguments: [String]) -> Result<[UInt8], Failure> {
        let process = Process()
        let limiter = "/usr/bin/prlimit"
        if FileManager.default.isExecutableFile(atPath: limiter) {
            process.executableURL = URL(fileURLWithPath: limiter)
            process.arguments = ["--as=\(memoryBytes)", "--cpu=\(seconds)", "--core=0", program] + arguments
        } else {
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
        }
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        do { try process.run() } catch { return .failure(.cannotStart) }
        let isLate = Atomic<Bool>(false)
        let identifier = process.processIdentifier
        let watch = DispatchWorkItem {
            isLate.store(true, ordering: .relaxed)
            kill(identifier, SIGKILL)
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: watch)
        var output: [UInt8] = []
        var isTooMuch = false
        while let chunk = try? pipe.fileHandleForReading.read(upToCount: 1 << 16), !chunk.isEmpty {
            guard output.count + chunk.count <= outputBytes else {
                isTooMuch = true
                kill(identifier, SIGKILL)
                break
            }
            output.append(contentsOf: chunk)
        }
        try? pipe.fileHandleForReading.close()
        process.waitUntilExit()
        watch.cancel()
        if isTooMuch { return .failure(.tooMuch) }
        if isLate.load(ordering: .relaxed) { return .failure(.tooSlow) }
        guard process.terminationReason == .exit, process.terminationStatus == 0 else { return .failure(.failed) }
        return .success(output)
    }
}
