internal import Lexical
internal import Policy

extension DecodingContext {
    /// Reports every element of a list, or the value itself, that is no usable pattern.
    mutating func checkPatterns(_ node: Node?, at key: String, caseInsensitive: Bool) {
        guard let node else { return }
        within(.key(key)) { context in
            guard let elements = node.elements else {
                return context.checkPattern(node, caseInsensitive: caseInsensitive)
            }
            for (index, element) in elements.enumerated() {
                context.within(.index(index)) { $0.checkPattern(element, caseInsensitive: caseInsensitive) }
            }
        }
    }

    private mutating func checkPattern(_ node: Node, caseInsensitive: Bool) {
        guard let source = node.scalar?.text, !source.isEmpty else { return }
        do throws(PatternError) {
            _ = try Pattern(source, caseInsensitive: caseInsensitive)
        } catch {
            let place = error.offset.map { " at byte \($0)" } ?? ""
            self.error(
                .invalidPattern, "the pattern cannot be used\(place): \(error.message); patterns are in RE2's dialect",
                at: node.position)
        }
    }
}
