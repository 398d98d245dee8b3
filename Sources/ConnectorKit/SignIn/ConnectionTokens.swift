// The access tokens of one connection: kept, refreshed ahead of their end, by one request at a time for all jobs.

import JSONCore
import Synchronization

import Glibc

/// Gives a connection's access token. One value is shared by everything in the process that uses the connection.
public final class ConnectionTokens: Sendable {
    private struct State {
        var isLoaded = false
        var record: TokenRecord?
        /// The record could not be written; it is tried again with the next call.
        var isUnsaved = false
        var refresh: Refresh?
        var refreshes = 0
    }

    private struct Refresh {
        let number: Int
        let task: Task<TokenRecord, any Error>
    }

    private let storage: any TokenStorage
    private let clock: @Sendable () -> Int64
    private let state = Mutex(State())

    /// - Parameter clock: milliseconds since 1970.
    public init(
        storage: any TokenStorage = TokensInMemory(),
        clock: @escaping @Sendable () -> Int64 = ConnectionTokens.systemMilliseconds
    ) {
        (self.storage, self.clock) = (storage, clock)
    }

    public static let systemMilliseconds: @Sendable () -> Int64 = {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// An access token that is good for some time yet, for connectors that sign in without HTTP.
    /// - Parameter refused: a token that the system has just said no to; another one is given.
    /// - Throws: `ConnectorError`; `CancellationError` when the caller's task is cancelled.
    public func accessToken(
        _ settings: OAuthSettings, refused: String? = nil, through client: any HTTPClient
    ) async throws -> String {
        let record = try record()
        let known = record.flatMap { $0.seed == settings.seed ? $0 : nil }
        if let broken = known?.broken, broken.credentials == settings.credentials {
            throw Self.broken(broken, settings)
        }
        saveAgain()
        if let known, let token = known.accessToken, token != refused {
            if isFresh(known) { return token }
            // Ahead of its end a failure does no harm yet.
            do {
                return try await refreshed(settings, refused: refused, client).accessToken ?? token
            } catch let error as ConnectorError where error.isTransient && !isOver(known) {
                return token
            }
        }
        guard let token = try await refreshed(settings, refused: refused, client).accessToken else {
            throw ConnectorError(type: "auth", "the connection \"\(settings.connection)\" has no access token")
        }
        return token
    }

    /// Gets a token when there is none that is good: shows whether the connection can sign in.
    /// - Throws: `ConnectorError`.
    public func signIn(_ settings: OAuthSettings, through client: any HTTPClient) async throws {
        _ = try await accessToken(settings, through: client)
    }

    /// What keeps the connection from being used; nil when nothing is known to.
    public func problem(_ settings: OAuthSettings) -> String? {
        let known: TokenRecord?
        do { known = try record() } catch { return (error as? ConnectorError)?.message ?? "\(error)" }
        if let broken = known?.broken, known?.seed == settings.seed, broken.credentials == settings.credentials {
            return broken.reason
        }
        guard settings.grant == .authorizationCode || settings.grant == .refreshToken else { return nil }
        do { _ = try Self.proof(settings, known) } catch { return error.error.message }
        return nil
    }

    /// Whether somebody has signed in: what `galley connections list` says about a connection.
    public func standing(_ settings: OAuthSettings) -> (obtainedAt: Int64, expiresAt: Int64?, scope: String?)? {
        guard let known = (try? record()).flatMap({ $0 }), known.seed == settings.seed, known.accessToken != nil else {
            return nil
        }
        return (known.obtainedAt, known.expiresAt, known.scope)
    }

    /// Lets a connection that was refused for good be tried once more.
    public func tryAgain() {
        _ = try? record()
        state.withLock { $0.record?.broken = nil }
    }

    /// Reads what is stored again: another process may have signed in.
    public func reload() { state.withLock { if !$0.isUnsaved { $0.isLoaded = false } } }

    /// Keeps tokens that a person's sign-in gave.
    func keep(_ record: TokenRecord) async throws {
        try await storage.exclusively { [self] in
            try storage.save(record)
            state.withLock { ($0.record, $0.isLoaded, $0.isUnsaved) = (record, true, false) }
        }
    }

    /// Asks for tokens with the code that the browser brought.
    func exchange(
        _ code: String, verifier: String?, redirect: String, _ settings: OAuthSettings, through client: any HTTPClient
    ) async throws -> TokenRecord {
        let request = TokenRequest(settings: settings, storage: storage, now: clock())
        let record: TokenRecord
        do {
            record = try await request.send(
                .code(code, verifier: verifier, redirect: redirect), old: nil, through: client)
        } catch let failure as TokenFailure {
            throw failure.error
        }
        try await keep(record)
        return record
    }

    // MARK: -

    private func record() throws -> TokenRecord? {
        try state.withLock { state in
            if !state.isLoaded {
                state.record = try storage.load()
                state.isLoaded = true
                if let record = state.record {
                    storage.hide([record.accessToken, record.refreshToken].compactMap(\.self))
                }
            }
            return state.record
        }
    }

    private func saveAgain() {
        let record = state.withLock { $0.isUnsaved ? $0.record : nil }
        guard let record, (try? storage.save(record)) != nil else { return }
        state.withLock { if $0.record == record { $0.isUnsaved = false } }
    }

    /// A tenth of its time, at most a minute, before its end a token is replaced.
    private func isFresh(_ record: TokenRecord) -> Bool {
        guard let end = record.expiresAt else { return true }
        return clock() < end - min(60_000, max(0, end - record.obtainedAt) / 10)
    }

    private func isOver(_ record: TokenRecord) -> Bool { record.expiresAt.map { clock() >= $0 } ?? false }

    /// Waits for the one request that is under way, or begins it. It goes on when the caller goes away: others wait for it.
    private func refreshed(
        _ settings: OAuthSettings, refused: String?, _ client: any HTTPClient
    ) async throws -> TokenRecord {
        let refresh = state.withLock { state -> Refresh in
            if let running = state.refresh { return running }
            state.refreshes += 1
            let number = state.refreshes
            let begun = Refresh(
                number: number,
                task: Task { [self] in
                    defer { endRefresh(number) }
                    return try await renew(settings, refused: refused, client)
                })
            state.refresh = begun
            return begun
        }
        let record = try await refresh.task.value
        try Task.checkCancellation()
        return record
    }

    private func endRefresh(_ number: Int) { state.withLock { if $0.refresh?.number == number { $0.refresh = nil } } }

    private func renew(
        _ settings: OAuthSettings, refused: String?, _ client: any HTTPClient
    ) async throws -> TokenRecord {
        try await storage.exclusively { [self] in
            // Another process, or the refresh before this one, may have been quicker.
            let stored = state.withLock { $0.isUnsaved } ? try record() : try storage.load()
            let known = stored.flatMap { $0.seed == settings.seed ? $0 : nil }
            if let known, let token = known.accessToken, token != refused, known.broken == nil, isFresh(known) {
                storage.hide([known.accessToken, known.refreshToken].compactMap(\.self))
                state.withLock { ($0.record, $0.isLoaded) = (known, true) }
                return known
            }
            do {
                let proof = try Self.proof(settings, known)
                let record = try await TokenRequest(settings: settings, storage: storage, now: clock()).sendPatiently(
                    proof, old: known, through: client)
                keepNow(record)
                return record
            } catch let failure as TokenFailure {
                throw fail(failure, known, settings)
            }
        }
    }

    /// On the disk before it is used: the refresh token before it may be good no more.
    private func keepNow(_ record: TokenRecord) {
        let isSaved = (try? storage.save(record)) != nil
        state.withLock { ($0.record, $0.isLoaded, $0.isUnsaved) = (record, true, !isSaved) }
    }

    private func fail(_ failure: TokenFailure, _ known: TokenRecord?, _ settings: OAuthSettings) -> ConnectorError {
        guard failure.isFinal else { return failure.error }
        var record = known ?? TokenRecord(seed: settings.seed, obtainedAt: clock())
        record.accessToken = nil
        let broken = TokenRecord.Broken(
            reason: failure.error.message, since: clock(), credentials: settings.credentials)
        record.broken = broken
        keepNow(record)
        return Self.broken(broken, settings, status: failure.error.status)
    }

    private static func broken(
        _ broken: TokenRecord.Broken, _ settings: OAuthSettings, status: Int? = nil
    ) -> ConnectorError {
        ConnectorError(
            type: "auth", "the connection \"\(settings.connection)\" is broken: \(broken.reason)", status: status)
    }

    /// What can be shown for a token.
    private static func proof(_ settings: OAuthSettings, _ known: TokenRecord?) throws(TokenFailure) -> TokenProof {
        let kept = known.flatMap { $0.seed == settings.seed ? $0 : nil }
        switch settings.grant {
        case .clientCredentials: return .client
        case .jwtBearer: return .assertion
        case .refreshToken:
            if let token = kept?.refreshToken ?? settings.refreshToken { return .refresh(token) }
            throw TokenFailure(
                error: ConnectorError(
                    type: "auth",
                    "the connection \"\(settings.connection)\" can't sign in: \"auth\" has no \"refresh_token\""),
                isFinal: false)
        case .authorizationCode:
            if let token = kept?.refreshToken { return .refresh(token) }
            let isOld = kept?.accessToken != nil
            throw TokenFailure(
                error: ConnectorError(
                    type: "auth",
                    isOld
                        ? "the sign-in of the connection \"\(settings.connection)\" has ended and can't be renewed by itself: "
                            + settings.connectHint
                        : "nobody has signed in for the connection \"\(settings.connection)\" yet: "
                            + settings.connectHint.replacing("again ", with: "")),
                isFinal: false)
        }
    }
}

extension TokenRequest {
    /// Sends it up to three times while the server is busy or can't be reached.
    func sendPatiently(_ proof: TokenProof, old: TokenRecord?, through client: any HTTPClient) async throws
        -> TokenRecord
    {
        var wait = Duration.milliseconds(200)
        for attempt in 1...3 {
            do {
                return try await send(proof, old: old, through: client)
            } catch let failure as TokenFailure where failure.error.isTransient && attempt < 3 {
                let asked = failure.error.retryAfter.map { Duration.milliseconds(Int64($0 * 1_000)) } ?? wait
                guard asked <= .seconds(5) else { throw failure }
                try await Task.sleep(for: asked)
                wait *= 4
            }
        }
        throw TokenFailure(error: ConnectorError(type: "auth", "there is no access token"), isFinal: false)
    }
}
