import Glibc
import NIOCore

/// Sockets that share one port: the system spreads connections over them, one for each event loop.
struct ListeningSockets {
    private(set) var descriptors: [CInt] = []
    private(set) var port: Int

    init(host: String, port: Int, count: Int) throws(ExtProcError) {
        self.port = port
        do {
            for _ in 0..<count {
                var address = try SocketAddress.makeAddressResolvingHost(host, port: self.port)
                let descriptor = try Self.listen(&address)
                descriptors.append(descriptor)
                if let bound = address.port { self.port = bound }
            }
        } catch {
            close()
            throw .bindFailed(host: host, port: port, reason: "\(error)")
        }
    }

    /// Closes what no server took over.
    func close() {
        for descriptor in descriptors { _ = Glibc.close(descriptor) }
    }

    /// Listens on an address and, where its port is 0, writes the port that it got into it.
    private static func listen(_ address: inout SocketAddress) throws -> CInt {
        let family = address.protocol == .inet6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        do {
            var one: CInt = 1
            for option in [SO_REUSEADDR, SO_REUSEPORT] {
                guard setsockopt(descriptor, SOL_SOCKET, option, &one, socklen_t(MemoryLayout<CInt>.size)) == 0 else {
                    throw IOError(errnoCode: errno, reason: "setsockopt")
                }
            }
            try address.withSockAddr { pointer, size in
                guard bind(descriptor, pointer, socklen_t(size)) == 0 else {
                    throw IOError(errnoCode: errno, reason: "bind")
                }
            }
            guard Glibc.listen(descriptor, 256) == 0 else { throw IOError(errnoCode: errno, reason: "listen") }
            if address.port == 0 { address.port = try boundPort(descriptor) }
            return descriptor
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
    }

    private static func boundPort(_ descriptor: CInt) throws -> Int {
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
