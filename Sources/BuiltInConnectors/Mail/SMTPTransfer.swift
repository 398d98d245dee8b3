// One mail over SMTP with libcurl: blocking, on a thread of its own.

import CCurl
import ConnectorKit
import Glibc

/// Where mail goes and how.
struct SMTPServer: Sendable {
    enum Security: String, CaseIterable, Sendable {
        /// Plain text turned into TLS before anything else is said; refused when the server can't.
        case starttls
        /// TLS from the first byte.
        case tls
        /// Plain text.
        case none

        var standardPort: Int {
            switch self {
            case .starttls: 587
            case .tls: 465
            case .none: 25
            }
        }
    }
    var host: String
    var port: Int
    var security: Security
    var username: String?
    var password: String?
    var certificates: CertificateFiles
    /// Addresses of this machine and of private networks may be connected to.
    var mayBeInside: Bool
    /// For the whole transfer.
    var timeoutSeconds: Int

    var isThisMachine: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}

/// The transfer of one mail. Lives as long as the call; libcurl's callbacks see it.
final class SMTPTransfer {
    private let server: SMTPServer
    private let bytes: [UInt8]
    private let flag: CancellationFlag
    private var sent = 0
    /// The end of the mail has been given to libcurl: from here the server may have taken it.
    private var isHandedOver = false
    /// What the server said last when it refused something.
    private var lastReply = ""
    private var refusedAddress: String?

    init(_ server: SMTPServer, _ bytes: [UInt8], flag: CancellationFlag) {
        (self.server, self.bytes, self.flag) = (server, bytes, flag)
    }

