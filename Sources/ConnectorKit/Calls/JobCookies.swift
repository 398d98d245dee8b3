// Cookies that services set in the answers to one job's calls, for those that keep a session by them.

import Synchronization

/// What services asked to get back, for as long as a job runs (RFC 6265).
///
/// A cookie goes back to the scheme, host and port that set it, over the same connection, and to nobody else: `Domain` is
/// not obeyed. It is gone with the job, and when the job goes on in another process: a service then starts a new session.
public final class JobCookies: Sendable {
    static let most = 50
    static let mostBytes = 4_096

    private struct Cookie {
        let connection: String
        let origin: HTTPOrigin
        let path: String
        let name: String
        let value: String

        func isSame(as other: Cookie) -> Bool {
            connection == other.connection && origin == other.origin && path == other.path && name == other.name
        }
    }

    /// Oldest first.
    private let known = Mutex<[Cookie]>([])

    public init() {}

    /// Adds to a request what its service asked to get back.
    public func add(to request: inout HTTPRequest, connection: String) {
        guard let origin = HTTPOrigin(of: request.url) else { return }
        let path = Self.path(of: request.url)
        let pairs = known.withLock { cookies in
            cookies.filter { $0.connection == connection && $0.origin == origin && Self.covers($0.path, path) }
                // More precise paths come first (§5.4).
                .enumerated().sorted {
                    ($1.element.path.utf8.count, $0.offset) < ($0.element.path.utf8.count, $1.offset)
                }
                .map { "\($0.element.name)=\($0.element.value)" }
        }
        guard !pairs.isEmpty else { return }
        let own = request.header("cookie").map { [$0] } ?? []
        request.setHeader("Cookie", (own + pairs).joined(separator: "; "))
    }

    /// Takes up what an answer sets, and drops what it takes back.
    public func keep(_ answer: HTTPAnswer, connection: String) {
        guard let origin = HTTPOrigin(of: answer.url) else { return }
        for header in answer.headers where header.name == "set-cookie" && header.value.utf8.count <= Self.mostBytes {
            let parts = header.value.split(separator: ";", omittingEmptySubsequences: false).map(Self.pair)
            guard let (name, value) = parts.first, !name.isEmpty, let value, Self.isPlain(name), Self.isPlain(value)
            else {
                continue
            }
            func attribute(_ wanted: String) -> String? {
                parts.dropFirst().last { $0.name.lowercased() == wanted }?.value
            }
            let given = attribute("path").flatMap { $0.hasPrefix("/") ? $0 : nil }
            let cookie = Cookie(
                connection: connection, origin: origin, path: given ?? Self.folder(Self.path(of: answer.url)),
                name: name,
                value: value)
            let isOver = Self.isOver(attribute("max-age"), attribute("expires"), serverDate: answer.header("date"))
            known.withLock { cookies in
                cookies.removeAll { $0.isSame(as: cookie) }
                guard !isOver else { return }
                if cookies.count >= Self.most { cookies.removeFirst() }
                cookies.append(cookie)
            }
        }
    }

    /// `Max-Age` wins over `Expires`; a session that lasts longer than now lasts as long as the job.
    private static func isOver(_ age: String?, _ expires: String?, serverDate: String?) -> Bool {
        if let age, let seconds = Int(age) { return seconds <= 0 }
        return expires.flatMap { RetryAfter.seconds($0, serverDate: serverDate) } == 0
    }

    private static func pair(_ text: Substring) -> (name: String, value: String?) {
        func trimmed(_ text: Substring) -> String {
            let inner = text.drop { $0 == " " || $0 == "\t" }
            return String(inner.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
        guard let equals = text.firstIndex(of: "=") else { return (trimmed(text), nil) }
        return (trimmed(text[..<equals]), trimmed(text[text.index(after: equals)...]))
    }

    /// Whether it can stand in a header without being read as something else.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") }
    }

    private static func path(of url: String) -> String {
        guard let scheme = url.range(of: "://") else { return "/" }
        let rest = url[scheme.upperBound...]
        guard let start = rest.firstIndex(where: { $0 == "/" || $0 == "?" || $0 == "#" }), rest[start] == "/" else {
            return "/"
        }
        return String(rest[start...].prefix { $0 != "?" && $0 != "#" })
    }

    /// Up to the last slash (§5.1.4).
    private static func folder(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    private static func covers(_ cookie: String, _ path: String) -> Bool {
        guard path.hasPrefix(cookie) else { return false }
        return cookie.hasSuffix("/") || path.utf8.count == cookie.utf8.count
            || path.dropFirst(cookie.count).first == "/"
    }
}
