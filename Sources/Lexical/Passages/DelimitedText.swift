/// A table of comma-separated values as text: a paragraph for every row, with the header's name before each value.
/// Spec pipeline-api §9.2; quoting as RFC 4180.
public enum DelimitedText {
    /// The text, or nil where it would have more than `limit` bytes: headers are repeated in every row, so a small file
    /// can become a large text.
    public static func text(of table: String, limit: Int) -> String? {
        var header: [String]?
        var output = ""
        var row = 0
        var isTooLong = false
        forEachRow(in: table) { cells in
            guard let names = header else {
                header = cells
                return true
            }
            guard cells.contains(where: { !$0.isEmpty }) else { return true }
            row += 1
            output += (output.isEmpty ? "" : "\n") + "Row \(row):\n"
            for (index, cell) in cells.enumerated() {
                output += "  \(index < names.count ? names[index] : "Column\(index + 1)"): \(cell)\n"
                if output.utf8.count > limit {
                    isTooLong = true
                    return false
                }
            }
            return true
        }
        if isTooLong { return nil }
        // A header alone is all that there is.
        return output.isEmpty ? header.map { $0.joined(separator: ", ") } ?? "" : output
    }

    /// Calls `body` with the cells of each row until it says no.
    private static func forEachRow(in table: String, _ body: ([String]) -> Bool) {
        var cells: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var wasQuote = false
        func endCell() {
            var text = String(decoding: cell, as: UTF8.self)
            while text.last?.isWhitespace == true { text.removeLast() }
            cells.append(String(text.drop(while: \.isWhitespace)))
            cell.removeAll(keepingCapacity: true)
        }
        func endRow() -> Bool {
            endCell()
            defer { cells.removeAll(keepingCapacity: true) }
            return cells == [""] ? true : body(cells)
        }
        for byte in table.utf8 {
            if isQuoted {
                if byte == UInt8(ascii: "\"") {
                    isQuoted = false
                    wasQuote = true
                } else {
                    cell.append(byte)
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                // Two quotes within quotes are one.
                if wasQuote { cell.append(byte) }
                isQuoted = true
            case UInt8(ascii: ","): endCell()
            case 0x0A: if !endRow() { return }
            case 0x0D: break
            default: cell.append(byte)
            }
            wasQuote = false
        }
        if !cell.isEmpty || !cells.isEmpty { _ = endRow() }
    }
}
