/// Collects edits to a document and renders the edited text; whatever no edit touches stays byte for byte.
///
/// A member name used more than once counts as one member: replacing it leaves the last occurrence, replaced,
/// and removing it removes every occurrence, so that no reader sees the old value.
public struct JSONEditor: Sendable {
    /// One member of the root that gets a new value: nearly always the only edit, which needs no patch.
    private struct Replacement: Sendable {
        var name: JSONPathElement
        var range: Range<Int>
        var fragment: JSONFragment
    }

    private var root: JSONPatch
    private let document: JSONDocument
    /// The first edit, as long as it is the only one and a plain replacement; `root` does not hold it.
    private var replacement: Replacement?
    /// Whether any edit was made.
    public private(set) var hasEdits = false

    /// Starts from an unedited document.
    public init(_ document: JSONDocument) {
        root = .value(document.root)
        self.document = document
    }

    /// Replaces the value at `path`, or adds the member if the object has none by that name.
    ///
    /// Objects missing on the way are created, also in place of `null`. The empty path replaces the document.
    /// - Throws: ``JSONEditError`` when the path runs through a scalar or past the end of an array.
    public mutating func set(path: [JSONPathElement], to fragment: JSONFragment) throws(JSONEditError) {
        if !hasEdits, let first = replacing(path, with: fragment) {
            replacement = first
            hasEdits = true
            return
        }
        try edit(path, .set(fragment))
    }

    /// Removes the member or element at `path`. Nothing happens when the path leads nowhere or is empty.
    /// - Returns: whether something was removed.
    @discardableResult
    public mutating func remove(path: [JSONPathElement]) -> Bool {
        if (try? patchReplacement()) == nil { return false }
        guard !path.isEmpty, let edited = try? root.applying(.remove, path: path, step: 0) else { return false }
        root = edited
        hasEdits = true
        return true
    }

    /// Inserts an element before position `index` of the array at `path`; `index` may equal the count.
    /// - Throws: ``JSONEditError`` when there is no array at `path` or `index` is beyond its end.
    public mutating func insert(
        _ fragment: JSONFragment, intoArrayAt path: [JSONPathElement], at index: Int
    ) throws(JSONEditError) {
        try edit(path + [.index(index)], .insert(fragment))
    }

    /// Adds an element to the end of the array at `path`.
    /// - Throws: ``JSONEditError`` when there is no array at `path`.
    public mutating func append(_ fragment: JSONFragment, toArrayAt path: [JSONPathElement]) throws(JSONEditError) {
        try edit(path + [.index(.max)], .append(fragment))
    }

    /// The edited text. Without edits these are the document's own bytes.
    public func apply() -> [UInt8] {
        let source = document.bytes
        guard hasEdits else { return source }
        var output: [UInt8] = []
        output.reserveCapacity(source.count + 256)
        if let replacement {
            output.append(contentsOf: source[..<replacement.range.lowerBound])
            output.append(contentsOf: replacement.fragment.bytes)
            output.append(contentsOf: source[replacement.range.upperBound...])
            return output
        }
        let range = document.root.sourceRange
        output.append(contentsOf: source[..<range.lowerBound])
        root.render(into: &output)
        output.append(contentsOf: source[range.upperBound...])
        return output
    }

    private mutating func edit(_ path: [JSONPathElement], _ operation: JSONPatch.Operation) throws(JSONEditError) {
        try patchReplacement()
        root = try root.applying(operation, path: path, step: 0)
        hasEdits = true
    }

    /// The edit as a replacement, when it is one of a member that the root has exactly once.
    private func replacing(_ path: [JSONPathElement], with fragment: JSONFragment) -> Replacement? {
        guard path.count == 1, case .key(var name) = path[0] else { return nil }
        var range: Range<Int>?
        let isUnique = name.withUTF8 { bytes in
            for member in document.root.members where member.hasKey(bytes) {
                guard range == nil else { return false }
                range = member.value.sourceRange
            }
            return true
        }
        guard isUnique, let range else { return nil }
        return Replacement(name: path[0], range: range, fragment: fragment)
    }

    /// Moves the replacement into the patch, since another edit follows.
    private mutating func patchReplacement() throws(JSONEditError) {
        guard let first = replacement else { return }
        root = try root.applying(.set(first.fragment), path: [first.name], step: 0)
        replacement = nil
    }
}
