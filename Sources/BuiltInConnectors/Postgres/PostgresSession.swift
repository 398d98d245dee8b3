// One connection to a PostgreSQL server for one step: libpq without blocking, so that a deadline or a cancelled job ends it.

import CPostgres
import ConnectorKit
import Dispatch
import Glibc
import JSONCore
import Synchronization

/// An open connection. Belongs to one thread; closed when released.
final class PostgresSession {
    /// What a transaction may do.
    enum Access { case reading, writing }

    let server: PostgresServer
    private let connection: OpaquePointer
    private let deadline: ContinuousClock.Instant
    private let flag: CancellationFlag
    /// The end of a transaction that writes was sent: from here the server may have done it.
    private var isCommitting = false
    /// Types of the database's own, by number: what they are made of.
    private var ownTypes: [UInt32: PostgresType] = [:]

    /// - Throws: `auth`, `connection`, `dns`, `tls`, `timeout`, `not_found`, `CancellationError`.
    init(_ server: PostgresServer, _ flag: CancellationFlag) throws {
        if let trouble = galley_libpq_load() {
            throw ConnectorError(
                type: "internal",
                "PostgreSQL can't be reached: \(String(cString: trouble)); on Debian it comes with the package libpq5")
        }
        let deadline = ContinuousClock.now + .seconds(server.seconds)
        let options = try server.options()
        let names = options.map { strdup($0.name) } + [nil]
        let values = options.map { strdup($0.value) } + [nil]
        defer { for text in names + values { free(text) } }
        let opened = names.map { UnsafePointer($0) }.withUnsafeBufferPointer { names in
            values.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
                // 0: a database's name is a name, though it may look like a connection string.
                PQconnectStartParams(names.baseAddress, values.baseAddress, 0)
            }
        }
        guard let opened else { throw ConnectorError(type: "internal", "libpq can't be started") }
        (self.server, connection, self.deadline, self.flag) = (server, opened, deadline, flag)
        // What the server remarks must not go to standard error.
        PQsetNoticeReceiver(opened, { _, _ in }, nil)
        try connect()
    }

    deinit { PQfinish(connection) }

    private func connect() throws {
        // A server that does not answer has a tenth of a minute, whatever the step may take.
        let last = min(deadline, .now + .seconds(10))
        var waitsFor = Int16(POLLOUT)
        guard PQstatus(connection) != CONNECTION_BAD else { throw connectionFailure() }
        while true {
            guard try wait(for: waitsFor, until: last) else {
                throw ConnectorError(
                    type: "timeout", "\(server.place) did not take the connection within 10 seconds", isTransient: true)
            }
            switch PQconnectPoll(connection) {
            case PGRES_POLLING_OK:
                guard PQsetnonblocking(connection, 1) == 0 else { try lost() }
                return
            case PGRES_POLLING_READING: waitsFor = Int16(POLLIN)
            case PGRES_POLLING_WRITING: waitsFor = Int16(POLLOUT)
            default: throw connectionFailure()
            }
        }
    }

    /// Waits for the socket.
    /// - Returns: false when the time is over.
    /// - Throws: `CancellationError`.
    private func wait(for events: Int16, until last: ContinuousClock.Instant) throws -> Bool {
        while ContinuousClock.now < last {
            try flag.check()
            var place = pollfd(fd: PQsocket(connection), events: events, revents: 0)
            if poll(&place, 1, 50) != 0 { return true }
        }
        return false
    }

    // MARK: - Transactions

    /// Runs `body` in one transaction: all of it or nothing.
    func transaction<Answer>(_ access: Access, _ body: () throws -> Answer) throws -> Answer {
        // The server stops by itself, should our word not reach it. Texts of times are in UTC and in ISO 8601.
        let begin =
            "BEGIN \(access == .reading ? "READ ONLY" : "READ WRITE"); SET LOCAL statement_timeout = '\(server.seconds + 5)s';"
            + "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'iso_8601';"
            + "SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1; SET LOCAL standard_conforming_strings = on"
        try simple(begin)
        let answer = try body()
        // What only read ends with the connection.
        guard access == .writing else { return answer }
        isCommitting = true
        try simple("COMMIT")
        isCommitting = false
        return answer
    }

    private func simple(_ sql: String) throws {
        guard PQsendQuery(connection, sql) == 1 else { try lost() }
        try results { _ in true }
    }

    // MARK: - Statements

    /// One statement, prepared: what its parameters are and what it gives.
    struct Statement {
        let parameters: [PostgresType]
        let columns: [PostgresColumn]
    }

    /// Prepares a statement in place of the one before it.
    func prepare(_ sql: String) throws -> Statement {
        guard !sql.utf8.contains(0) else {
            throw ConnectorError(type: "bad_input", "\"sql\" has a null character in it")
        }
        try sendPrepare(sql)
        guard PQsendDescribePrepared(connection, "") == 1 else { try lost() }
        var parameters: [UInt32] = []
        var columns: [(name: String, type: UInt32)] = []
        try results { result in
            parameters = (0..<PQnparams(result)).map { PQparamtype(result, $0) }
            columns = (0..<PQnfields(result)).map {
                (PQfname(result, $0).map { String(cString: $0) } ?? "", PQftype(result, $0))
            }
            return true
        }
        let known = ownTypes.count
        let types = try types(Set(parameters + columns.map(\.type)))
        // Asking for types took the place of the statement.
        if ownTypes.count > known { try sendPrepare(sql) }
        return Statement(
            parameters: parameters.map { types[$0] ?? .text },
            columns: columns.map { PostgresColumn(name: $0.name, type: types[$0.type] ?? .text) })
    }

    private func sendPrepare(_ sql: String) throws {
        guard PQsendPrepare(connection, "", sql, 0, nil) == 1 else { try lost() }
        try results { _ in true }
    }

    /// Runs the prepared statement once.
    /// - Parameters:
    ///   - row: takes the rows as they come, one at a time in memory; false ends the statement.
    /// - Returns: how many rows it changed or gave, as the server says.
    @discardableResult
    func run(
        _ statement: Statement, _ values: [JSON], row: (PostgresRow) throws -> Bool
    ) throws -> Int {
        guard values.count == statement.parameters.count else {
            throw ConnectorError(
                type: "bad_input",
                "the statement has \(statement.parameters.count) parameters, but \(values.count) values are given")
        }
        let texts = try zip(values, statement.parameters).enumerated().map { place, pair in
            try PostgresParameter.text(pair.0, as: pair.1, place: place + 1)
        }
        let copies = texts.map { $0.flatMap { strdup($0) } }
        defer { for copy in copies { free(copy) } }
        let sent = copies.map { UnsafePointer($0) }.withUnsafeBufferPointer {
            PQsendQueryPrepared(connection, "", Int32(copies.count), $0.baseAddress, nil, nil, 0)
        }
        guard sent == 1, PQsetSingleRowMode(connection) == 1 else { try lost() }
        var changed = 0
        try results { result in
            if let count = Int(String(cString: PQcmdTuples(result))) { changed = count }
            for number in 0..<PQntuples(result) {
                guard try row(PostgresRow(result: result, number: number, columns: statement.columns)) else {
                    return false
                }
            }
            return true
        }
        return changed
    }

    /// Takes what the server answers to what was sent.
    /// - Parameter take: false: no more of it is wanted.
    /// - Throws: what the server says, `timeout`, `CancellationError`, and what `take` throws; the statement is ended first.
    private func results(_ take: (OpaquePointer) throws -> Bool) throws {
        var failure: (any Error)?
        var isUnwanted = false
        while true {
            do {
                try receive()
            } catch {
                guard failure == nil else { throw failure ?? error }
                stopStatement()
                drain()
                throw isCommitting ? Self.unknown(error) : error
            }
            guard let result = PQgetResult(connection) else { break }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY:
                guard failure == nil, !isUnwanted else { continue }
                do {
                    isUnwanted = try !take(result)
                } catch {
                    failure = error
                }
                if isUnwanted || failure != nil { stopStatement() }
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                // No end would come of it.
                throw ConnectorError(
                    type: "bad_input", "COPY can't be run here; use postgres.insert or postgres.export")
            default:
                if failure == nil, !isUnwanted {
                    failure = PostgresFailure.of(result, server, isCommitting: isCommitting)
                }
            }
        }
        if let failure { throw failure }
    }

    /// Sends what is left and waits until there is a whole answer, or the next row.
    ///
    /// Nothing is read while a row is there: libpq would keep all that it reads, and the server waits when we don't.
    private func receive() throws {
        while true {
            let flushed = PQflush(connection)
            guard flushed >= 0 else { try lost() }
            if flushed == 0, PQisBusy(connection) == 0 { return }
            guard PQconsumeInput(connection) == 1 else { try lost() }
            if flushed == 0, PQisBusy(connection) == 0 { return }
            guard ContinuousClock.now < deadline else {
                throw ConnectorError(
                    type: "timeout", "the step took longer than \(server.seconds) seconds and was stopped")
            }
            try flag.check()
            // Not until something comes: TLS may hold what the socket no longer shows.
            var place = pollfd(
                fd: PQsocket(connection), events: Int16(POLLIN) | (flushed == 1 ? Int16(POLLOUT) : 0), revents: 0)
            poll(&place, 1, 50)
        }
    }

    /// Asks the server to end the statement. That is a connection of its own, which may hang: it gets two seconds.
    private func stopStatement() {
        guard let handle = PQgetCancel(connection) else { return }
        let cancel = UInt(bitPattern: handle)
        let done = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            guard let handle = OpaquePointer(bitPattern: cancel) else { return }
            var message = [CChar](repeating: 0, count: 256)
            _ = PQcancel(handle, &message, 256)
            PQfreeCancel(handle)
            done.signal()
        }
        _ = done.wait(timeout: .now() + .seconds(2))
    }

    /// Gives the server two seconds to say that it ended the statement, so that it is over when the step is.
    private func drain() {
        let last = ContinuousClock.now + .seconds(2)
        while ContinuousClock.now < last {
            guard PQflush(connection) >= 0, PQconsumeInput(connection) == 1 else { return }
            while PQisBusy(connection) == 0 {
                guard let result = PQgetResult(connection) else { return }
                PQclear(result)
            }
            var place = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
            poll(&place, 1, 50)
        }
    }

    private static func unknown(_ error: any Error) -> any Error {
        guard let error = error as? ConnectorError else { return error }
        return ConnectorError(type: error.type, error.message, outcome: .unknown)
    }

    // MARK: - Types

    /// What is behind the numbers of types; those of the database's own are asked for once.
    private func types(_ numbers: Set<UInt32>) throws -> [UInt32: PostgresType] {
        var known: [UInt32: PostgresType] = [:]
        var strange: [UInt32] = []
        for number in numbers {
            if let type = PostgresType.of(number) ?? ownTypes[number] {
                known[number] = type
            } else {
                strange.append(number)
            }
        }
        guard !strange.isEmpty else { return known }
        let list = strange.map(String.init).joined(separator: ",")
        let sql =
            "SELECT t.oid, CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END, "
            + "CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END FROM pg_catalog.pg_type t WHERE t.oid IN (\(list))"
        guard PQsendQuery(connection, sql) == 1 else { try lost() }
        try results { result in
            for row in 0..<PQntuples(result) {
                let cells = (0..<Int32(3)).map { UInt32(String(cString: PQgetvalue(result, row, $0))) ?? 0 }
                let element = cells[2] == 0 ? nil : PostgresType.of(cells[2]) ?? .text
                let type = element.map { .array($0.scalar) } ?? PostgresType.of(cells[1]) ?? .text
                (known[cells[0]], ownTypes[cells[0]]) = (type, type)
            }
            return true
        }
        return known
    }

    // MARK: - Failures

    private func connectionFailure() -> ConnectorError {
        PostgresFailure.connecting(String(cString: PQerrorMessage(connection)), server)
    }

    private func lost() throws -> Never {
        throw PostgresFailure.lost(String(cString: PQerrorMessage(connection)), server, isCommitting: isCommitting)
    }
}
