// The one client for outbound HTTP: every rule of design §5 in one place.

import AsyncHTTPClient
import ConnectorKit
import Logging
import NIOCore
import NIOHTTP1

/// Sends requests of connectors under the workspace's policy.
///
/// It costs nothing until the first request. Call `shutdown()` when done.
public final class OutboundClient: ConnectorKit.HTTPClient, Sendable {
    /// Addresses of one host that are tried at most.
    private static let mostAddresses = 4

    private let policy: NetworkPolicy
    private let logger: Logger
    private let resolver: NameResolver
    private let clients: ClientCache

    public convenience init(policy: NetworkPolicy, logger: Logger) {
        self.init(policy: policy, logger: logger, resolver: NameResolver())
    }

    /// - Parameter resolver: answers from the test instead of the network.
    init(policy: NetworkPolicy, logger: Logger, resolver: NameResolver) {
        (self.policy, self.logger, self.resolver) = (policy, logger, resolver)
        clients = ClientCache(limit: policy.limits.clients)
    }

    /// Closes all connections. Requests under way fail, later ones are refused.
    public func shutdown() async { await clients.shutdown() }

    public func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        let start = ContinuousClock.now
        let whole = try limit(request.timeout)
        let deadline = start + whole.duration
        var hop = Hop(
            url: try TargetURL(request.url), method: try RequestRules.method(request.method).rawValue,
            headers: request.headers, body: request.body, upload: request.upload, permissions: request.permissions)
        var followed = 0
        while true {
            let answer: RawAnswer
            do {
                answer = try await exchange(hop, request: request, whole: whole, deadline: deadline)
            } catch let error as ConnectorError where followed > 0 {
                // Whoever redirected may have acted before: a later failure to connect doesn't undo that.
                throw error.withUnknownOutcome
            }
            logger.debug(
                "http",
                metadata: [
                    "method": "\(hop.method)", "url": "\(hop.url.shown)", "status": "\(answer.status)",
                    "milliseconds": "\((ContinuousClock.now - start).nanoseconds / 1_000_000)",
                ])
            guard request.redirects > 0, let next = try hop.next(after: answer) else {
                return HTTPAnswer(status: answer.status, headers: answer.headers, body: answer.body, url: hop.url.text)
            }
            followed += 1
            guard followed <= min(request.redirects, policy.limits.redirects, 5) else {
                throw ConnectorError(
                    type: "bad_answer",
                    "\(hop.url.origin.host) redirects once more after \(followed - 1) redirects (limit redirects)",
                    status: answer.status, outcome: .unknown)
            }
            hop = next
        }
    }

    /// The limit of the whole call.
    private func limit(_ timeout: Double?) throws(ConnectorError) -> OutboundFailure.WholeTime {
        guard let timeout else { return .init(duration: policy.limits.whole, isOwn: false) }
        guard timeout > 0, timeout <= 86_400 else {
            throw ConnectorError(type: "bad_input", "a time-out must be more than 0 and at most 86,400 seconds")
        }
        return .init(duration: .milliseconds(Int64(max(1, timeout * 1000))), isOwn: true)
    }

    /// Kept connections to one system that may be found closed, one after the other, before the call fails.
    private static let mostGone = 8

    /// One request and its answer, over the first address that takes a connection.
    private func exchange(
        _ hop: Hop, request: HTTPRequest, whole: OutboundFailure.WholeTime, deadline: ContinuousClock.Instant
    ) async throws -> RawAnswer {
        let host = hop.url.origin.host
        let headers = try RequestRules.headers(hop.headers, url: hop.url, limits: policy.limits)
        let tls = hop.url.origin.isSecure ? try TLSSettings(tlsPermissions(hop), folder: policy.folder) : nil
        let addresses = try await addresses(of: hop, deadline: deadline)
        let connect = policy.limits.connect / max(1, addresses.count)
        let terms = AnswerCollector.Terms(
            host: host, isSecure: hop.url.origin.isSecure, isHead: hop.method == "HEAD",
            inMemory: .init(
                name: "answer_bytes",
                bytes: hop.permissions.maximumAnswerBytes ?? policy.permissions.maximumAnswerBytes
                    ?? policy.limits.answerBytes),
            download: request.download,
            downloaded: .init(name: "download_bytes", bytes: policy.limits.downloadBytes),
            ratio: policy.limits.inflationRatio, headerBytes: policy.limits.headerBytes,
            headersBytes: policy.limits.headersBytes,
            mayEndByClosing: hop.permissions.bodiesWithoutLength || policy.permissions.bodiesWithoutLength,
            firstByte: request.timeout == nil ? policy.limits.firstByte : max(policy.limits.firstByte, whole.duration),
            deadline: .now() + .nanoseconds(Int64(max(0, (deadline - .now).nanoseconds))), whole: whole)

        var attempts = addresses.isEmpty ? [nil] : addresses.map { Optional($0) }
        var hasRetried = false
        /// Kept connections that were gone before anything was written to them.
        var gone = 0
        var place = 0
        while true {
            guard ContinuousClock.now < deadline else {
                throw OutboundFailure.wholeTime(host, whole, wasSent: false)
            }
            let key = ClientCache.Key(
                origin: hop.url.origin, address: attempts[place], tls: tls, proxy: policy.permissions.proxy,
                connectNanoseconds: connect.nanoseconds)
            let collector = AnswerCollector(terms)
            do {
                return try await clients.withClient(key) { client in
                    try await self.run(hop, headers: headers, on: client, collector: collector)
                }
            } catch {
                // The engine knows what a canceled step means; it asks for this error.
                if Task.isCancelled || error is CancellationError { throw CancellationError() }
                let wasSent = collector.wasSent
                let failure = OutboundFailure.of(
                    error, host: host, wasSent: wasSent, hasHead: collector.hasHead,
                    connect: policy.limits.connect, whole: whole)
                if !wasSent, failure.type == "connection" || failure.type == "timeout", place + 1 < attempts.count {
                    place += 1
                    continue
                }
                // Nothing was written to it, so another one does no harm, whatever the request is.
                if !wasSent, OutboundFailure.isGone(error), gone < Self.mostGone {
                    gone += 1
                    continue
                }
                // A kept connection that the other side closed just then: once more, where that can't do harm.
                if failure.type == "connection", !collector.hasHead, !hasRetried, wasSent ? request.isRepeatable : false
                {
                    hasRetried = true
                    attempts = [attempts[place]]
                    place = 0
                    continue
                }
                throw failure
            }
        }
    }

    /// Certificates are the connection's, or else the workspace's.
    private func tlsPermissions(_ hop: Hop) -> NetworkPermissions {
        var permissions = policy.permissions
        if let authority = hop.permissions.certificateAuthority { permissions.certificateAuthority = authority }
        if let certificate = hop.permissions.clientCertificate {
            permissions.clientCertificate = certificate
            permissions.clientKey = hop.permissions.clientKey
        }
        return permissions
    }

    /// The addresses that may be connected to; empty behind a proxy, where the proxy resolves the name.
    private func addresses(
        of hop: Hop, deadline: ContinuousClock.Instant
    ) async throws(ConnectorError) -> [IPAddress] {
        let host = hop.url.origin.host
        if policy.permissions.proxy != nil, IPAddress(host) == nil { return [] }
        let found: [IPAddress]
        do {
            found = try await resolver.addresses(of: host, within: min(policy.limits.connect, deadline - .now))
        } catch {
            throw ConnectorError(
                type: "dns", "the address of \(host) could not be found: \(error.message)",
                isTransient: error.isTransient)
        }
        let mayBeInside = hop.permissions.privateAddresses || policy.permissions.privateAddresses
        var allowed: [IPAddress] = []
        var reason = ""
        for address in found {
            switch address.reach {
            case .everywhere: allowed.append(address)
            case .inside(let what):
                if mayBeInside {
                    allowed.append(address)
                } else {
                    let place =
                        hop.isElsewhere
                        ? "galley.json (what the connection allows ends where it is redirected to another place)"
                        : "the connection or of galley.json"
                    reason = "\(what); if that is meant, allow \"private_addresses\" in \"network\" of \(place)"
                }
            case .never(let what): reason = what
            }
        }
        guard !allowed.isEmpty else {
            throw ConnectorError(type: "refused", "\(host) is not called: it has \(reason)")
        }
        return Array(allowed.prefix(Self.mostAddresses))
    }

    private func run(
        _ hop: Hop, headers: HTTPHeaders, on client: UnderlyingClient, collector: AnswerCollector
    ) async throws -> RawAnswer {
        let underlying = try UnderlyingClient.Request(
            url: hop.url.text, method: HTTPMethod(rawValue: hop.method), headers: headers,
            body: RequestBody(hop)?.underlying(on: client.eventLoopGroup.any(), until: collector))
        // The collector's own timer starts when the request goes out; before that the connection's limit holds, unless the
        // call's is shorter.
        let task = client.execute(
            request: underlying, delegate: collector, deadline: collector.deadlineToConnect(policy.limits.connect))
        return try await withTaskCancellationHandler {
            do {
                return try await task.futureResult.get()
            } catch  where !(error is ConnectorError) {
                // What a refusal that came before the whole body was sent does to the sending is no failure of the call.
                guard let refusal = collector.earlyRefusal else { throw error }
                return refusal
            }
        } onCancel: {
            task.cancel()
        }
    }
}

extension ConnectorError {
    /// The same failure of a call that may have had its effect.
    fileprivate var withUnknownOutcome: ConnectorError {
        ConnectorError(
            type: type, message, status: status, retryAfter: retryAfter, isTransient: isTransient, outcome: .unknown,
            details: details)
    }
}
