/// Keys, tokens and passwords.
extension PersonalDataScan {
    /// A kind of key: what it starts with, how many symbols follow, and which.
    private struct KeyForm {
        let prefix: StaticString
        let length: ClosedRange<Int>
        var isUpperCase = false
    }

    private static let forms: [KeyForm] = [
        KeyForm(prefix: "sk-", length: 20...256), KeyForm(prefix: "sk_live_", length: 16...128),
        KeyForm(prefix: "sk_test_", length: 16...128), KeyForm(prefix: "rk_live_", length: 16...128),
        KeyForm(prefix: "pk_live_", length: 16...128), KeyForm(prefix: "ghp_", length: 36...251),
        KeyForm(prefix: "gho_", length: 36...251), KeyForm(prefix: "ghu_", length: 36...251),
        KeyForm(prefix: "ghs_", length: 36...251), KeyForm(prefix: "ghr_", length: 36...251),
        KeyForm(prefix: "github_pat_", length: 22...251), KeyForm(prefix: "glpat-", length: 20...128),
        KeyForm(prefix: "AKIA", length: 16...16, isUpperCase: true),
        KeyForm(prefix: "ASIA", length: 16...16, isUpperCase: true),
        KeyForm(prefix: "xoxb-", length: 10...255), KeyForm(prefix: "xoxp-", length: 10...255),
        KeyForm(prefix: "xoxa-", length: 10...255), KeyForm(prefix: "xoxr-", length: 10...255),
        KeyForm(prefix: "xoxs-", length: 10...255), KeyForm(prefix: "xapp-", length: 10...255),
        KeyForm(prefix: "AIza", length: 35...35), KeyForm(prefix: "ya29.", length: 20...255),
        KeyForm(prefix: "hf_", length: 30...64), KeyForm(prefix: "npm_", length: 36...36),
        KeyForm(prefix: "pypi-", length: 50...255), KeyForm(prefix: "gsk_", length: 40...64),
        KeyForm(prefix: "xai-", length: 40...128), KeyForm(prefix: "dop_v1_", length: 64...64),
        KeyForm(prefix: "shpat_", length: 32...32), KeyForm(prefix: "SG.", length: 40...80),
        KeyForm(prefix: "whsec_", length: 24...64), KeyForm(prefix: "lin_api_", length: 32...64),
        KeyForm(prefix: "nvapi-", length: 40...80),
    ]

    private static let initials: [Bool] = {
        var table = Array(repeating: false, count: 256)
        for form in forms { table[Int(form.prefix.utf8Start[0])] = true }
        table[Int(UInt8(ascii: "e"))] = true
        return table
    }()

    /// A key that says by its prefix what it is, or a JSON web token.
    mutating func matchKey(at start: Int) -> Int? {
        guard Self.initials[Int(bytes[start])], at(start - 1) != UInt8(ascii: "-") else { return nil }
        if let end = webTokenEnd(start) {
            add(.credential, start..<end, 0.95)
            return end
        }
        for form in Self.forms where isPrefix(form.prefix, at: start) {
            let body = start + form.prefix.utf8CodeUnitCount
            let end = self.end(from: body, limit: form.length.upperBound + 1) {
                Self.isKeySymbol($0) || $0 == UInt8(ascii: ".") && form.prefix.utf8Start[0] == UInt8(ascii: "S")
            }
            guard form.length.contains(end - body), (body..<end).contains(where: { Self.isDigit(bytes[$0]) }),
                !form.isUpperCase
                    || !(body..<end).contains(where: { !Self.isUpper(bytes[$0]) && !Self.isDigit(bytes[$0]) }),
                Self.distinctCount(bytes, body..<end) >= 6
            else { continue }
            add(.credential, start..<end, 0.95)
            return end
        }
        return nil
    }

    private func isPrefix(_ prefix: StaticString, at offset: Int) -> Bool {
        let length = prefix.utf8CodeUnitCount
        guard offset + length <= bytes.count else { return false }
        for index in 0..<length where bytes[offset + index] != prefix.utf8Start[index] { return false }
        return true
    }

    private static func isKeySymbol(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    /// Three base64url parts, the first of which begins with `{"` (RFC 7519).
    private func webTokenEnd(_ start: Int) -> Int? {
        guard isPrefix("eyJ", at: start) else { return nil }
        var offset = start
        for part in 0..<3 {
            let end = self.end(from: offset, limit: 8192, while: Self.isKeySymbol)
            guard end - offset >= 8, part == 2 || at(end) == UInt8(ascii: ".") else { return nil }
            offset = end + (part < 2 ? 1 : 0)
        }
        return offset
    }

    /// A PEM block that holds a private key (RFC 7468), to its end mark or as far as its body goes, 16 KiB at most.
    mutating func matchPrivateKey(at start: Int) -> Int? {
        guard isPrefix("-----BEGIN ", at: start) else { return nil }
        let label = start + 11
        let labelEnd = end(from: label, limit: 48) { Self.isUpper($0) || $0 == 0x20 || Self.isDigit($0) }
        guard labelEnd - label >= 11, hasWord("private key", at: labelEnd - 11), isPrefix("-----", at: labelEnd) else {
            return nil
        }
        var end = self.end(from: labelEnd + 5, limit: 16_384) {
            Self.isAlphanumeric($0) || Self.isSpace($0) || "+/=\\:,".utf8.contains($0)
        }
        if isPrefix("-----END ", at: end) {
            end = self.end(from: end + 9, limit: 48) { Self.isUpper($0) || $0 == 0x20 }
            end = self.end(from: end, limit: 5) { $0 == UInt8(ascii: "-") }
        }
        add(.credential, start..<end, 0.99)
        return end
    }

    /// The password in `scheme://user:password@host`.
    mutating func matchUserInfo(at colon: Int) {
        guard isPrefix("://", at: colon), colon > 0, Self.isLetter(bytes[colon - 1]) else { return }
        let user = colon + 3
        let userEnd = end(from: user, limit: 64) { !Self.isSpace($0) && !":/@?#".utf8.contains($0) }
        guard at(userEnd) == UInt8(ascii: ":") else { return }
        let secret = userEnd + 1
        let secretEnd = end(from: secret, limit: 128) { !Self.isSpace($0) && !"/@?#\"'<>${}".utf8.contains($0) }
        guard secretEnd > secret, at(secretEnd) == UInt8(ascii: "@"), !isPlaceholder(secret..<secretEnd) else { return }
        add(.credential, secret..<secretEnd, 0.9)
    }
}
