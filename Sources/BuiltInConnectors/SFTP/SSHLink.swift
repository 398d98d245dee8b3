// A TCP connection with an SSH session on it, by libssh2: blocking for its caller, but never longer than the server may take.

import CSSH2
import ConnectorKit
import Glibc

/// One session. It belongs to one thread at a time, and ends when released.
final class SSHLink {
    let server: SFTPServer
    let session: OpaquePointer
    private let socket: CInt
    private let flag: CancellationFlag
    private let password: UnsafeMutablePointer<CChar>?
    /// Whether the server still listens to us, as far as we know.
    private var isSound = true

    /// Connects and agrees on keys; nothing of the connection's credentials has been sent then.
    /// - Parameter hostKeyTypes: the types of keys that the server may show, the best first, as SSH spells them.
    /// - Throws: `dns`, `connection`, `timeout`, `ssh`, `CancellationError`.
    init(_ server: SFTPServer, hostKeyTypes: String, flag: CancellationFlag) throws {
        if let trouble = galley_ssh2_load() {
            throw ConnectorError(
                type: "internal",
                "there is no SFTP: \(String(cString: trouble)); on Debian it comes with the package libssh2-1")
        }
        (self.server, self.flag) = (server, flag)
        socket = try Self.connect(server, flag)
        password = server.password.flatMap { strdup($0) }
        guard let session = galley_ssh2_session(password) else {
            close(socket)
            free(password)
            throw ConnectorError(type: "internal", "libssh2 has no memory left")
        }
        self.session = session
        guard galley_libssh2_session_method_pref(session, LIBSSH2_METHOD_HOSTKEY, hostKeyTypes) == 0 else {
            throw ConnectorError(type: "ssh", "this libssh2 knows no key of the types \(hostKeyTypes)")
        }
        let code = try again { Int(galley_libssh2_session_handshake(session, socket)) }
        guard code == 0 else {
            isSound = false
            throw handshakeFailure(code)
        }
    }

    deinit {
        if isSound {
            galley_libssh2_session_disconnect_ex(session, 11, "done", "")
        }
        // From here on no call waits for the other side.
        shutdown(socket, Int32(SHUT_RDWR))
        var tries = 0
        while galley_libssh2_session_free(session) == LIBSSH2_ERROR_EAGAIN, tries < 1_000 { tries += 1 }
        close(socket)
        if let password {
            memset(password, 0, strlen(password))
            free(password)
        }
    }

    // MARK: - Calls

    /// Calls until the answer is there, for at most the connection's `timeout`.
    /// - Returns: what the call gave, never `LIBSSH2_ERROR_EAGAIN`.
    func again(_ call: () -> Int) throws -> Int {
        let deadline = ContinuousClock.now + .seconds(server.seconds)
        while true {
            let code = call()
            if code != Int(LIBSSH2_ERROR_EAGAIN) { return code }
            try wait(until: deadline)
        }
    }

    /// The same for calls that give a value or nothing.
    func again<Value>(_ call: () -> Value?) throws -> Value? {
        let deadline = ContinuousClock.now + .seconds(server.seconds)
        while true {
            if let value = call() { return value }
            guard galley_libssh2_session_last_errno(session) == LIBSSH2_ERROR_EAGAIN else { return nil }
            try wait(until: deadline)
        }
    }

    private func wait(until deadline: ContinuousClock.Instant) throws {
        if flag.isRaised || ContinuousClock.now >= deadline { isSound = false }
        try flag.check()
        guard isSound else {
            throw ConnectorError(
                type: "timeout", "\(server.place) did not answer within \(server.seconds) seconds", isTransient: true)
        }
        let directions = galley_libssh2_session_block_directions(session)
        let events =
            (directions & LIBSSH2_SESSION_BLOCK_OUTBOUND != 0 ? Int16(POLLOUT) : 0)
            | (directions & LIBSSH2_SESSION_BLOCK_OUTBOUND == 0 || directions & LIBSSH2_SESSION_BLOCK_INBOUND != 0
                ? Int16(POLLIN) : 0)
        var place = pollfd(fd: socket, events: events, revents: 0)
        poll(&place, 1, 50)
    }

