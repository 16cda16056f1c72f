import Glibc
import NIOCore

/// Listening sockets that share a port within this process, one for each event loop: the kernel spreads connections over
/// them. Another process may not share it: each would get half of the requests unseen.
struct ListeningSockets {
    private(set) var descriptors: [CInt] = []
    private(set) var port: Int

    init(host: String, port: Int, count: Int) throws(ExtProcError) {
        self.port = port
        do {
            var address = try SocketAddress.makeAddressResolvingHost(host, port: port)
            if port != 0 {
                // Bound without sharing first, which fails when anybody listens there.
                _ = Glibc.close(try Self.bound(address, isShared: false))
            }
            for _ in 0..<max(1, count) {
                let descriptor = try Self.bound(address, isShared: true)
                descriptors.append(descriptor)
                guard Glibc.listen(descriptor, 256) == 0 else { throw IOError(errnoCode: errno, reason: "listen") }
                self.port = try Self.port(of: descriptor)
                address.port = self.port
            }
        } catch {
            for descriptor in descriptors { _ = Glibc.close(descriptor) }
            throw .bindFailed(host: host, port: port, reason: "\(error)")
        }
    }

    /// Closes what no server took over.
    func close() {
        for descriptor in descriptors { _ = Glibc.close(descriptor) }
    }

    private static func bound(_ address: SocketAddress, isShared: Bool) throws -> CInt {
        let family = address.protocol == .inet6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        do {
            for option in [SO_REUSEADDR] + (isShared ? [SO_REUSEPORT] : []) {
                var one: CInt = 1
                guard setsockopt(descriptor, SOL_SOCKET, option, &one, socklen_t(MemoryLayout<CInt>.size)) == 0 else {
                    throw IOError(errnoCode: errno, reason: "setsockopt")
                }
            }
            try address.withSockAddr { pointer, size in
                guard bind(descriptor, pointer, socklen_t(size)) == 0 else {
                    throw IOError(errnoCode: errno, reason: "bind")
                }
            }
            return descriptor
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
    }

    private static func port(of descriptor: CInt) throws -> Int {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        guard result == 0 else { throw IOError(errnoCode: errno, reason: "getsockname") }
        // The port is at the same place for both families, in network order.
        return withUnsafeBytes(of: &storage) { Int($0[2]) << 8 | Int($0[3]) }
    }
}
