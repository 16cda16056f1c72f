import Foundation
import Testing

/// A text that is kept in `Fixtures/Snapshots`. Set `MARTLET_RECORD_SNAPSHOTS=1` to record it anew.
struct Snapshot {
    private let path: String

    init(_ name: String) { path = Surroundings.fixture("Snapshots/\(name).txt") }

    /// Compares a text with the recorded one, or records it.
    func compare(_ text: String, _ location: SourceLocation = #_sourceLocation) throws {
        if ProcessInfo.processInfo.environment["MARTLET_RECORD_SNAPSHOTS"] == "1" {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return
        }
        let recorded = try Surroundings.text(path)
        let (old, new) = (recorded.components(separatedBy: "\n"), text.components(separatedBy: "\n"))
        let difference = new.difference(from: old).map { change in
            switch change {
            case .insert(let line, let text, _): "+\(line + 1) \(text)"
            case .remove(let line, let text, _): "-\(line + 1) \(text)"
            }
        }
        #expect(recorded == text, "\(difference.joined(separator: "\n"))", sourceLocation: location)
    }
}
