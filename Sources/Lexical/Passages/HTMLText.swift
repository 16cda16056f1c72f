/// The text of an HTML page: without scripts and styles, with line breaks where blocks end and Markdown marks before
/// headings. One walk over the bytes without recursion, so that no nesting costs more.
public enum HTMLText {
    /// The text; what is not UTF-8 becomes U+FFFD.
    public static func text(of bytes: [UInt8]) -> String {
        var reader = Reader(bytes: bytes)
        reader.run()
        return String(decoding: reader.output, as: UTF8.self)
    }

    private static let blocks: Set<String> = [
        "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure",
        "footer", "form", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "title", "tr",
        "ul",
    ]
    /// Elements whose content is no text.
    private static let dropped: Set<String> = ["script", "style", "noscript", "template", "svg", "object", "iframe"]
    private static let entities: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "ndash": "–", "mdash": "—",
        "hellip": "…", "copy": "©", "reg": "®", "euro": "€", "pound": "£", "deg": "°", "times": "×", "middot": "·",
        "laquo": "«", "raquo": "»", "ldquo": "“", "rdquo": "”", "lsquo": "‘", "rsquo": "’", "bull": "•",
        "auml": "ä", "ouml": "ö", "uuml": "ü", "Auml": "Ä", "Ouml": "Ö", "Uuml": "Ü", "szlig": "ß", "eacute": "é",
        "egrave": "è", "agrave": "à", "ccedil": "ç", "ntilde": "ñ",
    ]

    private struct Reader {
        let bytes: [UInt8]
        var output: [UInt8] = []
        private var position = 0
        /// Whether a `>` is still to come; looked for once.
        private var lastClose: Int
        private var isPreformatted = false

        init(bytes: [UInt8]) {
            self.bytes = bytes
            lastClose = bytes.lastIndex(of: UInt8(ascii: ">")) ?? -1
            output.reserveCapacity(bytes.count / 2)
        }

        mutating func run() {
            while position < bytes.count {
                switch bytes[position] {
                case UInt8(ascii: "<"): markup()
                case UInt8(ascii: "&"): entity()
                default:
                    put(bytes[position])
                    position += 1
                }
            }
        }

        private mutating func put(_ byte: UInt8) {
            let isSpace = byte == 0x20 || (0x09...0x0D).contains(byte)
            guard isSpace, !isPreformatted else { return output.append(byte == 0 ? 0x20 : byte) }
            if let last = output.last, last != 0x20, last != 0x0A { output.append(0x20) }
        }

        private mutating func markup() {
            guard position + 1 < bytes.count, position < lastClose else { return literal() }
            if starts("<!--") {
                skip(past: "-->")
                return
            }
            let next = bytes[position + 1]
            let isLetter = (next | 0x20) >= UInt8(ascii: "a") && (next | 0x20) <= UInt8(ascii: "z")
            guard isLetter || next == UInt8(ascii: "/") || next == UInt8(ascii: "!") || next == UInt8(ascii: "?")
            else { return literal() }
            let isEnd = next == UInt8(ascii: "/")
            var name = ""
            var cursor = position + (isEnd ? 2 : 1)
            while cursor < bytes.count, name.utf8.count < 16 {
                let byte = bytes[cursor]
                let isName =
                    (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
                    || (byte >= 0x30 && byte <= 0x39)
                guard isName else { break }
                name.unicodeScalars.append(Unicode.Scalar(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte))
                cursor += 1
            }
            while cursor < bytes.count, bytes[cursor] != UInt8(ascii: ">") { cursor += 1 }
            position = cursor + 1
            element(name, isEnd: isEnd)
        }

        private mutating func element(_ name: String, isEnd: Bool) {
            if HTMLText.dropped.contains(name) {
                if !isEnd { skip(pastEndOf: name) }
            } else if name.count == 2, name.first == "h", let level = name.last?.wholeNumberValue,
                (1...6).contains(level)
            {
                breakLine(blank: true)
                if !isEnd { output += Array(String(repeating: "#", count: level).utf8) + [0x20] }
            } else if HTMLText.blocks.contains(name) {
                breakLine(blank: name == "p")
                if name == "pre" { isPreformatted = !isEnd }
            } else if name == "td" || name == "th" {
                put(0x20)
            }
        }

        private mutating func breakLine(blank: Bool) {
            while output.last == 0x20 { output.removeLast() }
            guard let last = output.last else { return }
            if last != 0x0A { output.append(0x0A) }
            if blank, output.count >= 2, output[output.count - 2] != 0x0A { output.append(0x0A) }
        }

        private mutating func literal() {
            output.append(bytes[position])
            position += 1
        }

        private func starts(_ text: StaticString) -> Bool {
            text.withUTF8Buffer { bytes[position...].starts(with: $0) }
        }

        /// Goes on behind a text, or at the end where it does not come.
        private mutating func skip(past text: StaticString) {
            while position < bytes.count, !starts(text) { position += 1 }
            position = min(position + text.utf8CodeUnitCount, bytes.count)
        }

        private mutating func skip(pastEndOf name: String) {
            let wanted = Array("</\(name)".utf8)
            while position < bytes.count {
                let isEnd =
                    bytes[position] == UInt8(ascii: "<") && position + wanted.count <= bytes.count
                    && wanted.indices.allSatisfy {
                        let byte = bytes[position + $0]
                        return (byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) == wanted[$0]
                    }
                if isEnd { break }
                position += 1
            }
            while position < bytes.count, bytes[position] != UInt8(ascii: ">") { position += 1 }
            position = min(position + 1, bytes.count)
        }

        private mutating func entity() {
            var end = position + 1
            while end < bytes.count, end - position <= 12, bytes[end] != UInt8(ascii: ";") { end += 1 }
            guard end < bytes.count, bytes[end] == UInt8(ascii: ";") else { return literal() }
            let name = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
            guard let text = HTMLText.entities[name] ?? Self.numbered(name) else { return literal() }
            if text == " " { put(0x20) } else { output += Array(text.utf8) }
            position = end + 1
        }

        private static func numbered(_ name: String) -> String? {
            guard name.hasPrefix("#") else { return nil }
            let digits = name.dropFirst()
            let value =
                digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return value.flatMap(Unicode.Scalar.init).map { $0.value == 0 ? "\u{FFFD}" : String($0) }
        }
    }
}
