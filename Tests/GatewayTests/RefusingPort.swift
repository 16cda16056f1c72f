import Glibc
import Testing
import Upstream

/// A port that is taken and on which nothing listens: connections to it are refused while this lives.
final class RefusingPort: Sendable {
    private let descriptor: CInt
    let port: Int

    init() throws {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) | getsockname(descriptor, generic, &length)
            }
        }
        self.descriptor = descriptor
        self.port = Int(UInt16(bigEndian: address.sin_port))
        try #require(result == 0)
    }

    deinit { close(self.descriptor) }

    var target: BackendTarget { BackendTarget(scheme: .http, host: "127.0.0.1", port: self.port) }
}
