public import Routing
internal import Synchronization

/// Where a record of experience belongs: a model within a decision, a tier, or everywhere.
public struct ExperienceKey: Sendable, Hashable {
    /// The place a record is kept for.
    public enum Place: Sendable, Hashable {
        case decision(recipe: String, name: String)
        case tier(recipe: String, Int)
        case everywhere
    }

    public var place: Place
    /// The name that the policy gives the model.
    public var model: String

    /// A key.
    public init(_ place: Place, model: String) {
        self.place = place
        self.model = model
    }
}

/// The record of one model in one place. Whoever reads it often keeps the cell.
public final class ExperienceCell: Sendable {
    private let value: Mutex<Experience>

    init(_ value: Experience) { self.value = Mutex(value) }

    /// What is known, decayed to a time in seconds since 1970.
    public func experience(at now: Double) -> Experience { value.withLock { $0 }.decayed(at: now) }

    /// Changes it.
    public func update(_ change: (inout Experience) -> Void) { value.withLock { change(&$0) } }

    var current: Experience { value.withLock { $0 } }
}

/// A user, by digest, and a model that he judged.
struct JudgementKey: Sendable, Hashable {
    var user: UInt64
    var model: String
}

/// What a user thinks of a model: sums that fade.
struct Judgement: Sendable, Hashable {
    var sum = 0.0
    var squares = 0.0
    var weight = 0.0
    var updated = 0.0
}

/// What outcomes have taught, for all decisions. Bounded: the policy names the decisions and models.
public final class ExperienceStore: Sendable {
    private struct State {
        var cells: [ExperienceKey: ExperienceCell] = [:]
        /// Judgements of single users; what is not touched while one generation fills up goes with the older.
        var users: [JudgementKey: Judgement] = [:]
        var olderUsers: [JudgementKey: Judgement] = [:]
        var checkpoints: [(number: Int, at: Double, records: [ExperienceKey: Experience])] = []
        var checkpointCount = 0
    }

    private let state = Mutex(State())
    private let changeCount = Atomic<Int>(0)
    /// Most records and most judgements that are kept.
    public static let maximumRecords = 100_000

    /// An empty store.
    public init() {}

    /// The cell of a record; it lasts as long as the store. Beyond the bound, one that is forgotten with its holder.
    public func cell(_ key: ExperienceKey) -> ExperienceCell {
        state.withLock { state in
            if let known = state.cells[key] { return known }
            let made = ExperienceCell(Experience())
            if state.cells.count < Self.maximumRecords { state.cells[key] = made }
            return made
        }
    }

    /// What is known, decayed to a time in seconds since 1970; empty when nothing is.
    public func experience(_ key: ExperienceKey, at now: Double) -> Experience {
        state.withLock { $0.cells[key] }?.experience(at: now) ?? Experience()
    }

    /// Changes the records of a model at several places.
    public func update(_ keys: [ExperienceKey], _ change: (inout Experience) -> Void) {
        update(keys.map(cell), change)
    }

    /// Changes records.
    public func update(_ cells: [ExperienceCell], _ change: (inout Experience) -> Void) {
        for cell in cells { cell.update(change) }
        changeCount.add(1, ordering: .relaxed)
    }

    /// Takes in a user's judgement of a model, 0 to 1; it loses half its weight in a week.
    public func judge(user: String, model: String, rating: Double, at now: Double) {
        let key = JudgementKey(user: OpenToolCall.digest(user), model: model)
        state.withLock { state in
            var record = state.users[key] ?? state.olderUsers[key] ?? Judgement()
            let factor = record.updated > 0 ? Self.decay(now - record.updated) : 1
            record.sum = record.sum * factor + rating
            record.squares = record.squares * factor + rating * rating
            record.weight = record.weight * factor + 1
            record.updated = now
            Self.insert(record, key, &state)
        }
        changeCount.add(1, ordering: .relaxed)
    }

