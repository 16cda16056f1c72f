/// A kind of personal data whose form a rule can check; the raw value is the name that policies use.
public enum PersonalDataKind: String, Sendable, Hashable, CaseIterable {
    /// A payment card number: issuer prefix, length and Luhn check digit.
    case creditCard = "CREDIT_CARD"
    /// An international bank account number: country length and the ISO 7064 mod 97-10 check.
    case bankAccount = "IBAN_CODE"
    /// An e-mail address, also as people disguise it: `name [at] host [dot] com`.
    case emailAddress = "EMAIL_ADDRESS"
    /// A telephone number: E.164, North American, or the grouped national forms of Europe.
    case phoneNumber = "PHONE_NUMBER"
    /// An IPv4 or IPv6 address.
    case ipAddress = "IP_ADDRESS"
    /// A United States social security number.
    case socialSecurityNumber = "US_SSN"
    /// A United States driver licence number; its forms differ by state, so words before it must say what it is.
    case driverLicense = "US_DRIVER_LICENSE"
    /// The host of a web address, or a bare domain name.
    case domainName = "DOMAIN_NAME"
    /// A postal code within an address.
    case zipCode = "ZIP_CODE"
    /// A date of birth; any other full date at low confidence.
    case dateTime = "DATE_TIME"
    /// The age of a person in years.
    case age = "AGE"
    /// A form of address before a name, such as `Mrs.`.
    case title = "TITLE"
    /// A password, key or token: not personal data, but no less to be kept in.
    case credential = "CREDENTIAL"
}

/// A stretch of text that holds personal data.
public struct PersonalDataFinding: Sendable, Hashable {
    /// What it is.
    public var kind: PersonalDataKind
    /// Where it is, in UTF-8 bytes.
    public var range: Range<Int>
    /// How sure the rule is, 0 to 1: 0.99 where a check digit agrees, 0.9 to 0.95 where the form and the words around
    /// it agree, 0.5 to 0.85 where only the form speaks. These are grades, not measured probabilities.
    public var confidence: Double

    /// A finding from its parts.
    public init(kind: PersonalDataKind, range: Range<Int>, confidence: Double) {
        self.kind = kind
        self.range = range
        self.confidence = confidence
    }
}
