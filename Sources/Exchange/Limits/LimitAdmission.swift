internal import NIOHTTP1
internal import Policy
internal import State
internal import Wire

/// That a request passed the limits: what was set aside for it, until it is settled. One that is dropped unsettled gives
/// everything back but its count.
final class LimitAdmission {
    private let windows: LimitWindows
    private var ticket: LimitTicket?
    /// Tokens that the request has at least.
    private let promptTokens: Int
    /// The limit that is nearest to its end, for the answer's headers.
    var fields: [(String, String)]

    init(_ windows: LimitWindows, _ ticket: LimitTicket, promptTokens: Int, fields: [(String, String)]) {
        self.windows = windows
        self.ticket = ticket
        self.promptTokens = promptTokens
        self.fields = fields
    }

    deinit {
        if let ticket { windows.settle(ticket, LimitCharge(), at: LimitClock.now) }
    }

    /// Undoes the admission: another limit refused.
    func withdraw() {
        if let ticket { windows.withdraw(ticket) }
        ticket = nil
    }

    /// Charges what a request took that is over. Where the model did not tell its tokens, they are estimated: a request
    /// that vanishes is no free one.
    func settle(_ record: RequestRecord, answeredBy model: CallableModel?) {
        guard let ticket else { return }
        self.ticket = nil
        windows.settle(ticket, charge(record, model), at: LimitClock.now)
    }

    private func charge(_ record: RequestRecord, _ model: CallableModel?) -> LimitCharge {
        guard let model, record.status < 400 || record.clientVanished else { return LimitCharge() }
        let usage =
            record.usage
            ?? Usage(promptTokens: promptTokens, completionTokens: record.observedTokens)
        let pricing = model.pricing
        return LimitCharge(
            tokens: Usage(promptTokens: usage.promptTokens, completionTokens: usage.completionTokens).totalTokens,
            cost: pricing?.cost(of: usage) ?? 0, currency: pricing?.currency ?? "")
    }

    /// Puts the limit's headers in place of those that a backend may have sent.
    func replace(in fields: inout [(String, String)]) {
        guard !self.fields.isEmpty else { return }
        let names = self.fields.map(\.0)
        fields.removeAll { field in names.contains { UpstreamHeaders.equal(field.0, $0) } }
        fields += self.fields
    }
}
