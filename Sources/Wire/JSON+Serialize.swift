extension JSON {
    /// The text, compact or with two spaces of indentation per level; members in their own order.
    public func serialized(pretty: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes, indentation: pretty ? 0 : nil)
        return bytes
    }

    /// ``serialized(pretty:)`` as a string.
    public func text(pretty: Bool = false) -> String {
        String(decoding: serialized(pretty: pretty), as: UTF8.self)
    }

    private func append(to bytes: inout [UInt8], indentation: Int?) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .int(let value): bytes.append(contentsOf: String(value).utf8)
        case .number(let value): bytes.append(contentsOf: JSONFragment.double(value).bytes)
        case .string(let value): JSONWriter.appendString(value, to: &bytes)
        case .array(let elements):
            let inner = indentation.map { $0 + 2 }
            bytes.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                Self.separate(position, inner, &bytes)
                element.append(to: &bytes, indentation: inner)
            }
            if !elements.isEmpty { Self.breakLine(indentation, &bytes) }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            let inner = indentation.map { $0 + 2 }
            bytes.append(UInt8(ascii: "{"))
            for (position, (name, value)) in members.enumerated() {
                Self.separate(position, inner, &bytes)
                JSONWriter.appendString(name, to: &bytes)
                bytes.append(contentsOf: (indentation == nil ? ":" : ": ").utf8)
                value.append(to: &bytes, indentation: inner)
            }
            if !members.isEmpty { Self.breakLine(indentation, &bytes) }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func separate(_ position: Int, _ indentation: Int?, _ bytes: inout [UInt8]) {
        if position > 0 { bytes.append(UInt8(ascii: ",")) }
        breakLine(indentation, &bytes)
    }

    private static func breakLine(_ indentation: Int?, _ bytes: inout [UInt8]) {
        guard let indentation else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation))
    }
}
