public import Policy
public import Routing

/// The configuration of a signal of personal data. Spec config §5.13.
public struct PIISignal: SignalConfiguration {
    /// The kinds of personal data that the detector knows.
    public enum DataType: String, Sendable, CaseIterable {
        case age = "AGE"
        case creditCard = "CREDIT_CARD"
        case dateTime = "DATE_TIME"
        case domainName = "DOMAIN_NAME"
        case emailAddress = "EMAIL_ADDRESS"
        case geopoliticalEntity = "GPE"
        case bankAccount = "IBAN_CODE"
        case ipAddress = "IP_ADDRESS"
        case none = "NO_PII"
        case nationalityReligionOrPolitics = "NRP"
        case organization = "ORGANIZATION"
        case person = "PERSON"
        case phoneNumber = "PHONE_NUMBER"
        case streetAddress = "STREET_ADDRESS"
        case driverLicense = "US_DRIVER_LICENSE"
        case socialSecurityNumber = "US_SSN"
        case zipCode = "ZIP_CODE"
    }

    public var name = ""
    public var description = ""
    /// Least confidence of a finding; nil leaves it to the module.
    public var threshold: Double?
    /// Kinds that do not count.
    public var allowedTypes: [DataType] = []
    /// Whether earlier turns are read too.
    public var includesHistory = false

    /// A signal of all kinds.
    public init() {}

    /// The declaration.
    public static let schema = Schema<PIISignal>(
        "pii signal", "Matches personal data.", initial: PIISignal(),
        keys: commonKeys + [
            Key("threshold", \.threshold, .fraction, "Least confidence of a finding; the module's when omitted."),
            Key(
                "pii_types_allowed", \.allowedTypes, .list(.enumeration(caseInsensitive: true)),
                "Kinds that do not count."),
            Key("include_history", \.includesHistory, .boolean, "Whether earlier turns are read too."),
        ])
}

/// The pii family: personal data.
public enum PIISignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "pii", key: "pii", schema: PIISignal.schema.description,
        decode: { node, context in PIISignal.schema.decode(node, &context) }, isSafety: true)

    /// A share of one encoder pass.
    public static let cost = CostClass.encoder

    public static let tasks: LearnedTasks = LearnedTasks(.personalData)

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        let settings = builder.global.modelCatalog.modules.classifiers.pii
        let path = builder.global.modelCatalog.system.modelPath(
            reference: settings.modelReference, identifier: settings.modelIdentifier)
        guard settings.isEnabled, let model = builder.resources.models.classifier(.personalData, path: path),
            model.labels(of: .personalData) != nil
        else {
            return builder.addUnavailable(declarations, of: family, cost: cost, isEnabled: settings.isEnabled)
        }
        let reader = builder.reader(model)
        for (declaration, signal) in builder.configurations(declarations, as: PIISignal.self) {
            let rule = PIIRule(signal, moduleThreshold: settings.threshold, reader: reader)
            builder.add(
                SignalKey(family.type, declaration.name), rule, cost: model.cost, isSafety: true,
                declaredAs: declaration.name)
        }
    }
}
