/// Secrets by the name they are given to.
extension PersonalDataScan {
    /// `password = "…"`, `API_KEY: …`, `Bearer …`, "my password is …": the value, where it looks like one.
    mutating func matchSecretAssignment(
        _ word: Range<Int>, topics: PersonalDataContext, qualifier: (end: Int, topics: PersonalDataContext)
    ) {
        guard isSecretName(word, topics: topics, qualifier: qualifier), isEnd(word.upperBound) else { return }
        let isPassword = isPasswordName(word)
        var offset = word.upperBound
        if [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")].contains(at(offset)) { offset += 1 }
        while at(offset) == 0x20, offset < word.upperBound + 4 { offset += 1 }
        var confidence = 0.9
        if at(offset) == UInt8(ascii: ":") || at(offset) == UInt8(ascii: "=") {
            offset += 1
            if at(offset) == UInt8(ascii: "=") || at(offset) == UInt8(ascii: ">") { offset += 1 }
        } else if hasWord("is ", at: offset) || hasWord("is:", at: offset) {
            offset += 3
            confidence = 0.8
        } else if !(hasWord("bearer", at: word.lowerBound) && at(word.upperBound) == 0x20) {
            return
        }
        while at(offset) == 0x20, offset < word.upperBound + 16 { offset += 1 }
        let isQuoted = [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")].contains(at(offset))
        if isQuoted { offset += 1 }
        if hasWord("bearer ", at: offset) { offset += 7 }
        var end = self.end(from: offset, limit: 256) { !Self.isSpace($0) && !"\"'`,;<>".utf8.contains($0) }
        if !isQuoted { while end > offset, ".!?)]}".utf8.contains(bytes[end - 1]) { end -= 1 } }
        let value = offset..<end
        guard !isPlaceholder(value) else { return }
        let isSecret =
            isPassword ? isPasswordLike(value, isStated: confidence < 0.9, isQuoted: isQuoted) : isTokenLike(value)
        if isSecret { add(.credential, value, confidence) }
    }

    private func isSecretName(
        _ word: Range<Int>, topics: PersonalDataContext, qualifier: (end: Int, topics: PersonalDataContext)
    ) -> Bool {
        if topics.contains(.secret) {
            // "key" and "pass" alone are everyday words.
            let isPlainKey = word.count == 3 && hasWord("key", at: word.lowerBound)
            let isPlainPass = word.count == 4 && hasWord("pass", at: word.lowerBound)
            guard isPlainKey || isPlainPass else { return true }
            let isJoined = word.lowerBound - qualifier.end <= 1 && qualifier.end > 0
            return isJoined
                && (isPlainPass
                    ? at(word.lowerBound - 1) == UInt8(ascii: "_") : qualifier.topics.contains(.secretQualifier))
        }
        guard word.count > 5,
            [UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "\""), UInt8(ascii: "'"), 0x20].contains(
                at(word.upperBound))
        else { return false }
        return hasWord("password", at: word.upperBound - 8) || hasWord("passwd", at: word.upperBound - 6)
            || hasWord("secret", at: word.upperBound - 6) || hasWord("token", at: word.upperBound - 5)
            || hasWord("apikey", at: word.upperBound - 6)
    }

    private func isPasswordName(_ word: Range<Int>) -> Bool {
        hasWord("pass", at: word.lowerBound) || hasWord("pwd", at: word.lowerBound)
            || hasWord("contra", at: word.lowerBound)
            || word.count > 8 && hasWord("password", at: word.upperBound - 8)
    }

    /// A value that stands for one: blank, masked, a variable, a call or a word such as "required".
    func isPlaceholder(_ value: Range<Int>) -> Bool {
        guard value.count >= 4, Self.distinctCount(bytes, value) >= 3 else { return true }
        let first = bytes[value.lowerBound]
        if "$<{[(%*&".utf8.contains(first) { return true }
        if value.contains(where: { "(){}".utf8.contains(bytes[$0]) && !isFollowedByEnd($0, value) }) { return true }
        if hasWord("your", at: value.lowerBound) || hasWord("my_", at: value.lowerBound)
            || hasWord("process.", at: value.lowerBound)
            || hasWord("os.", at: value.lowerBound) || hasWord("self.", at: value.lowerBound)
            || hasWord("config.", at: value.lowerBound)
            || hasWord("env.", at: value.lowerBound) || hasWord("example", at: value.lowerBound)
            || hasWord("http", at: value.lowerBound)
        {
            return true
        }
        let lower = String(decoding: value.prefix(16).map { Self.lower(bytes[$0]) }, as: UTF8.self)
        return Self.placeholders.contains(lower)
    }

    private func isFollowedByEnd(_ offset: Int, _ value: Range<Int>) -> Bool { offset == value.upperBound - 1 }

    private static let placeholders: Set<String> = [
        "null", "none", "true", "false", "string", "required", "optional", "undefined", "password", "secret", "token",
        "changeme",
        "redacted", "placeholder", "value", "text", "varchar", "xxxx", "hidden", "invalid", "wrong", "expired",
        "incorrect",
        "missing", "needed", "empty", "encrypted", "hashed", "stored", "protected", "required.",
    ]

    /// Letters with digits or signs. A quoted value in code may be letters alone; a spoken one may not.
    private func isPasswordLike(_ value: Range<Int>, isStated: Bool, isQuoted: Bool) -> Bool {
        let hasDigit = value.contains { Self.isDigit(bytes[$0]) }
        let hasSign = value.contains {
            !Self.isWord(bytes[$0]) && bytes[$0] != UInt8(ascii: ".") && bytes[$0] != UInt8(ascii: "-")
        }
        guard value.count >= 6 else { return hasDigit && isQuoted }
        if hasDigit { return true }
        return hasSign ? value.count >= 7 : isQuoted && !isStated && value.count >= 6
    }

    /// Twelve symbols or more, letters and digits, eight of them different, which a log2 of three bits a symbol takes.
    private func isTokenLike(_ value: Range<Int>) -> Bool {
        guard value.count >= 12, value.contains(where: { Self.isDigit(bytes[$0]) }),
            value.contains(where: { Self.isLetter(bytes[$0]) })
        else { return false }
        return value.allSatisfy { Self.isAlphanumeric(bytes[$0]) || "_-.+/=~:".utf8.contains(bytes[$0]) }
            && Self.distinctCount(bytes, value) >= 8
    }

    /// How many different bytes a range holds.
    static func distinctCount(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
        var seen: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for offset in range {
            let bit = UInt64(1) << UInt64(bytes[offset] & 63)
            switch bytes[offset] >> 6 {
            case 0: seen.0 |= bit
            case 1: seen.1 |= bit
            case 2: seen.2 |= bit
            default: seen.3 |= bit
            }
        }
        return seen.0.nonzeroBitCount + seen.1.nonzeroBitCount + seen.2.nonzeroBitCount + seen.3.nonzeroBitCount
    }
}
