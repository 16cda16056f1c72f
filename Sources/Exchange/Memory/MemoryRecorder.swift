internal import Wire

/// An answer on its way to be remembered. Belongs to the request's event loop.
final class MemoryRecorder {
    private let keep: (StoredAnswer) -> Void
    private var bytes: [UInt8] = []
    private var isStream: Bool?
    /// Longer answers are not remembered.
    private static let maximumBytes = 1 << 20

    /// `keep` gets the answer if all of it came and it is one of plain text.
    init(_ keep: @escaping (StoredAnswer) -> Void) { self.keep = keep }

    /// An answer begins.
    func begin(isStream: Bool) {
        self.isStream = isStream
        bytes = []
    }

    func observe(_ chunk: UnsafeRawBufferPointer) {
        guard isStream != nil else { return }
        guard bytes.count + chunk.count <= Self.maximumBytes else {
            isStream = nil
            bytes = []
            return
        }
        bytes.append(contentsOf: chunk)
    }

    /// All of the answer came.
    func finish() {
        guard let isStream else { return }
        self.isStream = nil
        if let answer = isStream ? StoredAnswer(stream: bytes) : StoredAnswer(body: bytes) { keep(answer) }
    }
}
