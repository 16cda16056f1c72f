/// The rows that wait, and the choice of those that run next together. Pure: no lock and no clock of its own.
struct BatchQueue {
    /// One row of one ticket.
    struct Entry: Sendable {
        var ticket: EncodingTicket
        var row: Int
        var content: EncoderRow
        /// Its length rounded up, so that few shapes occur.
        var length: Int
    }

    /// What runs together.
    struct Batch: Sendable {
        var entries: [Entry]
        var length: Int
        var outputs: EncoderOutputs
    }

    /// Lengths are rounded up to a multiple of this.
    static let granularity = 8

    private(set) var entries: [Entry] = []
    let rowLimit: Int
    let tokenLimit: Int

    init(rowLimit: Int, tokenLimit: Int) {
        self.rowLimit = max(rowLimit, 1)
        self.tokenLimit = tokenLimit
    }

    static func rounded(_ length: Int) -> Int { (length + granularity - 1) / granularity * granularity }

    /// Adds the rows of a ticket.
    mutating func append(_ rows: [EncoderRow], _ ticket: EncodingTicket, maximumLength: Int) {
        for (index, row) in rows.enumerated() {
            let length = max(row.ids.count, min(Self.rounded(row.ids.count), maximumLength))
            entries.append(Entry(ticket: ticket, row: index, content: row, length: length))
        }
    }

    /// Takes out the rows whose ticket is finished.
    mutating func removeFinished() { entries.removeAll { $0.ticket.isFinished } }

    /// Takes out everything.
    mutating func removeAll() -> [Entry] {
        defer { entries = [] }
        return entries
    }

    /// Takes out the next batch: the row that waits longest, with others for the same outputs whose length is
    /// within a quarter of its own, the nearest first, inside the bounds of rows and of positions.
    ///
    /// Tickets that are past their deadline come back apart, with all their waiting rows.
    mutating func next(now: ContinuousClock.Instant) -> (batch: Batch?, expired: [EncodingTicket]) {
        removeFinished()
        var expired: [EncodingTicket] = []
        for entry in entries where entry.ticket.deadline <= now && expired.last !== entry.ticket {
            expired.append(entry.ticket)
        }
        if !expired.isEmpty { entries.removeAll { $0.ticket.deadline <= now } }
        guard let first = entries.first else { return (nil, expired) }
        let near = entries.indices.dropFirst().filter { index in
            let entry = entries[index]
            return entry.ticket.outputs == first.ticket.outputs && 4 * abs(entry.length - first.length) <= first.length
        }
        .sorted { abs(entries[$0].length - first.length) < abs(entries[$1].length - first.length) }
        var chosen = [0]
        var length = first.length
        for index in near {
            let longer = max(length, entries[index].length)
            guard chosen.count < rowLimit, longer * (chosen.count + 1) <= tokenLimit else { break }
            chosen.append(index)
            length = longer
        }
        let batch = Batch(entries: chosen.map { entries[$0] }, length: length, outputs: first.ticket.outputs)
        let taken = Set(chosen)
        entries = entries.indices.filter { !taken.contains($0) }.map { entries[$0] }
        return (batch, expired)
    }
}
