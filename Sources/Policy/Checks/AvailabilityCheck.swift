/// Something that a policy asks for and this build does not have.
public struct Unavailable: Sendable, Hashable {
    public var path: PolicyPath
    public var position: SourcePosition
    /// What is missing and what happens instead.
    public var message: String
    /// Whether somebody is unprotected without it.
    public var isSafety: Bool
}

/// Finds what a policy asks for and this build does not have.
struct AvailabilityCheck {
    var families: PolicyFamilies
    var root: Node
    private(set) var found: [Unavailable] = []

    init(families: PolicyFamilies, root: Node) {
        self.families = families
        self.root = root
    }

    mutating func check(_ policy: Policy, isGiven: (PolicyPath) -> Bool) {
        for recipe in policy.recipes {
            var reported: Set<String> = []
            for signal in recipe.signals where reported.insert(signal.family).inserted {
                guard let family = families.signals.first(where: { $0.type == signal.family }) else { continue }
                note(family.availability, "\(family.type) signals", signal.path, signal.position)
            }
            for decision in recipe.decisions {
                if let use = decision.algorithm,
                    let family = families.algorithms.first(where: { $0.type == use.type })
                {
                    note(family.availability, "algorithm \(use.type)", use.path, use.position)
                }
                for use in decision.plugins {
                    guard let family = families.plugins.first(where: { $0.type == use.type }) else { continue }
                    note(family.availability(use.configuration), "plugin \(use.type)", use.path, use.position)
                }
            }
        }
        for feature in GlobalSettings.unavailable(in: policy.global, isGiven: isGiven) {
            found.append(
                Unavailable(
                    path: feature.path,
                    position: root.node(at: feature.path)?.position ?? SourcePosition(line: 1, column: 1),
                    message: feature.message, isSafety: feature.isSafety))
        }
    }

    private mutating func note(
        _ availability: Availability, _ subject: String, _ path: PolicyPath, _ position: SourcePosition
    ) {
        switch availability {
        case .available: return
        case .unavailable(let reason):
            found.append(Unavailable(path: path, position: position, message: "\(subject): \(reason)", isSafety: false))
        case .unavailableSafety(let reason):
            found.append(Unavailable(path: path, position: position, message: "\(subject): \(reason)", isSafety: true))
        }
    }
}
