/// How a piece of text is meant on a terminal.
enum TerminalStyle: String, Sendable {
    case plain = ""
    case strong = "1"
    case faint = "2"
    case good = "32"
    case bad = "31"
    case uncertain = "33"
    case heading = "1;36"
}

/// Lines for a terminal: styles only where they are wanted, and never a control character of somebody else's.
struct TerminalText: Sendable {
    let usesColour: Bool
    let width: Int
    private(set) var text = ""

    init(usesColour: Bool, width: Int) {
        self.usesColour = usesColour
        self.width = max(40, width)
    }

    /// A text with a style.
    func styled(_ text: String, _ style: TerminalStyle) -> String {
        let safe = Self.printable(text)
        guard usesColour, style != .plain, !safe.isEmpty else { return safe }
        return "\u{1B}[\(style.rawValue)m\(safe)\u{1B}[0m"
    }

    /// Adds a line of styled pieces, with no space between them.
    mutating func line(_ pieces: (String, TerminalStyle)...) {
        var rendered = pieces.map { styled($0.0, $0.1) }.joined()
        if !usesColour { while rendered.last == " " { rendered.removeLast() } }
        text += rendered + "\n"
    }

    /// Adds items that are separated by commas and wrapped, each line after the first indented as far as the label.
    mutating func list(_ label: String, _ style: TerminalStyle, _ items: [String]) {
        let indent = String(repeating: " ", count: label.count)
        var line = ""
        var isFirst = true
        func flush(_ line: String, _ isFirst: Bool) -> String {
            let rest = line.last == " " ? String(line.dropLast()) : line
            return (isFirst ? styled(label, style) : indent) + styled(rest, .faint) + "\n"
        }
        for (position, item) in items.enumerated() {
            let piece = item + (position + 1 < items.count ? ", " : "")
            if !line.isEmpty, label.count + line.count + piece.count > width {
                text += flush(line, isFirst)
                isFirst = false
                line = ""
            }
            line += piece
        }
        if !line.isEmpty { text += flush(line, isFirst) }
    }

    /// The text on one line, control characters replaced by spaces.
    static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let category = scalar.properties.generalCategory
            result.append(
                category == .control || category == .format || category == .lineSeparator
                    || category == .paragraphSeparator ? " " : scalar)
        }
        return String(result)
    }

    /// The text padded with spaces to a width.
    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The text cut to a width, the cut marked.
    static func cut(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : String(text.prefix(max(1, width - 1))) + "…"
    }
}

extension TerminalText {
    /// The mark of a result.
    static func mark(_ result: String) -> (String, TerminalStyle) {
        switch result {
        case "matched": ("✓", .good)
        case "unmatched": ("✗", .bad)
        case "unknown": ("?", .uncertain)
        default: ("·", .faint)
        }
    }

    /// A sentence cut at its commas, so that it can be wrapped there.
    static func pieces(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.first == " " ? String($0.dropFirst()) : String($0) }
    }
}
