/// A Unicode normalization form (Unicode Standard Annex #15).
enum UnicodeForm: Sendable {
    case canonicalDecomposition, canonicalComposition, compatibilityDecomposition, compatibilityComposition

    private var isCompatible: Bool { self == .compatibilityDecomposition || self == .compatibilityComposition }
    private var composes: Bool { self == .canonicalComposition || self == .compatibilityComposition }

    func apply(to text: inout AlignedText) {
        guard !text.isASCII else { return }
        text.rewrite { writer in
            var decomposer = Decomposer(isCompatible: isCompatible)
            if composes {
                var composer = Composer()
                decomposer.run(writer.source) { composer.add($0, &writer) }
                composer.finish(&writer)
            } else {
                decomposer.run(writer.source) { writer.put($0.scalar, change: $0.change) }
            }
        }
    }
}

/// A scalar and how many scalars of the source it stands for, counted as in ``AlignedWriter/put(_:change:)``.
private struct ChangedScalar {
    var scalar: UInt32
    var change: Int
}

/// Takes scalars apart and sorts combining marks into canonical order.
private struct Decomposer {
    let isCompatible: Bool
    private var pending: [(order: UInt8, scalar: ChangedScalar)] = []
    private let properties = UnicodeData.Lookup()

    init(isCompatible: Bool) { self.isCompatible = isCompatible }

    mutating func run(_ source: UnsafeBufferPointer<UInt8>, _ emit: (ChangedScalar) -> Void) {
        var cursor = 0
        while cursor < source.count {
            let (scalar, length) = UTF8Scalars.scalar(in: source, at: cursor)
            cursor += length
            if scalar < 0x80 {
                add(ChangedScalar(scalar: scalar, change: 0), [], emit)
                continue
            }
            let found = properties[scalar]
            if isCompatible, found.contains(.decomposesCompatibly) {
                addAll(UnicodeData.compatibilityDecompositions.sequence(of: scalar), emit)
            } else if found.contains(.decomposes) {
                if 0xAC00...0xD7A3 ~= scalar {
                    addSyllable(scalar - 0xAC00, emit)
                } else {
                    addAll(UnicodeData.canonicalDecompositions.sequence(of: scalar), emit)
                }
            } else {
                add(ChangedScalar(scalar: scalar, change: 0), found, emit)
            }
        }
        flush(emit)
    }

    private mutating func addAll(_ parts: Slice<UnsafeBufferPointer<UInt32>>, _ emit: (ChangedScalar) -> Void) {
        for (position, part) in parts.enumerated() {
            add(ChangedScalar(scalar: part, change: position == 0 ? 0 : 1), properties[part], emit)
        }
    }

    private mutating func addSyllable(_ index: UInt32, _ emit: (ChangedScalar) -> Void) {
        add(ChangedScalar(scalar: 0x1100 + index / 588, change: 0), [], emit)
        add(ChangedScalar(scalar: 0x1161 + index % 588 / 28, change: 1), [], emit)
        if index % 28 != 0 { add(ChangedScalar(scalar: 0x11A7 + index % 28, change: 1), [], emit) }
    }

    @inline(__always)
    private mutating func add(
        _ scalar: ChangedScalar, _ found: UnicodeData.Properties, _ emit: (ChangedScalar) -> Void
    ) {
        if found.contains(.reorders) {
            pending.append((UnicodeData.combiningClass(scalar.scalar), scalar))
            return
        }
        flush(emit)
        emit(scalar)
    }

    @inline(__always)
    private mutating func flush(_ emit: (ChangedScalar) -> Void) {
        guard !pending.isEmpty else { return }
        if pending.count > 1 { pending.sort { $0.order < $1.order } }
        for entry in pending { emit(entry.scalar) }
        pending.removeAll(keepingCapacity: true)
    }
}

/// Puts decomposed scalars together again. A composite takes the place of its first part.
private struct Composer {
    private var base: ChangedScalar?
    private var marks: [ChangedScalar] = []
    private var lastClass: UInt8?
    private let properties = UnicodeData.Lookup()

    mutating func add(_ next: ChangedScalar, _ writer: inout AlignedWriter) {
        let order =
            next.scalar < 0x80 || !properties[next.scalar].contains(.reorders)
            ? 0 : UnicodeData.combiningClass(next.scalar)
        guard let current = base else {
            if order == 0 { base = next } else { writer.put(next.scalar, change: next.change) }
            return
        }
        let isBlocked = lastClass.map { $0 >= order } ?? false
        if !isBlocked, let composite = UnicodeData.composite(current.scalar, next.scalar) {
            base = ChangedScalar(scalar: composite, change: current.change + next.change - 1)
        } else if order == 0 {
            finish(&writer)
            base = next
        } else {
            marks.append(next)
            lastClass = order
        }
    }

    mutating func finish(_ writer: inout AlignedWriter) {
        if let base { writer.put(base.scalar, change: base.change) }
        for mark in marks { writer.put(mark.scalar, change: mark.change) }
        base = nil
        marks.removeAll(keepingCapacity: true)
        lastClass = nil
    }
}
