/// Memory that is filled once and then only read, so that many threads may read it without a copy or a check.
final class FrozenBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
    /// The elements; valid as long as this object lives.
    let elements: UnsafeBufferPointer<Element>

    init(_ source: [Element]) {
        let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: source.count)
        _ = memory.initialize(from: source)
        elements = UnsafeBufferPointer(memory)
    }

    deinit { elements.deallocate() }

    var count: Int { elements.count }

    @inline(__always)
    subscript(position: Int) -> Element { elements[position] }
}
