internal import Evidence
internal import NIOHTTP1
internal import Policy
internal import Routing

/// The headers of a routed answer. Spec pipeline-api §3.3.
struct RoutingHeaders {
    /// Whether the client asked for the debug headers.
    var isDebug: Bool
    var evaluation: Evaluation?
    var model: String?
    var usesReasoning: Bool
    var injectedSystemPrompt: Bool
    /// The name under which outcomes are told of the request.
    var replayID: String?
    /// What retrieval did, and whether its failure is to be told.
    var retrieval: (trace: RetrievalTrace, warns: Bool)?

    func fields(path: ResponsePath, isSuccess: Bool) -> [(String, String)] {
        var fields: [(String, String)] = []
        add(to: &fields, path: path, isSuccess: isSuccess)
        return fields
    }

    /// Adds the headers. Answers outside 2xx carry only the two that are always there.
    func add(to fields: inout [(String, String)], path: ResponsePath, isSuccess: Bool) {
        fields.append((RoutingHeader.schemaVersion, RoutingHeader.currentSchema))
        fields.append((RoutingHeader.responsePath, path.rawValue))
        guard isSuccess else { return }
        if path == .fastResponse { fields.append((RoutingHeader.fastResponse, "true")) }
        if let evaluation {
            fields.append((RoutingHeader.recipe, HeaderText.fieldValue(evaluation.recipe.name)))
            if let decision = evaluation.decision {
                fields.append((RoutingHeader.decision, HeaderText.fieldValue(decision.name)))
                fields.append((RoutingHeader.confidence, evaluation.confidence.fourPlaces))
            }
            fields.append((RoutingHeader.algorithm, evaluation.selection.method))
            if let replayID { fields.append((RoutingHeader.replayID, replayID)) }
            if let model { fields.append((RoutingHeader.model, HeaderText.fieldValue(model))) }
        }
        if let retrieval { fields += retrieval.trace.fields(isDebug: isDebug, warns: retrieval.warns) }
        if isDebug { addDebug(&fields) }
    }

    private func addDebug(_ fields: inout [(String, String)]) {
        fields.append((RoutingHeader.clientProtocol, "openai"))
        fields.append((RoutingHeader.upstreamProtocol, "openai"))
        fields.append((RoutingHeader.reasoning, usesReasoning ? "on" : "off"))
        guard let evaluation else { return }
        fields += evaluation.learning?.fields ?? []
        if let decision = evaluation.decision { Self.retention(of: decision, &fields) }
        fields.append((RoutingHeader.injectedSystemPrompt, String(injectedSystemPrompt)))
        if let domain = evaluation.matchedSignals(of: "domain").first {
            fields.append((RoutingHeader.category, HeaderText.fieldValue(domain)))
        }
        var matched: [String: [String]] = [:]
        var order: [String] = []
        for (index, entry) in evaluation.recipe.engine.signals.entries.enumerated()
        where evaluation.readings[index]?.isMatched == true {
            if matched[entry.key.family] == nil { order.append(entry.key.family) }
            matched[entry.key.family, default: []].append(entry.key.name)
        }
        let outputs = evaluation.explain().outputs.filter { $0.result == .matched }.map(\.name)
        if !outputs.isEmpty {
            matched["projection"] = outputs
            order.append("projection")
        }
        for family in order {
            guard let header = RoutingHeader.matched(family: family), let names = matched[family] else { continue }
            fields.append((header, HeaderText.fieldValue(names.joined(separator: ","))))
        }
        if let tokens = evaluation.contextTokens {
            fields.append((RoutingHeader.contextTokenCount, String(tokens)))
        }
    }

    private static func retention(of decision: Decision, _ fields: inout [(String, String)]) {
        for emission in decision.emits {
            let retention = emission.retention
            if let drop = retention.drop { fields.append((RoutingHeader.retentionDrop, String(drop))) }
            if let turns = retention.ttlTurns { fields.append((RoutingHeader.retentionTurns, String(turns))) }
            if let keep = retention.keepCurrentModel { fields.append((RoutingHeader.retentionKeepModel, String(keep))) }
            if let prefer = retention.preferPrefixRetention {
                fields.append((RoutingHeader.retentionPreferPrefix, String(prefer)))
            }
        }
    }
}

extension Evaluation {
    /// The token count that the context signals saw, when one was read.
    var contextTokens: Int? {
        recipe.engine.signals.entries.indices.first { index in
            recipe.engine.signals.entries[index].key.family == "context" && readings[index]?.value != nil
        }.flatMap { readings[$0]?.value }.map { Int($0) }
    }
}

extension HeaderText {
    /// A text that may stand in a header: what is not printable ASCII is percent-encoded as UTF-8.
    static func fieldValue(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x25 }) { return text }
        var value = ""
        for byte in text.utf8 {
            if byte >= 0x20, byte < 0x7F, byte != 0x25 {
                value.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = Array("0123456789ABCDEF")
                value += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return value
    }
}
