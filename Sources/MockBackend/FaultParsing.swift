/// Why a fault text cannot be understood.
public struct FaultParseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of mistake; raw values are stable.
    public enum Code: String, Sendable {
        /// There is no text.
        case empty = "fault_empty"
        /// The fault's name is not known.
        case unknownFault = "fault_unknown"
        /// A parameter or condition is not known, or does not belong to this fault.
        case unknownParameter = "fault_parameter_unknown"
        /// A value is missing, malformed or out of range.
        case invalidValue = "fault_value_invalid"
        /// The same parameter or condition is given twice.
        case duplicate = "fault_parameter_duplicate"
    }

    /// The kind of mistake.
    public var code: Code
    /// The mistake for a person, with what is allowed.
    public var message: String
    /// The UTF-8 offset of the offending word in the text.
    public var offset: Int

    /// The message with its code and position.
    public var description: String { "\(code.rawValue) at offset \(offset): \(message)" }
}

extension FaultRule {
    /// Reads a rule from its text form: `fault[=value][,parameter=value…][;condition=value…]`.
    ///
    /// Faults: `status=503[,retry-after=2][,body=TEXT]`, `reset[,after=CHUNKS|,after-bytes=N]`, `cut-after=CHUNKS`,
    /// `stall=5s[,after=CHUNKS]`, `malformed`, `truncate`, `slow-headers[=1s]`, `error-event`, `close-without-done`.
    /// Conditions: `model=NAME`, `nth=N`, `every=N`, `probability=0.1`. Durations: `250ms`, `5s`, `1.5s`, `2m`, or
    /// plain seconds, up to an hour.
    ///
    /// - Throws: `FaultParseError` naming the offending word.
    public init(parsing text: String) throws(FaultParseError) {
        var sections = FaultWord.split(FaultWord(text: text[...], offset: 0), at: ";")[...]
        guard let faultSection = sections.popFirst(), !faultSection.text.isEmpty else {
            throw FaultParseError(
                code: .empty, message: "the fault text is empty; give for example 'status=503' or 'reset'", offset: 0)
        }
        self.init(when: Match(), fault: try Self.fault(from: faultSection))
        var seen: Set<String> = []
        for section in sections {
            let (name, value) = section.pair()
            let key = String(name.text)
            try name.check(isNewIn: &seen)
            switch key {
            case "model": when.model = String(try value.required(by: name).text)
            case "nth": when.nth = try value.integer(for: name, in: 1...1_000_000_000)
            case "every": when.every = try value.integer(for: name, in: 1...1_000_000_000)
            case "probability": when.probability = try value.probability(for: name)
            default:
                throw name.error(
                    .unknownParameter, "no condition '\(key)'; there are model, nth, every and probability")
            }
        }
    }

    private static func fault(from section: FaultWord) throws(FaultParseError) -> Fault {
        var words = FaultWord.split(section, at: ",")[...]
        guard let first = words.popFirst() else { throw section.error(.empty, "the fault is empty") }
        let (name, value) = first.pair()
        var parameters = try FaultParameters(words)
        let fault: Fault
        switch String(name.text) {
        case "status":
            let status = try value.integer(for: name, in: 200...599)
            fault = .status(
                status, retryAfter: try parameters.take("retry-after")?.headerValue(),
                body: try parameters.take("body").map { String($0.text) })
        case "reset":
            try value.mustBeAbsent(for: name)
            if let count = try parameters.take("after") {
                fault = .resetAfterChunks(try count.integer(for: name, in: 0...1_000_000))
            } else if let count = try parameters.take("after-bytes") {
                fault = .resetAfterBytes(try count.integer(for: name, in: 0...1_000_000_000))
            } else {
                fault = .reset
            }
        case "cut-after": fault = .cutAfterChunks(try value.integer(for: name, in: 0...1_000_000))
        case "stall":
            let duration = try value.duration(for: name)
            if let count = try parameters.take("after") {
                fault = .stallAfterChunks(try count.integer(for: name, in: 0...1_000_000), duration)
            } else {
                fault = .stall(duration)
            }
        case "slow-headers": fault = .slowHeaders(value.isAbsent ? .seconds(1) : try value.duration(for: name))
        case "malformed": fault = try value.mustBeAbsent(for: name, then: .malformedChunk)
        case "truncate": fault = try value.mustBeAbsent(for: name, then: .truncatedBody)
        case "error-event": fault = try value.mustBeAbsent(for: name, then: .errorEvent)
        case "close-without-done": fault = try value.mustBeAbsent(for: name, then: .closeWithoutDone)
        default:
            throw name.error(
                .unknownFault,
                "no fault '\(name.text)'; there are status, reset, cut-after, stall, malformed, truncate, slow-headers,"
                    + " error-event and close-without-done")
        }
        try parameters.mustBeEmpty(after: name)
        return fault
    }
}