    private static func insert(_ record: Judgement, _ key: JudgementKey, _ state: inout State) {
        if state.users[key] == nil, state.users.count >= maximumRecords / 2 {
            state.olderUsers = state.users
            state.users = [:]
        }
        state.users[key] = record
    }

    /// The mean, variance and weight of a user's judgements of a model.
    public func judgements(
        user: String, model: String, at now: Double
    ) -> (mean: Double, variance: Double, count: Double) {
        let key = JudgementKey(user: OpenToolCall.digest(user), model: model)
        guard let record = state.withLock({ $0.users[key] ?? $0.olderUsers[key] }), record.weight > 0 else {
            return (0, 0, 0)
        }
        let mean = record.sum / record.weight
        return (
            mean, max(0, record.squares / record.weight - mean * mean),
            record.weight * Self.decay(now - record.updated)
        )
    }

    private static func decay(_ seconds: Double) -> Double { Experience.decay(seconds) }

    // MARK: Keeping

    /// Counts changes, so that a writer knows whether there is something to keep.
    public var changes: Int { changeCount.load(ordering: .relaxed) }

    /// Every record, for listing and keeping, sorted by place and model.
    public func all() -> [(key: ExperienceKey, value: Experience)] {
        records.map { (key: $0.key, value: $0.value) }.sorted {
            ("\($0.key.place)", $0.key.model) < ("\($1.key.place)", $1.key.model)
        }
    }

    /// The records that hold something.
    private var records: [ExperienceKey: Experience] {
        state.withLock { $0.cells }.compactMapValues { cell in
            let value = cell.current
            return value.updated > 0 ? value : nil
        }
    }

    /// Every judgement, for keeping.
    var allJudgements: [JudgementKey: Judgement] { state.withLock { $0.olderUsers.merging($0.users) { $1 } } }

    /// Puts judgements back.
    func restore(_ judgements: [(JudgementKey, Judgement)]) {
        state.withLock { state in
            for (key, record) in judgements { Self.insert(record, key, &state) }
        }
    }

    /// Puts records in place of those that are there for the same keys.
    public func restore(_ records: [(key: ExperienceKey, value: Experience)]) {
        for (key, value) in records.prefix(Self.maximumRecords) { cell(key).update { $0 = value } }
        changeCount.add(1, ordering: .relaxed)
    }

    /// Most marks that are kept; the oldest go first.
    public static let maximumCheckpoints = 16

    /// Marks the state as it is; `now` is in seconds since 1970. Returns the mark's number.
    @discardableResult
    public func checkpoint(at now: Double) -> Int {
        let records = records
        return state.withLock { state in
            state.checkpointCount += 1
            state.checkpoints.append((state.checkpointCount, now, records))
            if state.checkpoints.count > Self.maximumCheckpoints { state.checkpoints.removeFirst() }
            return state.checkpointCount
        }
    }

    /// The marks, oldest first.
    public var checkpoints: [(number: Int, at: Double)] {
        state.withLock { $0.checkpoints.map { ($0.number, $0.at) } }
    }

    /// Brings the records that a check picks to what they were at a mark, the last one by default. Returns how many
    /// records are as they were; nil when there is no such mark.
    public func rollBack(to number: Int? = nil, where isMeant: (ExperienceKey) -> Bool = { _ in true }) -> Int? {
        let mark = state.withLock { state in
            number.map { number in state.checkpoints.first { $0.number == number } } ?? state.checkpoints.last
        }
        guard let mark else { return nil }
        let restored = mark.records.filter { isMeant($0.key) }
        reset { isMeant($0) && restored[$0] == nil }
        restore(restored.map { (key: $0.key, value: $0.value) })
        return restored.count
    }

    /// Forgets the records that a check picks; all by default. Returns how many.
    @discardableResult
    public func reset(_ isMeant: (ExperienceKey) -> Bool = { _ in true }) -> Int {
        let meant = records.keys.filter(isMeant)
        for key in meant { cell(key).update { $0 = Experience() } }
        changeCount.add(1, ordering: .relaxed)
        return meant.count
    }
}
