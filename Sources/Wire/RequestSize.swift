/// What a request weighs, gathered while it is read, for a token estimate that can be trusted as a floor.
public struct RequestSize: Sendable, Hashable {
    /// Bytes of prose: roles, names, text parts, ids of tool calls.
    public var textBytes = 0
    /// Bytes of structure, one token each: schemas, arguments, tool results, parts of unknown type.
    public var structuredBytes = 0
    /// Images in any message.
    public var images = 0
    /// Messages, 4 tokens each.
    public var messages = 0
    /// Tool calls and tool results, 8 tokens each.
    public var toolExchanges = 0
    /// Tool definitions, 8 tokens each.
    public var toolDefinitions = 0

    /// An empty request.
    public init() {}

    /// Tokens the input takes at least, without any reserve for the output (spec signals-decisions §3.2):
    /// ceil(text / 4) + structured + 8192 · images + 4 · messages + 8 · exchanges + 8 · definitions, saturating.
    public var tokenFloor: Int {
        let text = textBytes / 4 + (textBytes % 4 > 0 ? 1 : 0)
        return Self.sum([
            text, structuredBytes, Self.product(8192, images), Self.product(4, messages),
            Self.product(8, toolExchanges), Self.product(8, toolDefinitions),
        ])
    }

    static func sum(_ terms: [Int]) -> Int {
        var total = 0
        for term in terms {
            let (value, overflow) = total.addingReportingOverflow(term)
            if overflow { return .max }
            total = value
        }
        return total
    }

    private static func product(_ left: Int, _ right: Int) -> Int {
        let (value, overflow) = left.multipliedReportingOverflow(by: right)
        return overflow ? .max : value
    }
}