/// The `name=value` words after a fault's first word.
private struct FaultParameters {
    private var words: [(name: FaultWord, value: FaultWord)] = []

    init(_ list: ArraySlice<FaultWord>) throws(FaultParseError) {
        var seen: Set<String> = []
        for word in list {
            let pair = word.pair()
            try pair.name.check(isNewIn: &seen)
            words.append(pair)
        }
    }

    mutating func take(_ name: String) throws(FaultParseError) -> FaultWord? {
        guard let index = words.firstIndex(where: { $0.name.text == name }) else { return nil }
        let pair = words.remove(at: index)
        return try pair.value.required(by: pair.name)
    }

    func mustBeEmpty(after fault: FaultWord) throws(FaultParseError) {
        guard let rest = words.first else { return }
        throw rest.name.error(.unknownParameter, "'\(fault.text)' takes no parameter '\(rest.name.text)' here")
    }
}

/// A piece of the fault text that knows where it stands.
private struct FaultWord {
    var text: Substring
    var offset: Int
    /// There was no `=`, so there is no value at all.
    var isAbsent = false

    /// The pieces between separators, without surrounding blanks.
    static func split(_ word: FaultWord, at separator: Character) -> [FaultWord] {
        word.text.split(separator: separator, omittingEmptySubsequences: false).map { piece in
            FaultWord(text: piece, offset: word.offset + word.text.distance(upTo: piece.startIndex)).trimmed()
        }
    }

    private func trimmed() -> FaultWord {
        let start = text.firstIndex { $0 != " " && $0 != "\t" } ?? text.endIndex
        var slice = text[start...]
        while let last = slice.last, last == " " || last == "\t" { slice.removeLast() }
        return FaultWord(text: slice, offset: offset + text.distance(upTo: start), isAbsent: isAbsent)
    }

    /// Name and value around the first `=`.
    func pair() -> (name: FaultWord, value: FaultWord) {
        guard let equals = text.firstIndex(of: "=") else {
            return (self, FaultWord(text: "", offset: offset, isAbsent: true))
        }
        let after = text.index(after: equals)
        return (
            FaultWord(text: text[..<equals], offset: offset).trimmed(),
            FaultWord(text: text[after...], offset: offset + text.distance(upTo: after)).trimmed()
        )
    }

    func error(_ code: FaultParseError.Code, _ message: String) -> FaultParseError {
        FaultParseError(code: code, message: message, offset: offset)
    }

    func check(isNewIn seen: inout Set<String>) throws(FaultParseError) {
        guard !text.isEmpty else { throw error(.unknownParameter, "a name is missing; write name=value") }
        guard seen.insert(String(text)).inserted else { throw error(.duplicate, "'\(text)' is given twice") }
    }

    @discardableResult
    func required(by name: FaultWord) throws(FaultParseError) -> FaultWord {
        guard !text.isEmpty else { throw error(.invalidValue, "'\(name.text)' needs a value: \(name.text)=…") }
        return self
    }

    func mustBeAbsent(for name: FaultWord) throws(FaultParseError) {
        guard isAbsent else { throw error(.invalidValue, "'\(name.text)' takes no value") }
    }

    func mustBeAbsent(for name: FaultWord, then fault: Fault) throws(FaultParseError) -> Fault {
        try mustBeAbsent(for: name)
        return fault
    }

    func integer(for name: FaultWord, in range: ClosedRange<Int>) throws(FaultParseError) -> Int {
        try required(by: name)
        guard let number = Int(text), range.contains(number) else {
            throw error(
                .invalidValue,
                "'\(name.text)' needs a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }

    func probability(for name: FaultWord) throws(FaultParseError) -> Double {
        try required(by: name)
        guard let number = Double(text), (0...1).contains(number) else {
            throw error(.invalidValue, "'\(name.text)' needs a number from 0 to 1, not '\(text)'")
        }
        return number
    }

    func headerValue() throws(FaultParseError) -> String {
        guard text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            throw error(.invalidValue, "a header value must be printable ASCII")
        }
        return String(text)
    }

    func duration(for name: FaultWord) throws(FaultParseError) -> Duration {
        try required(by: name)
        let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("", 1)]
        for unit in units where text.hasSuffix(unit.suffix) {
            let digits = text.dropLast(unit.suffix.count)
            guard digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }), let number = Double(digits),
                number * unit.seconds <= 3600
            else { break }
            return .nanoseconds(Int64(number * unit.seconds * 1e9))
        }
        throw error(
            .invalidValue, "'\(name.text)' needs a duration such as 250ms, 5s or 2m, up to an hour, not '\(text)'")
    }
}

extension Substring {
    fileprivate func distance(upTo index: Index) -> Int { utf8.distance(from: startIndex, to: index) }
}
