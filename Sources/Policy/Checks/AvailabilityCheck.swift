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
        checkProviders(policy, isGiven)
        for feature in GlobalSettings.unavailable(in: policy.global, isGiven: isGiven) {
            found.append(
                Unavailable(
                    path: feature.path,
                    position: root.node(at: feature.path)?.position ?? SourcePosition(line: 1, column: 1),
                    message: feature.message, isSafety: feature.isSafety))
        }
    }

    private mutating func checkProviders(_ policy: Policy, _ isGiven: (PolicyPath) -> Bool) {
        for (index, model) in policy.providers.models.enumerated() {
            let path = PolicyPath([.key("providers"), .key("models"), .index(index)])
            if model.format != .openAI {
                note(
                    path.appending(.key("api_format")),
                    "backends that speak \(model.format.rawValue) are not built yet; calling \(model.name) is an error")
            }
            let checks = path.appending(.key("reliability")).appending(.key("health_check_path"))
            if isGiven(checks) {
                note(checks, "active health checks are not built yet; backends are judged by the requests they serve")
            }
        }
        for recipe in policy.recipes {
            for decision in recipe.decisions {
                let path = decision.path
                if !decision.candidateIterations.isEmpty {
                    note(path.appending(.key("candidateIterations")), "candidate iterations are not built yet")
                }
                if decision.outputContractSpecification != nil {
                    note(path.appending(.key("output_contract_spec")), "output contracts are not built yet")
                } else if !decision.outputContract.isEmpty {
                    note(path.appending(.key("output_contract")), "output contracts are not built yet")
                }
            }
        }
        let timeout = PolicyPath([.key("global"), .key("router"), .key("streamed_body"), .key("timeout_sec")])
        if isGiven(timeout), policy.global.router.streamedBody.timeoutSeconds > 0 {
            note(timeout, "a bound on the time of a whole body is not built yet; pauses of 30 s end a request")
        }
    }

    private mutating func note(_ path: PolicyPath, _ message: String) {
        let position = root.node(at: path)?.position ?? SourcePosition(line: 1, column: 1)
        found.append(Unavailable(path: path, position: position, message: message, isSafety: false))
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
