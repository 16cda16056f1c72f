/// A parsed JSON text: the original bytes and a flat tape of what stands where in them. Immutable.
public struct JSONDocument: Sendable {
    final class Storage: Sendable {
        let bytes: [UInt8]
        let tape: [TapeNode]

        init(bytes: [UInt8], tape: [TapeNode]) {
            self.bytes = bytes
            self.tape = tape
        }
    }

    let storage: Storage

    /// Parses a strict RFC 8259 text of any top-level kind; a byte order mark is refused.
    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        storage = Storage(bytes: bytes, tape: try JSONScanner.tape(of: bytes, limits: limits))
    }

    /// The text exactly as it was given.
    public var bytes: [UInt8] { storage.bytes }

    /// The top-level value.
    public var root: JSONValue { JSONValue(storage: storage, index: 0) }
}
