/// Lays diagnostics out: as text with the source line and a caret, or as JSON for machines.
public struct DiagnosticFormatter: Sendable {
    /// The file's name as it stands before each position.
    public var file: String
    /// Whether text is coloured with ANSI escapes; for terminals only.
    public var usesColor: Bool
    private let lines: [String]

    /// A formatter for one file. `source` gives the lines that are shown.
    public init(file: String, source: [UInt8] = [], usesColor: Bool = false) {
        self.file = file
        self.usesColor = usesColor
        lines = source.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self)
        }
    }

    /// All diagnostics and a summary line.
    public func text(_ diagnostics: [Diagnostic]) -> String {
        (diagnostics.map(text) + [summary(diagnostics)]).joined(separator: "\n") + "\n"
    }

    /// One diagnostic: position and message, the source line with a caret, the path, and what was probably meant.
    public func text(_ diagnostic: Diagnostic) -> String {
        let color = diagnostic.severity == .error ? "31" : "33"
        let place = paint("\(file):\(diagnostic.position)", "1")
        let severity = paint(diagnostic.severity.rawValue, "1;\(color)")
        var rows = ["\(place): \(severity): \(Self.visible(diagnostic.message)) [\(diagnostic.code.rawValue)]"]
        if let line = sourceLine(diagnostic.position.line) {
            let (shown, caret) = Self.excerpt(line, column: diagnostic.position.column)
            let number = String(diagnostic.position.line)
            let margin = String(repeating: " ", count: number.count)
            rows.append(" \(number) | \(shown)")
            rows.append(" \(margin) | \(String(repeating: " ", count: caret))\(paint("^", color))")
        }
        if !diagnostic.path.components.isEmpty { rows.append("  at \(Self.visible(diagnostic.path.description))") }
        if let suggestion = diagnostic.suggestion { rows.append("  did you mean \(Self.visible(suggestion))?") }
        return rows.joined(separator: "\n")
    }

    /// How many errors and warnings there are.
    public func summary(_ diagnostics: [Diagnostic]) -> String {
        let errors = diagnostics.count { $0.severity == .error }
        func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
        if diagnostics.isEmpty { return "\(file): no errors, no warnings" }
        return "\(file): \(counted(errors, "error")), \(counted(diagnostics.count - errors, "warning"))"
    }

    /// All diagnostics as an array of JSON objects, one a line.
    public func json(_ diagnostics: [Diagnostic]) -> String {
        let objects = diagnostics.map { diagnostic in
            var fields = [
                ("file", JSONText.quoted(file)), ("line", String(diagnostic.position.line)),
                ("column", String(diagnostic.position.column)),
                ("severity", JSONText.quoted(diagnostic.severity.rawValue)),
                ("code", JSONText.quoted(diagnostic.code.rawValue)), ("message", JSONText.quoted(diagnostic.message)),
                ("path", JSONText.quoted(diagnostic.path.description)),
            ]
            if let suggestion = diagnostic.suggestion { fields.append(("suggestion", JSONText.quoted(suggestion))) }
            return "  {" + fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
        }
        return objects.isEmpty ? "[]\n" : "[\n" + objects.joined(separator: ",\n") + "\n]\n"
    }

    private func sourceLine(_ number: Int) -> String? {
        lines.indices.contains(number - 1) && !lines[number - 1].isEmpty ? lines[number - 1] : nil
    }

    private func paint(_ text: String, _ code: String) -> String {
        usesColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// At most 100 scalars of a line around a column, and where the column stands in them.
    private static func excerpt(_ line: String, column: Int) -> (text: String, caret: Int) {
        let scalars = Array(line.unicodeScalars)
        let place = min(max(0, column - 1), scalars.count)
        guard scalars.count > 100 else { return (visible(line), place) }
        let start = max(0, min(place - 50, scalars.count - 100))
        var shown = String.UnicodeScalarView()
        shown.append(contentsOf: scalars[start..<min(scalars.count, start + 100)])
        let prefix = start > 0 ? "…" : ""
        return (prefix + visible(String(shown)), place - start + prefix.count)
    }

    /// Control characters replaced, so that a file cannot drive a terminal.
    private static func visible(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
            output.append(isControl ? (scalar == "\t" ? " " : "\u{FFFD}") : scalar)
        }
        return String(output)
    }
}
