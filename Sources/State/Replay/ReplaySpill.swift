internal import Foundation
internal import Synchronization

/// A file of records that the store could not take, one a line, in the order of their coming. Used by one writer.
final class ReplaySpill: Sendable {
    /// The first records of the file and where the next one begins.
    struct Batch: Sendable {
        var records: [ReplayRecord]
        var end: Int
    }

    private struct State {
        /// Bytes of the file that are in the store already.
        var taken = 0
        var size: Int
    }

    private let path: String
    private let limit: Int
    private let state: Mutex<State>

    /// The file at a path, with what an earlier process left there.
    init(path: String, limit: Int) {
        self.path = path
        self.limit = limit
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        state = Mutex(State(size: (attributes?[.size] as? Int) ?? 0))
    }

    var isEmpty: Bool { state.withLock { $0.taken >= $0.size } }

    /// Adds records, as many as there is room for; says how many.
    func append(_ records: [ReplayRecord]) -> Int {
        let encoder = JSONEncoder()
        var data = Data()
        var kept = 0
        let size = state.withLock { $0.size }
        for record in records {
            guard let line = try? encoder.encode(record), size + data.count + line.count < limit else { break }
            data.append(line)
            data.append(UInt8(ascii: "\n"))
            kept += 1
        }
        guard kept > 0 else { return 0 }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return 0 }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do { try file.write(contentsOf: data) } catch {
            // Half a line would spoil the next one.
            ftruncate(descriptor, off_t(size))
            return 0
        }
        state.withLock { $0.size += data.count }
        return kept
    }

    /// The first records that are not yet in the store; nil when there are none. A line that is no record, such as one
    /// that a killed process left half, is passed over.
    func first(_ count: Int) -> Batch? {
        let (start, size) = state.withLock { ($0.taken, $0.size) }
        guard start < size, let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        let decoder = JSONDecoder()
        var batch = Batch(records: [], end: start)
        var rest = Data()
        do { try file.seek(toOffset: UInt64(start)) } catch { return nil }
        while batch.records.count < count {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest[rest.startIndex..<end]
                batch.end += line.count + 1
                if let record = try? decoder.decode(ReplayRecord.self, from: line) { batch.records.append(record) }
                rest = rest[rest.index(after: end)...]
                continue
            }
            guard let more = try? file.read(upToCount: 1 << 20), !more.isEmpty else {
                batch.end += rest.count
                break
            }
            rest = Data(rest) + more
        }
        return batch.end > start ? batch : nil
    }

    /// Marks the records of a batch as taken; the file goes when all are.
    func removeFirst(_ batch: Batch) {
        let isDone = state.withLock { state in
            state.taken = batch.end
            guard state.taken >= state.size else { return false }
            state = State(size: 0)
            return true
        }
        if isDone { try? FileManager.default.removeItem(atPath: path) }
    }
}
