import Foundation

/// Notices that a file changed, also when it is replaced or when a symlink on its way is turned.
struct ConfigurationWatcher {
    /// What a file looks like from outside.
    struct Fingerprint: Equatable {
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            inode = UInt64(status.st_ino)
            size = Int64(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    let path: String
    var interval = Duration.milliseconds(250)

    /// Calls `changed` after each change, once the file has kept still for one interval. Returns when cancelled.
    func run(_ changed: () async -> Void) async {
        var seen = Fingerprint(path)
        var pending: Fingerprint?
        while !Task.isCancelled {
            do { try await Task.sleep(for: interval) } catch { return }
            guard let now = Fingerprint(path), now != seen else {
                pending = nil
                continue
            }
            if now == pending {
                seen = now
                pending = nil
                await changed()
            } else {
                pending = now
            }
        }
    }
}
