/// A value with edits below it. Only containers on the path of an edit are opened; the rest stay views.
indirect enum JSONPatch: Sendable {
    /// An untouched value of the document.
    case value(JSONValue)
    /// New text.
    case fragment(JSONFragment)
    /// An opened object: the source it came from, if any, and its members as they are to be.
    case object(source: JSONValue?, [Member])
    /// An opened array.
    case array(source: JSONValue, [Element])

    struct Member: Sendable {
        /// Position among the source's members, `nil` for a new one.
        var ordinal: Int?
        var key: String
        var value: JSONPatch
    }

    struct Element: Sendable {
        /// Position among the source's elements, `nil` for a new one.
        var ordinal: Int?
        var value: JSONPatch
    }

    enum Operation: Sendable {
        case set(JSONFragment)
        case insert(JSONFragment)
        case append(JSONFragment)
        case remove
    }

    /// This value with one edit applied. For `remove` a path that leads nowhere throws.
    func applying(_ operation: Operation, path: [JSONPathElement], step: Int) throws(JSONEditError) -> JSONPatch {
        guard step < path.count else {
            guard case .set(let fragment) = operation else { return self }
            return .fragment(fragment)
        }
        switch path[step] {
        case .key(let name): return try editingMember(name, operation, path: path, step: step)
        case .index(let index): return try editingElement(index, operation, path: path, step: step)
        }
    }

    private func editingMember(
        _ name: String, _ operation: Operation, path: [JSONPathElement], step: Int
    ) throws(JSONEditError) -> JSONPatch {
        guard case .object(let source, var members) = opened(creating: operation) else {
            throw JSONEditError(code: .wrongKind, path: path, step: step)
        }
        let isTarget = step == path.count - 1
        guard let position = members.lastIndex(where: { $0.key.utf8.elementsEqual(name.utf8) }) else {
            if case .set = operation {
                let value = try JSONPatch.object(source: nil, [])
                    .applying(operation, path: path, step: step + 1)
                members.append(Member(ordinal: nil, key: name, value: value))
                return .object(source: source, members)
            }
            throw JSONEditError(code: .wrongKind, path: path, step: step)
        }
        if isTarget, case .remove = operation {
            members.removeAll { $0.key.utf8.elementsEqual(name.utf8) }
            return .object(source: source, members)
        }
        var member = members[position]
        member.value = try member.value.applying(operation, path: path, step: step + 1)
        members[position] = member
        var remaining = position
        members.removeAll { candidate in
            remaining -= 1
            return remaining >= 0 && candidate.key.utf8.elementsEqual(name.utf8)
        }
        return .object(source: source, members)
    }

    private func editingElement(
        _ index: Int, _ operation: Operation, path: [JSONPathElement], step: Int
    ) throws(JSONEditError) -> JSONPatch {
        guard case .array(let source, var elements) = opened(creating: .remove) else {
            throw JSONEditError(code: .wrongKind, path: path, step: step)
        }
        if step == path.count - 1 {
            switch operation {
            case .append(let fragment):
                elements.append(Element(ordinal: nil, value: .fragment(fragment)))
                return .array(source: source, elements)
            case .insert(let fragment) where 0...elements.count ~= index:
                elements.insert(Element(ordinal: nil, value: .fragment(fragment)), at: index)
                return .array(source: source, elements)
            case .remove where elements.indices.contains(index):
                elements.remove(at: index)
                return .array(source: source, elements)
            default: break
            }
        }
        guard elements.indices.contains(index) else {
            throw JSONEditError(code: .indexOutOfRange, path: path, step: step)
        }
        if step == path.count - 1, case .insert = operation {
            throw JSONEditError(code: .indexOutOfRange, path: path, step: step)
        }
        elements[index].value = try elements[index].value.applying(operation, path: path, step: step + 1)
        return .array(source: source, elements)
    }

    /// This value as an opened container where it is one; for `set`, `null` opens as an empty object.
    private func opened(creating operation: Operation) -> JSONPatch {
        switch self {
        case .object, .array: return self
        case .fragment(let fragment):
            // A fragment is valid by construction; one too deep or large to reopen is treated as a scalar.
            guard let document = try? JSONDocument(parsing: fragment.bytes, limits: .reopening) else { return self }
            return JSONPatch.value(document.root).opened(creating: operation)
        case .value(let value):
            switch value.kind {
            case .object:
                let members = value.members.enumerated().map { ordinal, member in
                    Member(ordinal: ordinal, key: member.key, value: .value(member.value))
                }
                return .object(source: value, members)
            case .array:
                let elements = value.elements.enumerated().map { ordinal, element in
                    Element(ordinal: ordinal, value: .value(element))
                }
                return .array(source: value, elements)
            case .null:
                if case .set = operation { return .object(source: nil, []) }
                return self
            default: return self
            }
        }
    }
}

extension JSONLimits {
    fileprivate static var reopening: JSONLimits {
        JSONLimits(maxBytes: .max, maxDepth: 4096, maxNodes: .max)
    }
}
