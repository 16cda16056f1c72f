/// JSON in one form, so that bodies that mean the same have the same bytes: members sorted by name, no white space,
/// strings unescaped and escaped anew. Numbers stay as they are written.
public enum CanonicalJSON {
    /// The canonical bytes of a value. `leavingOut` are names of top-level members; `replacing` may give another text
    /// for a string, by its place in the document.
    public static func bytes(
        of value: JSONValue, leavingOut names: Set<String> = [], replacing: (Range<Int>) -> String? = { _ in nil }
    ) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: value.sourceRange.count)
        write(value, leavingOut: names, replacing, to: &writer)
        return writer.bytes
    }

    private static func write(
        _ value: JSONValue, leavingOut names: Set<String>, _ replacing: (Range<Int>) -> String?,
        to writer: inout JSONWriter
    ) {
        switch value.kind {
        case .object:
            writer.beginObject()
            let members = value.members.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }
            for member in members {
                writer.key(member.key)
                write(member.value, leavingOut: [], replacing, to: &writer)
            }
            writer.endObject()
        case .array:
            writer.beginArray()
            for element in value.elements { write(element, leavingOut: [], replacing, to: &writer) }
            writer.endArray()
        case .string: writer.string(replacing(value.sourceRange) ?? value.string ?? "")
        default: writer.value(value)
        }
    }
}
