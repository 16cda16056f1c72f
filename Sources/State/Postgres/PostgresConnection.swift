internal import CPostgres
internal import Foundation
internal import Policy

/// One connection, used on one thread. Waiting is done here, so that every deadline holds.
final class PostgresConnection: EngineConnection {
    private let connection: OpaquePointer
    private let name: String
    private let expires: ContinuousClock.Instant?
    private var isOpen = true
    /// Names of statements that the server has prepared, by their text.
    private var prepared: [String: String] = [:]

    /// Connects and signs in.
    init(_ endpoint: PostgresEndpoint, until deadline: EngineDeadline) throws(StateError) {
        name = endpoint.name
        expires = endpoint.connectionLifetime > 0 ? .now + .seconds(endpoint.connectionLifetime) : nil
        var settings = [
            ("host", endpoint.host), ("port", "\(endpoint.port)"), ("dbname", endpoint.database),
            ("user", endpoint.user), ("sslmode", endpoint.tlsMode), ("application_name", "martlet"),
            ("client_encoding", "UTF8"), ("gssencmode", "disable"),
            // A statement whose caller has gone must not run on for ever.
            ("options", "-c statement_timeout=30000"),
        ]
        if !endpoint.password.isEmpty { settings.append(("password", endpoint.password.reveal())) }
        let started = Self.start(settings)
        guard let started else {
            throw StateError(.engineUnavailable, "there is no memory for a connection to \(endpoint.name)")
        }
        connection = started
        // Only the code of a failure: its words may hold what was sent.
        PQsetErrorVerbosity(started, PQERRORS_SQLSTATE)
        PQsetNoticeProcessor(started, { _, _ in }, nil)
        do throws(StateError) {
            try finishConnecting(deadline)
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    private static func start(_ settings: [(String, String)]) -> OpaquePointer? {
        let names = settings.map { strdup($0.0) }
        let values = settings.map { strdup($0.1) }
        defer { (names + values).forEach { free($0) } }
        return PQconnectStartParams(
            names.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 0)
    }

    private func finishConnecting(_ deadline: EngineDeadline) throws(StateError) {
        guard PQstatus(connection) != CONNECTION_BAD else { throw failedConnection }
        var events = Int16(POLLOUT)
        while true {
            try wait(events, deadline)
            switch PQconnectPoll(connection) {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING: events = Int16(POLLIN)
            case PGRES_POLLING_WRITING: events = Int16(POLLOUT)
            default: throw failedConnection
            }
        }
    }

    private var failedConnection: StateError {
        let message = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
        // Codes: 28 is a wrong role or password, 3D a database that is not there.
        // What the server itself says ends with one; a port number may stand further in front.
        let code = message.split(whereSeparator: \.isWhitespace).last.flatMap { word in
            word.utf8.count == 5 && word.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
                ? word : nil
        }
        if let code, code.hasPrefix("28") || code.hasPrefix("3D") {
            return StateError(
                .accessDenied, "\(name) does not let this process in (\(code)); look at user, password and database")
        }
        return StateError(.engineUnavailable, "\(name) cannot be reached")
    }

    var isUsable: Bool { isOpen && PQstatus(connection) == CONNECTION_OK && expires.map { .now < $0 } ?? true }

    func close() {
        guard isOpen else { return }
        isOpen = false
        PQfinish(connection)
    }

    // MARK: Statements

    /// Runs one statement, which the connection prepares once.
    func execute(
        _ sql: String, _ parameters: [PostgresParameter] = [], until deadline: EngineDeadline
    ) throws(StateError) -> PostgresResult {
        let statement: String
        if let known = prepared[sql] {
            statement = known
        } else {
            statement = "martlet_\(prepared.count)"
            guard PQsendPrepare(connection, statement, sql, 0, nil) == 1 else { throw lost }
            _ = try result(deadline)
            prepared[sql] = statement
        }
        let encoded = parameters.map(\.encoded)
        var bytes: [CChar] = []
        for value in encoded { bytes += (value ?? []).map { CChar(bitPattern: $0) } }
        // Never empty, so that an empty value has an address and is not null.
        bytes.append(0)
        let isSent = bytes.withUnsafeBufferPointer { buffer in
            var offset = 0
            let values: [UnsafePointer<CChar>?] = encoded.map { value in
                guard let value else { return nil }
                defer { offset += value.count }
                return buffer.baseAddress?.advanced(by: offset)
            }
            return PQsendQueryPrepared(
                connection, statement, Int32(encoded.count), values, encoded.map { Int32($0?.count ?? 0) },
                encoded.map { _ in 1 }, 1)
        }
        guard isSent == 1 else { throw lost }
        return try result(deadline)
    }

    /// Runs statements in one transaction; nothing is left of it when one of them fails.
    func transaction<Value>(
        until deadline: EngineDeadline, _ body: () throws(StateError) -> Value
    ) throws(StateError) -> Value {
        _ = try execute("BEGIN", until: deadline)
        do throws(StateError) {
            let value = try body()
            _ = try execute("COMMIT", until: deadline)
            return value
        } catch {
            if !error.code.endsConnection { _ = try execute("ROLLBACK", until: deadline) }
            throw error
        }
    }

    private func result(_ deadline: EngineDeadline) throws(StateError) -> PostgresResult {
        while PQflush(connection) == 1 { try wait(Int16(POLLOUT | POLLIN), deadline) }
        var result = PostgresResult()
        var failure: StateError?
        while true {
            while PQisBusy(connection) == 1 {
                try wait(Int16(POLLIN), deadline)
                guard PQconsumeInput(connection) == 1 else { throw lost }
            }
            guard let next = PQgetResult(connection) else { break }
            defer { PQclear(next) }
            switch PQresultStatus(next) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK: read(next, into: &result)
            default: failure = failure ?? self.failure(next)
            }
        }
        if let failure { throw failure }
        guard PQstatus(connection) == CONNECTION_OK else { throw lost }
        return result
    }

    private func read(_ next: OpaquePointer, into result: inout PostgresResult) {
        result.changed = PQcmdTuples(next).flatMap { Int(String(cString: $0)) } ?? 0
        let columns = PQnfields(next)
        for row in 0..<PQntuples(next) {
            result.rows.append(
                (0..<columns).map { column in
                    guard PQgetisnull(next, row, column) == 0, let value = PQgetvalue(next, row, column) else {
                        return nil
                    }
                    return Array(
                        UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(next, row, column))))
                })
        }
    }

    private func failure(_ result: OpaquePointer) -> StateError {
        let code = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        // 08 is a broken connection, 57P a server that stops or starts.
        guard !code.isEmpty, !code.hasPrefix("08"), !code.hasPrefix("57P") else { return lost }
        if code == "57014" { return StateError(.timedOut, "\(name) took too long for a statement") }
        return StateError(.refused, "\(name) refused a statement (\(code))")
    }

    private var lost: StateError { StateError(.engineUnavailable, "the connection to \(name) was lost") }

    private func wait(_ events: Int16, _ deadline: EngineDeadline) throws(StateError) {
        while !deadline.hasPassed {
            var descriptor = pollfd(fd: PQsocket(connection), events: events, revents: 0)
            let count = poll(&descriptor, 1, Int32(clamping: deadline.milliseconds))
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw lost }
        }
        throw StateError(.timedOut, "\(name) did not answer in time")
    }
}
