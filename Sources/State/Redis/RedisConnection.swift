internal import CHiredis
internal import Foundation
internal import Policy

/// One connection, used on one thread. hiredis waits in system calls, each at most until the deadline.
final class RedisConnection: EngineConnection {
    private let context: UnsafeMutablePointer<redisContext>
    private let name: String
    private var isOpen = true

    /// Connects and signs in.
    init(_ endpoint: RedisEndpoint, until deadline: EngineDeadline) throws(StateError) {
        name = "Redis at \(endpoint.address)"
        guard
            let context = redisConnectWithTimeout(
                endpoint.address.host, Int32(endpoint.address.port), Self.time(deadline))
        else { throw StateError(.engineUnavailable, "there is no memory for a connection to \(name)") }
        self.context = context
        guard context.pointee.err == 0 else {
            redisFree(context)
            isOpen = false
            throw StateError(.engineUnavailable, "\(name) cannot be reached")
        }
        redisEnableKeepAlive(context)
        do throws(StateError) {
            try signIn(endpoint, deadline)
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    var isUsable: Bool { isOpen }

    func close() {
        guard isOpen else { return }
        isOpen = false
        redisFree(context)
    }

    private func signIn(_ endpoint: RedisEndpoint, _ deadline: EngineDeadline) throws(StateError) {
        var commands: [[[UInt8]]] = []
        if !endpoint.password.isEmpty { commands.append([Array("AUTH".utf8), Array(endpoint.password.reveal().utf8)]) }
        if endpoint.database != 0 { commands.append([Array("SELECT".utf8), Array("\(endpoint.database)".utf8)]) }
        // A server that wants a password says so to this and not before.
        commands.append([Array("PING".utf8)])
        for case .error(let word) in try send(commands, until: deadline) {
            if word == "LOADING" { throw StateError(.engineUnavailable, "\(name) is still reading its data") }
            throw StateError(
                .accessDenied, "\(name) does not let this process in (\(word)); look at the password and the database")
        }
    }

    /// Sends commands in one go and reads an answer to each.
    func send(_ commands: [[[UInt8]]], until deadline: EngineDeadline) throws(StateError) -> [RedisValue] {
        redisSetTimeout(context, Self.time(deadline))
        for command in commands {
            let bytes = Self.encoded(command)
            let status = bytes.withUnsafeBytes { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    redisAppendFormattedCommand(context, $0.baseAddress, $0.count)
                }
            }
            guard status == REDIS_OK else { throw lost(deadline) }
        }
        var values: [RedisValue] = []
        for _ in commands {
            var reply: UnsafeMutableRawPointer?
            // Each answer has what is left of the time.
            redisSetTimeout(context, Self.time(deadline))
            guard redisGetReply(context, &reply) == REDIS_OK, let reply else { throw lost(deadline) }
            defer { freeReplyObject(reply) }
            values.append(RedisValue(reply.assumingMemoryBound(to: redisReply.self)))
        }
        return values
    }

    private func lost(_ deadline: EngineDeadline) -> StateError {
        // The library says no more of a time that passed than the system does.
        let isLate = deadline.hasPassed || (context.pointee.err == REDIS_ERR_IO && errno == EAGAIN)
        return isLate
            ? StateError(.timedOut, "\(name) did not answer in time")
            : StateError(.engineUnavailable, "the connection to \(name) was lost")
    }

    /// The words of a command, each with its length, so that any bytes can be in them.
    private static func encoded(_ words: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.reduce(16) { $0 + $1.count + 16 })
        bytes += "*\(words.count)\r\n".utf8
        for word in words {
            bytes += "$\(word.count)\r\n".utf8
            bytes += word
            bytes += [13, 10]
        }
        return bytes
    }

    private static func time(_ deadline: EngineDeadline) -> timeval {
        let milliseconds = deadline.milliseconds
        return timeval(tv_sec: milliseconds / 1_000, tv_usec: milliseconds % 1_000 * 1_000)
    }
}
