/// Topics that words near a number or a name announce.
struct PersonalDataContext: OptionSet, Sendable {
    let rawValue: UInt32

    static let phone = Self(rawValue: 1 << 0)
    static let card = Self(rawValue: 1 << 1)
    static let account = Self(rawValue: 1 << 2)
    static let socialSecurity = Self(rawValue: 1 << 3)
    static let driver = Self(rawValue: 1 << 4)
    static let licence = Self(rawValue: 1 << 5)
    static let birth = Self(rawValue: 1 << 6)
    static let postal = Self(rawValue: 1 << 7)
    static let address = Self(rawValue: 1 << 8)
    static let network = Self(rawValue: 1 << 9)
    static let version = Self(rawValue: 1 << 10)
    /// What follows is some other number: an order, a part, an amount.
    static let otherNumber = Self(rawValue: 1 << 11)
    static let website = Self(rawValue: 1 << 12)
    static let secret = Self(rawValue: 1 << 13)
    static let secretQualifier = Self(rawValue: 1 << 14)
    static let title = Self(rawValue: 1 << 15)
    static let age = Self(rawValue: 1 << 16)
    static let month = Self(rawValue: 1 << 17)
    static let at = Self(rawValue: 1 << 18)

    /// How many topics there are.
    static let count = 19

    /// FNV-1a over the lower-case bytes.
    @inline(__always)
    static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

    static func hash(_ word: String) -> UInt64 { word.utf8.reduce(seed, step) }

    static let words: [(Self, String)] = [
        (
            .phone,
            """
            phone phones telephone tel mobile cell cellphone call called calling fax whatsapp sms text dial ring reach \
            hotline landline callback telefon telefono teléfono téléphone handy móvil tél ph registered
            """
        ),
        (
            .card,
            "card cards credit debit visa mastercard amex discover maestro jcb cc pan karte kreditkarte tarjeta carte"
        ),
        (.account, "iban account bank konto compte cuenta bic"),
        (.socialSecurity, "ssn social security taxpayer tin"),
        (.driver, "driver drivers driving"),
        (.licence, "license licence dl dln"),
        (.birth, "born dob birth birthday birthdate geboren geburtsdatum nacido née né"),
        (.postal, "zip zipcode postcode postal plz eircode pincode"),
        (
            .address,
            """
            address street avenue road lane boulevard drive apt suite city live lives living ship mail deliver located \
            residing shipping po box ave blvd
            """
        ),
        (.network, "ip ipv4 ipv6 host server address ping client client_ip addr gateway subnet dns traceroute remote"),
        (
            .version,
            "version versions v release build firmware section chapter upgrade upgraded revision driver_version"
        ),
        (
            .otherNumber,
            """
            order orders invoice ticket ref reference isbn issn sku serial tracking part parcel case id ids uuid guid hash \
            model patent barcode upc ean doi lat lon latitude longitude coordinates price total amount timestamp epoch \
            build commit batch lot transaction receipt version po quote rfc bug issue pid port size bytes items gtin asin \
            imei article docket flight booking confirmation vin
            """
        ),
        (.website, "website site domain url homepage web visit blog link"),
        (
            .secret,
            """
            password passwd pwd passphrase passcode secret token apikey accesskey secretkey privatekey authtoken \
            accesstoken refreshtoken clientsecret bearer passwort contraseña key pass
            """
        ),
        (.secretQualifier, "api access secret private auth client encryption signing master account shared license"),
        (.title, "mr mrs ms miss mx dr prof professor sir madam mme herr frau señor señora rev"),
        (.age, "aged age turned turn am m was"),
        (
            .month,
            """
            january february march april may june july august september october november december jan feb mar apr jun jul \
            aug sep sept oct nov dec
            """
        ),
        (.at, "at"),
    ]
}

/// The words of all topics, behind a bitmap that turns most other words away.
final class PersonalDataVocabulary: Sendable {
    static let shared = PersonalDataVocabulary()

    private let topics: [UInt64: PersonalDataContext]
    private let bitmap: [UInt64]

    private init() {
        var topics: [UInt64: PersonalDataContext] = [:]
        var bitmap = Array(repeating: UInt64(0), count: 128)
        for (topic, words) in PersonalDataContext.words {
            for word in words.split(separator: " ") {
                let hash = PersonalDataContext.hash(String(word))
                topics[hash, default: []].insert(topic)
                bitmap[Int(hash >> 6 & 127)] |= 1 << (hash & 63)
            }
        }
        self.topics = topics
        self.bitmap = bitmap
    }

    /// The topics of a word, given the hash of its lower-case form.
    @inline(__always)
    func topics(hash: UInt64) -> PersonalDataContext {
        guard bitmap[Int(hash >> 6 & 127)] & 1 << (hash & 63) != 0 else { return [] }
        return topics[hash] ?? []
    }
}

/// Where each topic was last announced.
struct PersonalDataMemory {
    private var ends: [Int]

    init() { ends = Array(repeating: -1_000_000, count: PersonalDataContext.count) }

    /// Notes that a word on these topics ended at a byte offset.
    mutating func note(_ topics: PersonalDataContext, at end: Int) {
        var rest = topics.rawValue
        while rest != 0 {
            ends[rest.trailingZeroBitCount] = end
            rest &= rest - 1
        }
    }

    /// The end of the last word on a topic.
    func lastEnd(_ topic: PersonalDataContext) -> Int { ends[topic.rawValue.trailingZeroBitCount] }

    /// Whether a word on the topic ended at most `reach` bytes before `offset`.
    func isNear(_ topic: PersonalDataContext, _ offset: Int, within reach: Int) -> Bool {
        offset - lastEnd(topic) <= reach
    }
}
