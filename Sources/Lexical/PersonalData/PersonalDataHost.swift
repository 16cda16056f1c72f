/// E-mail addresses and domain names.
extension PersonalDataScan {
    /// The longest local part (RFC 5321 §4.5.3.1.1) and host name (RFC 1035 §2.3.4), in bytes.
    private static let localLimit = 64
    private static let hostLimit = 253

    /// Reads outwards from an at sign; returns where to go on.
    mutating func matchEmail(at sign: Int) -> Int {
        var start = sign
        while start > 0, sign - start <= Self.localLimit, Self.isLocal(bytes[start - 1]) { start -= 1 }
        while start < sign, [UInt8(ascii: "."), UInt8(ascii: "'"), UInt8(ascii: "-")].contains(bytes[start]) {
            start += 1
        }
        guard start < sign, sign - start <= Self.localLimit, bytes[sign - 1] != UInt8(ascii: ".") else {
            return sign + 1
        }
        guard let host = readHost(at: sign + 1), host.isName, host.labels >= 2 else { return sign + 1 }
        let topLevel = host.lastLabel..<host.end
        guard !isFileSuffix(topLevel), !hasUserInfo(start) else { return sign + 1 }
        // A repository address such as git@host:path names no person.
        let isRepository = at(host.end) == UInt8(ascii: ":") && Self.isLetter(at(host.end + 1))
        add(.emailAddress, start..<host.end, isRepository ? 0.5 : isTopLevelDomain(topLevel) ? 0.95 : 0.8)
        hostsReadTo = max(hostsReadTo, host.end)
        return host.end
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        if isWord(byte) { return true }
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "'"),
            UInt8(ascii: "&"), UInt8(ascii: "~"):
            return true
        default: return false
        }
    }

    /// Whether the part before the at sign is the password of `scheme://user:password@host`.
    private func hasUserInfo(_ start: Int) -> Bool {
        guard start > 3, bytes[start - 1] == UInt8(ascii: ":") else { return false }
        var offset = start - 1
        while offset > 0, start - offset < 64, Self.isLocal(bytes[offset - 1]) { offset -= 1 }
        return at(offset - 1) == UInt8(ascii: "/") && at(offset - 2) == UInt8(ascii: "/")
    }

    /// `name [at] host [dot] com` and `name at host dot com`; the plain words count only with a known top-level domain.
    mutating func matchDisguisedEmail(_ word: Range<Int>) {
        var before = word.lowerBound
        var isBracketed = false
        while before > 0, word.lowerBound - before < 3,
            [0x20, UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{")].contains(bytes[before - 1])
        {
            before -= 1
            if bytes[before] != 0x20 { isBracketed = true }
        }
        guard before < word.lowerBound else { return }
        var start = before
        while start > 0, before - start <= Self.localLimit, Self.isLocal(bytes[start - 1]) { start -= 1 }
        guard before - start >= 2, before - start <= Self.localLimit else { return }
        var offset = skipDisguise(word.upperBound)
        guard offset > word.upperBound else { return }
        var dots = 0
        while dots <= 4 {
            let end = end(from: offset, limit: 63) { Self.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
            guard end > offset else { return }
            if dots > 0, isTopLevelDomain(offset..<end), isEnd(end) {
                add(.emailAddress, start..<end, isBracketed ? 0.7 : 0.5)
                hostsReadTo = max(hostsReadTo, end)
                return
            }
            if isBracketed, at(end) == UInt8(ascii: ".") {
                offset = end + 1
            } else {
                let dot = skipDisguise(end)
                guard dot > end, hasWord("dot", at: dot), isEnd(dot + 3) else { return }
                offset = skipDisguise(dot + 3)
                guard offset > dot + 3 else { return }
            }
            dots += 1
        }
    }

    private func skipDisguise(_ offset: Int) -> Int {
        end(from: offset, limit: 3) {
            [
                0x20, UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"),
                UInt8(ascii: "}"),
            ].contains($0)
        }
    }

    // MARK: Hosts

    /// Labels of letters, digits and hyphens with dots between them; letters beyond ASCII are allowed (RFC 5890). It is a
    /// name when its last label begins with a letter and has two at least.
    private func readHost(at start: Int) -> (end: Int, lastLabel: Int, labels: Int, isName: Bool)? {
        let stop = min(bytes.count, start + Self.hostLimit)
        var offset = start
        var lastLabel = start
        var labels = 0
        var end = start
        while offset < stop {
            let labelEnd = self.end(from: offset, limit: min(64, stop - offset)) {
                Self.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 >= 0x80
            }
            guard labelEnd > offset, labelEnd - offset <= 63, bytes[offset] != UInt8(ascii: "-") else { break }
            labels += 1
            lastLabel = offset
            end = labelEnd
            guard at(labelEnd) == UInt8(ascii: ".") else { break }
            offset = labelEnd + 1
        }
        guard labels > 0 else { return nil }
        let isName =
            end - lastLabel >= 2 && (Self.isLetter(bytes[lastLabel]) || bytes[lastLabel] >= 0x80)
            && bytes[end - 1] != UInt8(ascii: "-")
        return (end, lastLabel, labels, isName)
    }

    /// A host after `//` or `www.`, or a bare name under a top-level domain that is seldom anything else.
    mutating func matchHost(at start: Int) {
        guard start >= hostsReadTo else { return }
        let labelEnd = end(from: start, limit: 64) { Self.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 >= 0x80 }
        guard at(labelEnd) == UInt8(ascii: "."), Self.isWord(at(labelEnd + 1)), let host = readHost(at: start) else {
            hostsReadTo = labelEnd
            return
        }
        hostsReadTo = host.end
        guard host.isName, host.labels >= 2, isEnd(host.end), at(host.end) != UInt8(ascii: "@") else { return }
        let isAddress =
            at(start - 1) == UInt8(ascii: "/") && at(start - 2) == UInt8(ascii: "/")
            && at(start - 3) == UInt8(ascii: ":")
        let topLevel = host.lastLabel..<host.end
        if isAddress || hasWord("www.", at: start) && host.labels >= 3 {
            if isTopLevelDomain(topLevel) { add(.domainName, start..<host.end, 0.9) }
            return
        }
        guard !isPathPart(start, host.end), isLowerCase(topLevel) else { return }
        let isNamed = memory.isNear(.website, start, within: 24)
        if PersonalDataTopLevelDomains.bare.contains(name(topLevel)) {
            guard labelEnd - start >= 2, !hasWord("asp.net", at: start), !hasWord("java.net", at: start),
                !hasWord("ado.net", at: start), !hasWord("vb.net", at: start)
            else { return }
            add(.domainName, start..<host.end, isNamed ? 0.9 : 0.7)
        } else if isNamed, isTopLevelDomain(topLevel), !isFileSuffix(topLevel) {
            add(.domainName, start..<host.end, 0.85)
        }
    }

    /// Whether the name is a part of a path, a call or an identifier.
    private func isPathPart(_ start: Int, _ end: Int) -> Bool {
        switch at(start - 1) {
        case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "-"), UInt8(ascii: "$"),
            UInt8(ascii: "@"), UInt8(ascii: "#"):
            if start > 0 { return true }
        default: break
        }
        return [UInt8(ascii: "("), UInt8(ascii: "="), UInt8(ascii: "["), UInt8(ascii: "_")].contains(at(end))
    }

    private func isLowerCase(_ range: Range<Int>) -> Bool { !range.contains { Self.isUpper(bytes[$0]) } }

    /// The lower-case name of a short range; empty where it is longer than any name looked up.
    private func name(_ range: Range<Int>) -> String {
        range.count <= 12 ? String(decoding: range.map { Self.lower(bytes[$0]) }, as: UTF8.self) : ""
    }

    private func isTopLevelDomain(_ range: Range<Int>) -> Bool {
        hasWord("xn--", at: range.lowerBound) || PersonalDataTopLevelDomains.known.contains(name(range))
    }

    private func isFileSuffix(_ range: Range<Int>) -> Bool {
        PersonalDataTopLevelDomains.fileSuffixes.contains(name(range))
    }
}

/// Top-level domains that are recognised; a short list of those in wide use.
enum PersonalDataTopLevelDomains {
    /// Names that rarely stand after a dot for any other reason.
    static let bare: Set<String> = words(
        """
        com org net edu gov mil int biz co uk de fr es nl se dk pl cz sk hu ro bg gr pt br mx ar cl jp cn kr au nz ca ch \
        ru ua tr il za us eu fi lt lv ee hr si online shop store site xyz club tech
        """)
    /// Names that count after a scheme, after `www.`, in an e-mail address, or after a word such as "website".
    static let known: Set<String> = bare.union(
        words(
            """
            it at be no ie in io ai me to tv cc ly fm gg sh so is ws as st am im mu ma my ph sg th tw vn hk id pk bd lk np \
            ir iq sa ae qa kw jo lb eg tn dz ng ke gh tz ug et rw sn cm ci pe co ve ec bo py uy cr pa gt hn sv ni do cu \
            jm tt bb lu mt cy is li mc sm va ad al ba mk me rs md by ge az am kz uz kg tj mn info name pro mobi app dev \
            cloud page blog news live media agency digital email company solutions services network systems software \
            world life today space website tools games design studio group team academy gl gp re pm test example local
            """))
    /// Names that are the ends of file names far more often.
    static let fileSuffixes: Set<String> = words(
        "png jpg jpeg gif svg webp css js ts py rs sh pl md txt pdf json xml html yaml yml zip gz tar log csv docx xlsx"
    )

    private static func words(_ list: String) -> Set<String> { Set(list.split(separator: " ").map(String.init)) }
}
