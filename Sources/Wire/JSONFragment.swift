/// A piece of valid JSON text, ready to be put into a document.
public struct JSONFragment: Sendable, Hashable {
    /// The text.
    public let bytes: [UInt8]

    private init(trusted bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The text of a parsed value, byte for byte.
    public init(_ value: JSONValue) {
        bytes = Array(value.rawText)
    }

    /// The compact text of a value tree.
    public init(_ tree: JSON) {
        bytes = tree.serialized()
    }

    /// `null`.
    public static var null: JSONFragment { JSONFragment(trusted: Array("null".utf8)) }

    /// A truth value.
    public static func bool(_ value: Bool) -> JSONFragment {
        JSONFragment(trusted: Array((value ? "true" : "false").utf8))
    }

    /// An integer.
    public static func int(_ value: some BinaryInteger) -> JSONFragment {
        JSONFragment(trusted: Array(String(value).utf8))
    }

    /// A number; `null` when it is not finite.
    public static func double(_ value: Double) -> JSONFragment {
        value.isFinite ? JSONFragment(trusted: Array(value.description.utf8)) : .null
    }

    /// A string, escaped as needed.
    public static func string(_ value: some StringProtocol) -> JSONFragment {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(value.utf8.count + 2)
        JSONWriter.appendString(value, to: &bytes)
        return JSONFragment(trusted: bytes)
    }

    /// An object with members in the given order.
    public static func object(_ members: [(String, JSONFragment)]) -> JSONFragment {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in members {
            writer.key(name)
            writer.fragment(value)
        }
        writer.endObject()
        return JSONFragment(trusted: writer.bytes)
    }

    /// An array.
    public static func array(_ elements: [JSONFragment]) -> JSONFragment {
        var writer = JSONWriter()
        writer.beginArray()
        for element in elements { writer.fragment(element) }
        writer.endArray()
        return JSONFragment(trusted: writer.bytes)
    }

    /// Text from elsewhere, kept byte for byte after it has been found to be valid.
    public static func raw(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSONFragment {
        JSONFragment(trusted: try JSONDocument(parsing: bytes, limits: limits).bytes)
    }
}