    /// What libssh2 says about the latest failure, without secrets.
    var lastMessage: String {
        var text: UnsafeMutablePointer<CChar>?
        var length: Int32 = 0
        _ = galley_libssh2_session_last_error(session, &text, &length, 0)
        guard let text, length > 0 else { return "" }
        return server.redacted(String(cString: text))
    }

    /// The failure of a call whose code is none of SFTP's own.
    func lost(_ code: Int, outcome: ConnectorError.Outcome = .refused) -> ConnectorError {
        isSound = false
        let isOver = [LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_RECV]
            .contains(Int32(clamping: code))
        return ConnectorError(
            type: "connection",
            isOver
                ? "\(server.place) ended the connection"
                : "the connection to \(server.place) failed: \(lastMessage) (\(code))", isTransient: true,
            outcome: outcome)
    }

    private func handshakeFailure(_ code: Int) -> ConnectorError {
        switch Int32(clamping: code) {
        case LIBSSH2_ERROR_KEX_FAILURE, LIBSSH2_ERROR_METHOD_NOT_SUPPORTED:
            ConnectorError(
                type: "ssh",
                "\(server.place) and Galley have no cipher or type of key in common (\(lastMessage)); if its only key is of RSA, it needs one of Ed25519 or ECDSA too (there: ssh-keygen -A), for libssh2 1.10 takes RSA keys only with the old signatures that servers no longer make"
            )
        case LIBSSH2_ERROR_BANNER_RECV, LIBSSH2_ERROR_BANNER_NONE, LIBSSH2_ERROR_PROTO:
            ConnectorError(
                type: "ssh", "what answers on port \(server.port) of \(server.host) does not speak SSH",
                isTransient: true)
        default:
            ConnectorError(
                type: "connection", "\(server.place) ended the connection before it was safe: \(lastMessage)",
                isTransient: true)
        }
    }

    // MARK: - TCP

    private static let connectSeconds = 10

    /// Tries one address after the other.
    private static func connect(_ server: SFTPServer, _ flag: CancellationFlag) throws -> CInt {
        let addresses = try HostAddresses.of(server.host, place: server.place, network: server.network)
        let deadline = ContinuousClock.now + .seconds(min(connectSeconds, server.seconds))
        var reason: CInt = ETIMEDOUT
        for address in addresses {
            let descriptor = Glibc.socket(address.isIPv6 ? AF_INET6 : AF_INET, galley_ssh2_socket_type(), 0)
            guard descriptor >= 0 else {
                reason = errno
                continue
            }
            do {
                reason = try connect(descriptor, address, server.port, flag, deadline)
            } catch {
                close(descriptor)
                throw error
            }
            if reason == 0 {
                var on: Int32 = 1
                setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
                return descriptor
            }
            close(descriptor)
        }
        let why =
            reason == ECONNREFUSED
            ? "nothing answers on port \(server.port): the connection was refused"
            : reason == ETIMEDOUT
                ? "port \(server.port) did not answer in time" : String(cString: strerror(reason))
        throw ConnectorError(
            type: "connection", "\(server.place) can't be reached: \(why)", isTransient: true)
    }

    /// - Returns: 0, or why not.
    private static func connect(
        _ descriptor: CInt, _ address: IPAddress, _ port: Int, _ flag: CancellationFlag,
        _ deadline: ContinuousClock.Instant
    ) throws -> CInt {
        let begun = address.withSocketAddress(port: port) { Glibc.connect(descriptor, $0, $1) }
        if begun == 0 { return 0 }
        guard errno == EINPROGRESS else { return errno }
        while ContinuousClock.now < deadline {
            try flag.check()
            var place = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&place, 1, 50) > 0 else { continue }
            var (reason, size) = (CInt(0), socklen_t(MemoryLayout<CInt>.size))
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &reason, &size)
            return reason
        }
        return ETIMEDOUT
    }
}
