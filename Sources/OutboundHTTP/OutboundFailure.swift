// From what can go wrong on the way to errors that recipes can branch on.

import AsyncHTTPClient
import ConnectorKit
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

import Glibc

/// Makes the errors of this client. Messages name the host and never the rest of a URL.
enum OutboundFailure {
    static func connectTime(_ host: String, _ limit: Duration) -> ConnectorError {
        ConnectorError(
            type: "timeout",
            "there was no connection to \(host) within \(inSeconds(limit)) (limit connect_seconds)", isTransient: true)
    }

    static func firstByteTime(_ host: String, _ limit: Duration) -> ConnectorError {
        ConnectorError(
            type: "timeout", "\(host) did not begin to answer within \(inSeconds(limit)) (limit first_byte_seconds)",
            isTransient: true, outcome: .unknown)
    }

    /// The bound on a whole call, and whose it is.
    struct WholeTime: Sendable {
        let duration: Duration
        /// The call names it itself; else it is the workspace's.
        let isOwn: Bool

        var words: String { isOwn ? "the \"timeout\" of the call" : "limit call_seconds" }
    }

    static func wholeTime(_ host: String, _ limit: WholeTime, wasSent: Bool = true) -> ConnectorError {
        ConnectorError(
            type: "timeout", "the call to \(host) took longer than \(inSeconds(limit.duration)) (\(limit.words))",
            isTransient: true, outcome: wasSent ? .unknown : .refused)
    }

    static func tooLarge(_ host: String, _ limit: AnswerCollector.BodyLimit) -> ConnectorError {
        ConnectorError(
            type: "too_large", "the answer of \(host) is larger than \(limit.bytes) bytes (limit \(limit.name))",
            outcome: .unknown)
    }

    static func badAnswer(_ host: String, _ why: String, isTransient: Bool = false) -> ConnectorError {
        ConnectorError(
            type: "bad_answer", "the answer of \(host) can't be used: \(why)", isTransient: isTransient,
            outcome: .unknown)
    }

    static func inflation(
        _ error: InflationError, _ host: String, _ limit: AnswerCollector.BodyLimit
    ) -> ConnectorError {
        switch error {
        case .damaged: badAnswer(host, "its compressed body is damaged", isTransient: true)
        case .truncated: badAnswer(host, "its compressed body is cut short", isTransient: true)
        case .trailingBytes: badAnswer(host, "there is something behind the end of its compressed body")
        case .tooLarge: tooLarge(host, limit)
        case .bomb(let ratio):
            ConnectorError(
                type: "too_large",
                "the compressed answer of \(host) grows to more than \(ratio) times its size, which is not believed",
                outcome: .unknown)
        }
    }

    /// Whether a kept connection was closed before it was used.
    static func isGone(_ error: any Error) -> Bool {
        switch error {
        case ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed, ChannelError.outputClosed, ChannelError.eof:
            true
        default: false
        }
    }

