// Host names to addresses, asked of the system outside Swift's own threads.

import ConnectorKit
import Dispatch
import Synchronization

import Glibc

/// Why a name has no addresses.
struct ResolutionError: Error, Hashable {
    let message: String
    let isTransient: Bool
}

/// Resolves names, keeping answers for a short time.
///
/// `getaddrinfo` blocks for as long as the system's resolver likes, so it runs on Dispatch's threads, and the caller's wait
/// ends at its own limit.
final class NameResolver: Sendable {
    typealias Lookup = @Sendable (String) -> Result<[IPAddress], ResolutionError>

    private struct Known {
        let addresses: [IPAddress]
        let until: ContinuousClock.Instant
    }

    /// How long an answer is good: long enough for a loop of calls, short enough for a moved host.
    static let keptFor: Duration = .seconds(10)
    private static let mostKept = 256

    private let lookup: Lookup
    private let known = Mutex<[String: Known]>([:])

    /// - Parameter lookup: blocking; the system's by default, replaced in tests.
    init(lookup: @escaping Lookup = NameResolver.system) { self.lookup = lookup }

    /// The addresses of `host`, in the system's order of preference; at least one.
    /// - Throws: `ResolutionError`; after `limit` a transient one.
    func addresses(of host: String, within limit: Duration) async throws(ResolutionError) -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        let now = ContinuousClock.now
        if let found = known.withLock({ $0[host] }), found.until > now { return found.addresses }
        let lookup = self.lookup
        let result: Result<[IPAddress], ResolutionError> = await withCheckedContinuation { continuation in
            let answer = FirstAnswer(continuation)
            DispatchQueue.global().async { answer.give(lookup(host)) }
            DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(limit.nanoseconds)) {
                answer.give(
                    .failure(ResolutionError(message: "the name server did not answer in time", isTransient: true)))
            }
        }
        let addresses = try result.get()
        known.withLock { known in
            if known.count >= Self.mostKept { known = known.filter { $0.value.until > now } }
            if known.count >= Self.mostKept { known.removeAll() }
            known[host] = Known(addresses: addresses, until: now + Self.keptFor)
        }
        return addresses
    }

    /// Asks the system.
    static let system: Lookup = { host in
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &first)
        guard code == 0 else {
            let isTransient = code == EAI_AGAIN || code == EAI_SYSTEM || code == EAI_MEMORY
            return .failure(
                ResolutionError(
                    message: isTransient ? "the name server can't be asked at the moment" : "there is no such host",
                    isTransient: isTransient))
        }
        defer { freeaddrinfo(first) }
        var addresses: [IPAddress] = []
        var next = first
        while let entry = next {
            if let address = entry.pointee.ai_addr.flatMap({ address(at: $0, family: entry.pointee.ai_family) }),
                !addresses.contains(address)
            {
                addresses.append(address)
            }
            next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else {
            return .failure(ResolutionError(message: "there is no such host", isTransient: false))
        }
        return .success(addresses)
    }

    private static func address(at pointer: UnsafeMutablePointer<sockaddr>, family: Int32) -> IPAddress? {
        switch family {
        case AF_INET:
            pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                IPAddress(bytes: withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) })
            }
        case AF_INET6:
            pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                IPAddress(bytes: withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) })
            }
        default: nil
        }
    }
}

/// Hands the first of several answers to a waiting task.
private final class FirstAnswer<Answer: Sendable>: Sendable {
    private let waiting: Mutex<CheckedContinuation<Answer, Never>?>

    init(_ continuation: CheckedContinuation<Answer, Never>) { waiting = Mutex(continuation) }

    func give(_ answer: Answer) {
        waiting.withLock { waiting -> CheckedContinuation<Answer, Never>? in
            defer { waiting = nil }
            return waiting
        }?.resume(returning: answer)
    }
}

extension Duration {
    /// Whole nanoseconds, at most what an `Int` holds.
    var nanoseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 9_000_000_000 else { return .max }
        return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }
}
