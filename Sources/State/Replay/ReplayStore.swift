/// Where replay records are kept. All calls wait off the caller's thread. Implementations are bounded: records older than
/// their time, and the oldest of a decision beyond its limit, go.
public protocol ReplayStore: Sendable {
    /// Keeps records; when it returns they are there after this process ends, where the store promises that. A record
    /// whose id is taken gets another one.
    func append(_ records: [ReplayRecord]) async throws(StateError)
    /// Some of the records that are meant, newest first.
    func page(
        _ filter: ReplayFilter, limit: Int, offset: Int, includingPayload: Bool
    ) async throws(StateError) -> ReplayPage
    /// One record; nil when there is none.
    func record(_ id: String, includingPayload: Bool) async throws(StateError) -> ReplayRecord?
    /// All records that are meant, added up.
    func aggregate(_ filter: ReplayFilter) async throws(StateError) -> ReplayAggregate
    /// Adds what became of a request, a JSON object, to its record; false when there is no such record.
    func addOutcome(_ outcome: [UInt8], to id: String) async throws(StateError) -> Bool
    /// The outcomes of records, by id, each in the order of their coming.
    func outcomes(of ids: [String]) async throws(StateError) -> [String: [[UInt8]]]
    /// Removes what came before a moment, in seconds since 1970.
    func removeRecords(before moment: Double) async throws(StateError)
}
