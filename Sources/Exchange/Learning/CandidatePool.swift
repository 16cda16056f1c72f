internal import Evidence
internal import Policy
internal import Routing
internal import State
internal import Wire

/// The candidates of a recipe's decisions with what is known of them: cards and prices once, behaviour per request.
final class CandidatePool: Sendable {
    /// A candidate of a decision: what does not change within a generation, and where its records are.
    final class Member: Sendable {
        let reference: ModelReference
        /// The name under which it is learned of.
        let name: String
        let model: CallableModel?
        let facts: CandidateFacts
        /// Prompt and completion price together, per million tokens.
        let price: Double
        /// Where the model's description lies in meaning.
        let description: [Float]?
        let hasTools: Bool?
        let seesImages: Bool?
        /// Its records in the decision, in the tier and everywhere.
        let own: ExperienceCell
        let tier: ExperienceCell
        let all: ExperienceCell

        init(
            _ reference: ModelReference, _ model: CallableModel?, description: [Float]?, decision: Decision,
            recipe: String, _ experience: ExperienceStore
        ) {
            self.reference = reference
            self.model = model
            self.description = description
            name = reference.effectiveName
            var facts = CandidateFacts()
            let card = model?.card
            facts.quality = card.flatMap { $0.qualityScore > 0 ? $0.qualityScore : nil }
            facts.pricing = model?.pricing
            facts.contextWindow = card.flatMap { $0.contextWindow > 0 ? $0.contextWindow : nil }
            facts.billionsOfParameters = card?.billionsOfParameters
            self.facts = facts
            price = model?.pricing.map { $0.promptPerMillion + $0.completionPerMillion } ?? 0
            hasTools = Self.has(["tools", "tool_use", "tool-use", "function_calling", "functions"], card)
            seesImages = Self.has(["vision", "image", "images", "multimodal", "omni"], card)
            own = experience.cell(
                ExperienceKey(.decision(recipe: recipe, name: decision.name), model: reference.effectiveName))
            tier = experience.cell(
                ExperienceKey(.tier(recipe: recipe, decision.tier), model: reference.effectiveName))
            all = experience.cell(ExperienceKey(.everywhere, model: reference.effectiveName))
        }

        /// Whether a card claims one of these; nil when it claims nothing at all.
        private static func has(_ words: Set<String>, _ card: ModelCard?) -> Bool? {
            guard let card else { return nil }
            let claims = Set((card.capabilities + card.tags + [card.modality]).map { $0.lowercased() })
            if !claims.isDisjoint(with: words) { return true }
            return card.capabilities.isEmpty ? nil : false
        }
    }

    private let memory: RouterMemory
    private let members: [[Member]]
    /// By candidate set, then by decision.
    private let arms: [AdaptationSettings.CandidateSet: [[Member]]]

    init(
        _ recipe: Recipe, directory: ModelDirectory, evidence: EvidenceEngine, memory: RouterMemory,
        usesCapabilities: Bool
    ) {
        self.memory = memory
        var descriptions: [String: [Float]] = [:]
        if evidence.placesRequests {
            let texts = Set(recipe.decisions.flatMap(\.modelReferences).map(\.model)).sorted().compactMap { name in
                directory.models[name]?.card.flatMap { Self.description($0, usesCapabilities) }.map { (name, $0) }
            }
            for (text, vector) in zip(texts, evidence.place(texts.map(\.1))) { descriptions[text.0] = vector }
        }
        let members = recipe.decisions.map { decision in
            decision.modelReferences.map { reference in
                Member(
                    reference, directory.planned(reference)?.model, description: descriptions[reference.model],
                    decision: decision, recipe: recipe.name, memory.experience)
            }
        }
        self.members = members
        let tiers = recipe.decisions.map(\.tier)
        arms = Dictionary(
            uniqueKeysWithValues: AdaptationSettings.CandidateSet.allCases.map { set in
                (set, members.indices.map { Self.arms(of: $0, in: set, members, tiers) })
            })
    }

    /// What is compared with requests: the description, and the capabilities where the policy wants them.
    private static func description(_ card: ModelCard, _ usesCapabilities: Bool) -> String? {
        var parts = card.description.isEmpty ? [] : [card.description]
        if usesCapabilities, !card.capabilities.isEmpty {
            if parts.isEmpty { parts.append("Model: \(card.name)") }
            parts.append("Capabilities: \(card.capabilities.joined(separator: ", "))")
        }
        return parts.isEmpty ? nil : parts.joined(separator: ". ")
    }

    /// The candidates of a decision for a request; what cannot serve it is excluded, unless nothing can.
    func candidates(
        of decision: Int, _ conversation: Conversation, placing: [Float]?, user: String?, at now: Double,
        similarity: ([Float], [Float]) -> Double
    ) -> [Candidate] {
        let members = members[decision]
        let needsTools = !conversation.tools.isEmpty && members.contains { $0.hasTools == true }
        let needsEyes = conversation.imageCount > 0 && members.contains { $0.seesImages == true }
        let tokens = conversation.tokenFloorWithOutputReserve
        return members.map { member in
            var facts = member.facts
            if let model = member.model {
                facts.timeToFirstToken = model.observed.timeToFirstToken.profile(at: now)
                facts.timePerOutputToken = model.observed.timePerOutputToken.profile(at: now)
                facts.inFlight = model.observed.inFlight
            }
            facts.experience = ExperienceFacts(
                own: member.own.experience(at: now), all: member.all.experience(at: now))
            if let user {
                let taste = memory.experience.judgements(user: user, model: member.name, at: now)
                facts.experience.userMean = taste.mean
                facts.experience.userVariance = taste.variance
                facts.experience.userCount = taste.count
            }
            if let placing, let description = member.description {
                facts.descriptionSimilarity = similarity(placing, description)
            }
            var exclusion: String?
            if let window = facts.contextWindow, tokens > window {
                exclusion = "needs \(tokens) tokens, the context window has \(window)"
            } else if needsTools, member.hasTools == false {
                exclusion = "the request offers tools"
            } else if needsEyes, member.seesImages == false {
                exclusion = "the request shows images"
            }
            var candidate = Candidate(member.reference, facts: facts, exclusion: exclusion)
            candidate.isFailing = member.model?.observed.isFailing(at: now) ?? false
            return candidate
        }
    }

    /// The members whose models may take a decision's place in learning. Spec selection-learning §4.2.
    func arms(of decision: Int, in set: AdaptationSettings.CandidateSet) -> [Member] {
        arms[set]?[decision] ?? []
    }

    private static func arms(
        of decision: Int, in set: AdaptationSettings.CandidateSet, _ members: [[Member]], _ tiers: [Int]
    ) -> [Member] {
        let decisions: [Int]
        switch set {
        case .decision: decisions = [decision]
        case .tier where tiers[decision] == 0: decisions = [decision]
        case .tier: decisions = [decision] + tiers.indices.filter { $0 != decision && tiers[$0] == tiers[decision] }
        case .global: decisions = [decision] + tiers.indices.filter { $0 != decision }
        }
        var seen: Set<String> = []
        return decisions.flatMap { members[$0] }.filter { $0.model != nil && seen.insert($0.name).inserted }
    }
}

extension ExperienceFacts {
    /// The facts of a decision's record and of the one over all decisions.
    init(own: Experience, all: Experience) {
        self.init()
        wins = own.good
        losses = own.underpowered + own.failed
        allWins = all.good
        allLosses = all.underpowered + all.failed
        rating = own.rating ?? all.rating
        comparisons = own.comparisons
    }
}