    /// Sends the mail.
    func send(from sender: String, to recipients: [String]) throws {
        if let trouble = galley_curl_load() {
            throw ConnectorError(
                type: "internal",
                "mail can't be sent: \(String(cString: trouble)); on Debian it comes with the package libcurl4")
        }
        guard let curl = galley_curl_init() else {
            throw ConnectorError(type: "internal", "libcurl has no memory left")
        }
        defer { galley_curl_cleanup(curl) }
        var list: UnsafeMutablePointer<curl_slist>?
        for recipient in recipients { list = galley_curl_append(list, "<\(recipient)>") }
        defer { galley_curl_free_list(list) }
        var message = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        let code = message.withUnsafeMutableBufferPointer { message in
            setOptions(curl, sender: sender, recipients: list)
            galley_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, message.baseAddress)
            return withExtendedLifetime(self) { galley_curl_perform(curl) }
        }
        guard code != CURLE_OK else { return }
        var status = 0
        _ = galley_curl_get_long(curl, CURLINFO_RESPONSE_CODE, &status)
        let detail = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        throw try failure(code, status: status, detail: detail)
    }

    private func setOptions(
        _ curl: UnsafeMutableRawPointer, sender: String, recipients: UnsafeMutablePointer<curl_slist>?
    ) {
        let own = Unmanaged.passUnretained(self).toOpaque()
        let host = server.host.contains(":") ? "[\(server.host)]" : server.host
        galley_curl_set_string(
            curl, CURLOPT_URL, "\(server.security == .tls ? "smtps" : "smtp")://\(host):\(server.port)")
        galley_curl_set_string(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        // The environment's proxies are not for mail: what is connected to would not be known.
        galley_curl_set_string(curl, CURLOPT_PROXY, "")
        if server.security != .none { galley_curl_set_long(curl, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
        galley_curl_set_long(curl, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let authority = server.certificates.authority {
            // In the place of the system's, not beside them.
            galley_curl_set_string(curl, CURLOPT_CAINFO, authority)
            galley_curl_set_string(curl, CURLOPT_CAPATH, nil)
        }
        if let certificate = server.certificates.client, let key = server.certificates.key {
            galley_curl_set_string(curl, CURLOPT_SSLCERT, certificate)
            galley_curl_set_string(curl, CURLOPT_SSLKEY, key)
        }
        if let username = server.username, let password = server.password {
            galley_curl_set_string(curl, CURLOPT_USERNAME, username)
            galley_curl_set_string(curl, CURLOPT_PASSWORD, password)
        }
        galley_curl_set_string(curl, CURLOPT_MAIL_FROM, "<\(sender)>")
        galley_curl_set_list(curl, CURLOPT_MAIL_RCPT, recipients)
        galley_curl_set_long(curl, CURLOPT_UPLOAD, 1)
        galley_curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
        galley_curl_set_long(curl, CURLOPT_CONNECTTIMEOUT, min(10, server.timeoutSeconds))
        galley_curl_set_long(curl, CURLOPT_TIMEOUT, server.timeoutSeconds)
        galley_curl_set_long(curl, CURLOPT_NOPROGRESS, 0)
        galley_curl_set_pointer(curl, CURLOPT_READDATA, own)
        galley_curl_set_pointer(curl, CURLOPT_HEADERDATA, own)
        galley_curl_set_pointer(curl, CURLOPT_WRITEDATA, own)
        galley_curl_set_pointer(curl, CURLOPT_XFERINFODATA, own)
        galley_curl_set_pointer(curl, CURLOPT_OPENSOCKETDATA, own)
        galley_curl_set_io(curl, CURLOPT_READFUNCTION) { buffer, size, count, own in
            guard let buffer, let own else { return 0 }
            return SMTPTransfer.at(own).read(into: buffer, room: size * count)
        }
        galley_curl_set_io(curl, CURLOPT_HEADERFUNCTION) { buffer, size, count, own in
            if let buffer, let own { SMTPTransfer.at(own).heard(buffer, size * count) }
            return size * count
        }
        galley_curl_set_io(curl, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
        galley_curl_set_progress(curl) { own, _, _, _, _ in
            own.map { SMTPTransfer.at($0).flag.isRaised } == true ? 1 : 0
        }
        galley_curl_set_opensocket(curl) { own, _, address in
            guard let own, let address else { return -1 }
            return SMTPTransfer.at(own).openSocket(address)
        }
    }

    private static func at(_ pointer: UnsafeMutableRawPointer) -> SMTPTransfer {
        Unmanaged<SMTPTransfer>.fromOpaque(pointer).takeUnretainedValue()
    }

    private func read(into buffer: UnsafeMutablePointer<CChar>, room: Int) -> Int {
        let count = min(room, bytes.count - sent)
        if count == 0 { isHandedOver = true }
        bytes.withUnsafeBytes { all in
            if count > 0, let start = all.baseAddress { memcpy(buffer, start + sent, count) }
        }
        sent += count
        return count
    }

    private func heard(_ buffer: UnsafeMutablePointer<CChar>, _ count: Int) {
        // Its good-bye to our QUIT comes after the refusal.
        guard count > 0, buffer[0] == CChar(UInt8(ascii: "4")) || buffer[0] == CChar(UInt8(ascii: "5")) else { return }
        let line = String(decoding: UnsafeRawBufferPointer(start: buffer, count: min(count, 512)), as: UTF8.self)
        lastReply = String(
            line.unicodeScalars.prefix(300).filter { $0.value >= 0x20 && $0.value != 0x7F }.map { Character($0) })
    }

    /// Opens a socket to an address, if the connection may use it.
    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let bytes: [UInt8]
        switch address.pointee.family {
        case AF_INET:
            bytes = withUnsafeBytes(of: &address.pointee.addr) { Array($0[4..<8]) }
        case AF_INET6:
            // curl gives room for the longer address behind the declared one.
            let start = UnsafeRawPointer(address) + (MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0)
            bytes = Array(UnsafeRawBufferPointer(start: start + 8, count: 16))
        default: return -1
        }
        switch IPAddress(bytes: bytes).reach {
        case .everywhere: break
        case .inside where server.mayBeInside: break
        case .inside(let what), .never(let what):
            refusedAddress = what
            return -1
        }
        return socket(
            address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }
}

// MARK: - Failures

extension SMTPTransfer {
    /// - Throws: `CancellationError` when the step was cancelled before the mail was handed over.
    private func failure(_ code: CURLcode, status: Int, detail: String) throws -> ConnectorError {
        let place = "the mail server \(server.host)"
        let said = status >= 400 && !lastReply.isEmpty ? ": \(redacted(lastReply))" : ""
        // An answer of 4yz or 5yz to the whole mail is as definite as one before it.
        if isHandedOver, status < 400 {
            return ConnectorError(
                type: "timeout", "\(place) has the mail but did not say whether it takes it", isTransient: false,
                outcome: .unknown)
        }
        if code == CURLE_ABORTED_BY_CALLBACK, flag.isRaised { throw CancellationError() }
        let passing = (400..<500).contains(status)
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            return ConnectorError(
                type: "dns", "there is no address for the mail server \(server.host)", isTransient: true)
        case _ where refusedAddress != nil:
            return ConnectorError(
                type: "connection",
                "\(place) has \(refusedAddress ?? ""); if that is meant, allow \"private_addresses\" in \"network\" of the connection or of galley.json"
            )
        case CURLE_COULDNT_CONNECT:
            return ConnectorError(
                type: "connection", "\(place) can't be reached on port \(server.port)", isTransient: true)
        case CURLE_OPERATION_TIMEDOUT:
            return ConnectorError(
                type: "timeout", "\(place) did not answer within \(server.timeoutSeconds) seconds", isTransient: true)
        case CURLE_LOGIN_DENIED:
            return ConnectorError(
                type: "auth", "\(place) does not accept the user name and password\(said)", status: status)
        case CURLE_USE_SSL_FAILED:
            return ConnectorError(
                type: "tls",
                "\(place) does not offer TLS on port \(server.port); set \"tls\" of the connection to what it offers")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM:
            return ConnectorError(type: "tls", "there is no safe connection to \(place): \(redacted(detail))")
        case _ where status >= 400:
            let type = status == 530 || status == 535 ? "auth" : "refused"
            return ConnectorError(
                type: type, "\(place) refused the mail (\(status))\(said)", status: status, isTransient: passing)
        default:
            return ConnectorError(
                type: "connection", "the connection to \(place) failed: \(redacted(detail))", isTransient: true)
        }
    }

    /// Without what should not be in messages: servers may quote what they were sent.
    private func redacted(_ text: String) -> String {
        var text = server.certificates.redacted(text)
        for secret in [
            server.password, server.username.flatMap { name in server.password.map { "\u{0}\(name)\u{0}\($0)" } },
        ] {
            guard let secret, secret.utf8.count >= 3 else { continue }
            text = text.replacing(secret, with: "…").replacing(Base64Text.encode(Array(secret.utf8)), with: "…")
        }
        return text
    }
}
