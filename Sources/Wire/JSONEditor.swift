/// Collects edits to a document and renders the edited text; whatever no edit touches stays byte for byte.
///
/// A member name used more than once counts as one member: replacing it leaves the last occurrence, replaced,
/// and removing it removes every occurrence, so that no reader sees the old value.
public struct JSONEditor: Sendable {
    private var root: JSONPatch
    private let document: JSONDocument
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
        try edit(path, .set(fragment))
    }

    /// Removes the member or element at `path`. Nothing happens when the path leads nowhere or is empty.
    /// - Returns: whether something was removed.
    @discardableResult
    public mutating func remove(path: [JSONPathElement]) -> Bool {
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
        let range = document.root.sourceRange
        output.append(contentsOf: source[..<range.lowerBound])
        root.render(into: &output)
        output.append(contentsOf: source[range.upperBound...])
        return output
    }

    private mutating func edit(_ path: [JSONPathElement], _ operation: JSONPatch.Operation) throws(JSONEditError) {
        root = try root.applying(operation, path: path, step: 0)
        hasEdits = true
    }
}
