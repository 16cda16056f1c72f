internal import Glibc
import Synchronization

/// One range of addresses that holds weight files, mapped read-only, and a region for constants made here.
///
/// A graph's constants are offsets into it, so the weights are never copied to build one. The files must not be
/// cut short while they are mapped: reading a page that the file lost ends the process.
final class WeightArena: @unchecked Sendable {
    // Immutable after init but for the bytes of the scratch region, each of which is written once, under the lock,
    // before its offset is given out.
    let base: UnsafeMutableRawPointer
    let capacity: Int
    private let scratchCapacity: Int
    private let used: Mutex<Int>
    private let files: [(file: WeightFile, offset: Int)]
    /// By the offset of the tensor that they stand for.
    let quantized = Mutex<[Int: QuantizedWeights]>([:])

    /// Where each file of `init` starts.
    var fileOffsets: [Int] { files.map(\.offset) }

    /// - Parameters:
    ///   - files: What to map, in this order.
    ///   - scratchBytes: Room for constants beside quantized weights; only what is used costs memory.
    /// - Throws: `failed` when the addresses cannot be had.
    init(files: [WeightFile], scratchBytes: Int) throws(EncodingError) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        func rounded(_ bytes: Int) -> Int { (bytes + page - 1) / page * page }
        // Quantized copies need at most as much again as the weights themselves.
        scratchCapacity = rounded(max(scratchBytes, page) + files.reduce(0) { $0 + $1.fileBytes })
        var end = scratchCapacity
        var placed: [(file: WeightFile, offset: Int)] = []
        for file in files {
            placed.append((file, end))
            end += rounded(max(file.fileBytes, 1))
        }
        capacity = end
        guard
            let base = mmap(
                nil, end, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            base != MAP_FAILED
        else { throw EncodingError(.failed, "cannot reserve \(end) bytes of addresses") }
        self.base = base
        self.files = placed
        used = Mutex(0)
        for (file, offset) in placed {
            let mapped = mmap(
                base + offset, file.fileBytes, PROT_READ, MAP_PRIVATE | MAP_FIXED, file.descriptor, 0)
            guard mapped != MAP_FAILED else { throw EncodingError(.failed, "cannot map \(file.path)") }
        }
    }

    deinit { munmap(base, capacity) }

    /// Takes room for `bytes` bytes and lets `write` fill it; answers the offset, a multiple of 64.
    /// - Throws: `failed` when the room is used up.
    func allocate(_ bytes: Int, write: (UnsafeMutableRawBufferPointer) -> Void) throws(EncodingError) -> Int {
        let offset: Int? = used.withLock { used in
            let start = (used + 63) / 64 * 64
            guard bytes <= scratchCapacity - start else { return nil }
            write(UnsafeMutableRawBufferPointer(start: base + start, count: bytes))
            used = start + bytes
            return start
        }
        guard let offset else { throw EncodingError(.failed, "the room for \(bytes) bytes of constants is used up") }
        return offset
    }

    /// Gives the mapped pages back to the page cache; they come again when they are read. It may be called while
    /// others read.
    func releasePages() {
        for (file, offset) in files { madvise(base + offset, file.fileBytes, MADV_DONTNEED) }
    }
}
