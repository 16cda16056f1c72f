public import Policy
public import Routing

/// A signal family as this room sees it: its declaration, and how a recipe's declarations become rules that read.
public protocol SignalFamilyMember: Sendable {
    /// The declaration, for the policy loader.
    static var family: SignalFamily { get }
    /// What reading one signal costs.
    static var cost: CostClass { get }
    /// What its signals ask models about a text.
    static var tasks: LearnedTasks { get }
    /// Compiles a recipe's declarations of this family. What is wrong is reported through the builder.
    static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder)
}

extension SignalFamilyMember {
    /// Nothing.
    public static var tasks: LearnedTasks { [] }
}

/// What every declaration of a signal has.
protocol SignalConfiguration: Sendable {
    var name: String { get set }
    var description: String { get set }
}

extension SignalConfiguration {
    /// The keys that all families share.
    static var commonKeys: [Key<Self>] {
        [
            Key("name", \.name, .name, "Name by which rules refer to it.", required: true),
            Key("description", \.description, .string, "What it is for."),
        ]
    }
}