    /// - Parameter wasSent: whether bytes of the request may have reached the other side.
    static func of(
        _ error: any Error, host: String, wasSent: Bool, hasHead: Bool, connect: Duration, whole: WholeTime
    ) -> ConnectorError {
        func failure(_ type: String, _ message: String, isTransient: Bool) -> ConnectorError {
            ConnectorError(type: type, message, isTransient: isTransient, outcome: wasSent ? .unknown : .refused)
        }
        switch error {
        case let error as ConnectorError: return error
        case let error as HTTPClientError:
            switch error {
            case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .httpProxyHandshakeTimeout,
                .socksHandshakeTimeout:
                return connectTime(host, connect)
            case .deadlineExceeded, .readTimeout, .writeTimeout: return wholeTime(host, whole, wasSent: wasSent)
            case .remoteConnectionClosed, .uncleanShutdown:
                return hasHead
                    ? badAnswer(host, "the connection was closed before its end", isTransient: true)
                    : failure("connection", "\(host) closed the connection without an answer", isTransient: true)
            case .proxyAuthenticationRequired:
                return failure("auth", "the proxy of the workspace asks for other credentials", isTransient: false)
            case .invalidProxyResponse:
                return failure(
                    "connection", "the proxy of the workspace did not let the call through", isTransient: true)
            case .alreadyShutdown: return failure("connection", "the program is shutting down", isTransient: true)
            default:
                // Its description names cases of the library, and may hold a header's value; its short name is enough.
                return failure(
                    "connection", "the call to \(host) failed (\(error.shortDescription))", isTransient: true)
            }
        case let error as HTTPParserError:
            if error == .invalidEOFState || error == .closedConnection {
                return hasHead
                    ? badAnswer(host, "it is cut short", isTransient: true)
                    : failure(
                        "connection", "\(host) closed the connection in the middle of its answer", isTransient: true)
            }
            return badAnswer(host, "it is not proper HTTP")
        case is ServerName.Mismatch:
            return failure(
                "tls", "there is no safe connection to \(host): its certificate is for another host", isTransient: false
            )
        case NIOSSLError.uncleanShutdown:
            return badAnswer(host, "the connection was cut before its end", isTransient: true)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return failure("tls", tlsSentence(error, host), isTransient: false)
        case ChannelError.connectTimeout: return connectTime(host, connect)
        case let error as IOError: return io(error, host, wasSent: wasSent)
        case let error as NIOConnectionError:
            if let io = error.connectionErrors.lazy.compactMap({ $0.error as? IOError }).first {
                return Self.io(io, host, wasSent: wasSent)
            }
            if error.dnsAError != nil, error.connectionErrors.isEmpty {
                return failure("dns", "the address of the proxy could not be found", isTransient: true)
            }
            return failure("connection", "there is no connection to \(host)", isTransient: true)
        case is ChannelError:
            return failure("connection", "\(host) closed the connection without an answer", isTransient: true)
        default: return failure("connection", "the call to \(host) failed", isTransient: true)
        }
    }

    private static func io(_ error: IOError, _ host: String, wasSent: Bool) -> ConnectorError {
        let why =
            switch error.errnoCode {
            case ECONNREFUSED: "nothing listens at that port"
            case ECONNRESET, EPIPE: "the other side broke the connection"
            case ENETUNREACH, EHOSTUNREACH: "there is no way to it from this machine"
            case ETIMEDOUT: "it does not answer"
            case EMFILE, ENFILE: "this machine has too many open files"
            default: String(cString: strerror(error.errnoCode)).lowercased()
            }
        return ConnectorError(
            type: "connection",
            wasSent ? "the connection to \(host) was lost: \(why)" : "there is no connection to \(host): \(why)",
            isTransient: true, outcome: wasSent ? .unknown : .refused)
    }

    private static func tlsSentence(_ error: any Error, _ host: String) -> String {
        let text = String(describing: error)
        let why =
            if text.contains("CERTIFICATE_VERIFY_FAILED") {
                "its certificate is not from an authority that is trusted here; for a private one, \(CertificateAdvice.words)"
            } else if text.contains("ailedToValidateHostname") || text.contains("ailed to validate hostname") {
                "its certificate is for another host"
            } else if text.contains("CERTIFICATE_REQUIRED") || text.contains("HANDSHAKE_FAILURE") {
                "it refused the handshake; it may want a client certificate or an older protocol"
            } else if text.contains("UNSUPPORTED_PROTOCOL") || text.contains("PROTOCOL_VERSION") {
                "it only speaks a version of TLS that is no longer safe"
            } else if text.contains("WRONG_VERSION_NUMBER") {
                "it does not speak TLS at that port"
            } else {
                "the handshake failed"
            }
        return "there is no safe connection to \(host): \(why)"
    }

    static func inSeconds(_ duration: Duration) -> String {
        let milliseconds = duration.nanoseconds / 1_000_000
        if milliseconds % 1000 == 0 { return "\(milliseconds / 1000) s" }
        return milliseconds < 1000 ? "\(milliseconds) ms" : "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
    }
}

/// What to do about a private authority, for who has another way to name its file.
public enum CertificateAdvice {
    public static let words = "name its file as \"certificate_authority\" in the connection's \"network\""
}
