extension JSONPatch {
    /// Appends the text of this value. Kept members and elements keep the separators they had.
    func render(into output: inout [UInt8]) {
        switch self {
        case .value(let value): output.append(contentsOf: value.rawText)
        case .fragment(let fragment): output.append(contentsOf: fragment.bytes)
        case .object(nil, let members): Self.renderNewObject(members, into: &output)
        case .object(let source?, let members): Self.render(source, members, into: &output)
        case .array(let source, let elements): Self.render(source, elements, into: &output)
        }
    }

    private static func renderNewObject(_ members: [Member], into output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        for (position, member) in members.enumerated() {
            if position > 0 { output.append(UInt8(ascii: ",")) }
            member.renderNew(into: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func render(_ source: JSONValue, _ members: [Member], into output: inout [UInt8]) {
        let layout = Layout(
            of: source, parts: source.members.map { $0.keyRange.lowerBound..<$0.value.sourceRange.upperBound })
        let values = source.members.map(\.value)
        layout.appendOpening(into: &output)
        for (position, member) in members.enumerated() {
            layout.appendSeparator(before: member.ordinal, isFirst: position == 0, into: &output)
            if let ordinal = member.ordinal {
                let nameEnd = values[ordinal].sourceRange.lowerBound
                output.append(contentsOf: source.storage.bytes[layout.parts[ordinal].lowerBound..<nameEnd])
                member.value.render(into: &output)
            } else {
                member.renderNew(into: &output)
            }
        }
        layout.appendClosing(into: &output)
    }

    private static func render(_ source: JSONValue, _ elements: [Element], into output: inout [UInt8]) {
        let layout = Layout(of: source, parts: source.elements.map(\.sourceRange))
        layout.appendOpening(into: &output)
        for (position, element) in elements.enumerated() {
            layout.appendSeparator(before: element.ordinal, isFirst: position == 0, into: &output)
            element.value.render(into: &output)
        }
        layout.appendClosing(into: &output)
    }

    /// Where the parts of a source container stand, and with them the bytes between.
    private struct Layout {
        let bytes: [UInt8]
        let container: Range<Int>
        let parts: [Range<Int>]

        init(of source: JSONValue, parts: [Range<Int>]) {
            bytes = source.storage.bytes
            container = source.sourceRange
            self.parts = parts
        }

        func appendOpening(into output: inout [UInt8]) {
            let end = parts.first?.lowerBound ?? container.lowerBound + 1
            output.append(contentsOf: bytes[container.lowerBound..<end])
        }

        func appendSeparator(before ordinal: Int?, isFirst: Bool, into output: inout [UInt8]) {
            guard !isFirst else { return }
            if let ordinal, ordinal > 0 {
                output.append(contentsOf: bytes[parts[ordinal - 1].upperBound..<parts[ordinal].lowerBound])
            } else {
                output.append(UInt8(ascii: ","))
            }
        }

        func appendClosing(into output: inout [UInt8]) {
            let start = parts.last?.upperBound ?? container.lowerBound + 1
            output.append(contentsOf: bytes[start..<container.upperBound])
        }
    }
}

extension JSONPatch.Member {
    fileprivate func renderNew(into output: inout [UInt8]) {
        JSONWriter.appendString(key, to: &output)
        output.append(UInt8(ascii: ":"))
        value.render(into: &output)
    }
}
