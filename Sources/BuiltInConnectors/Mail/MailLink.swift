// A libcurl handle under the rules of mail connections: TLS, addresses, time, and what is said when it fails. Blocking.

import CCurl
import ConnectorKit
import Glibc

/// One handle. libcurl's callbacks see it, so it has to live as long as a call of libcurl does.
final class MailLink {
    let server: MailServer
    let flag: CancellationFlag
    let curl: UnsafeMutableRawPointer
    /// What the server said last when it refused something.
    private(set) var lastReply = ""
    /// Its lines go on (RFC 5321 §4.2.1).
    private var isReplyOpen = false
    private var refusedAddress: String?

    init(_ server: MailServer, _ flag: CancellationFlag) throws(ConnectorError) {
        if let trouble = galley_curl_load() {
            throw ConnectorError(
                type: "internal",
                "there is no mail: \(String(cString: trouble)); on Debian it comes with the package libcurl4")
        }
        guard let curl = galley_curl_init() else {
            throw ConnectorError(type: "internal", "libcurl has no memory left")
        }
        (self.server, self.flag, self.curl) = (server, flag, curl)
        setOptions()
    }

    deinit { galley_curl_cleanup(curl) }

    /// Does what the handle is set up for.
    /// - Returns: libcurl's code, the status that the server gave, and libcurl's words.
    func perform() -> (code: CURLcode, status: Int, detail: String) {
        var message = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        let code = message.withUnsafeMutableBufferPointer { message in
            galley_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, message.baseAddress)
            defer { galley_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, nil) }
            return withExtendedLifetime(self) { galley_curl_perform(curl) }
        }
        var status = 0
        _ = galley_curl_get_long(curl, CURLINFO_RESPONSE_CODE, &status)
        return (code, status, String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    private func setOptions() {
        let own = Unmanaged.passUnretained(self).toOpaque()
        galley_curl_set_string(curl, CURLOPT_URL, server.url)
        galley_curl_set_string(curl, CURLOPT_PROTOCOLS_STR, "\(server.protocol.rawValue),\(server.protocol.rawValue)s")
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
        if let username = server.username {
            galley_curl_set_string(curl, CURLOPT_USERNAME, username)
            if let token = server.token {
                galley_curl_set_string(curl, CURLOPT_XOAUTH2_BEARER, token)
                galley_curl_set_string(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2")
            } else if let password = server.password {
                galley_curl_set_string(curl, CURLOPT_PASSWORD, password)
            }
        }
        galley_curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
        galley_curl_set_long(curl, CURLOPT_CONNECTTIMEOUT, min(10, server.timeoutSeconds))
        galley_curl_set_long(curl, CURLOPT_TIMEOUT, server.timeoutSeconds)
        galley_curl_set_long(curl, CURLOPT_NOPROGRESS, 0)
        galley_curl_set_pointer(curl, CURLOPT_HEADERDATA, own)
        galley_curl_set_pointer(curl, CURLOPT_WRITEDATA, own)
        galley_curl_set_pointer(curl, CURLOPT_XFERINFODATA, own)
        galley_curl_set_pointer(curl, CURLOPT_OPENSOCKETDATA, own)
        galley_curl_set_io(curl, CURLOPT_HEADERFUNCTION) { buffer, size, count, own in
            if let buffer, let own { MailLink.at(own).heard(buffer, size * count) }
            return size * count
        }
        galley_curl_set_io(curl, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
        galley_curl_set_progress(curl) { own, _, _, _, _ in
            own.map { MailLink.at($0).flag.isRaised } == true ? 1 : 0
        }
        galley_curl_set_opensocket(curl) { own, _, address in
            guard let own, let address else { return -1 }
            return MailLink.at(own).openSocket(address)
        }
    }

    private static func at(_ pointer: UnsafeMutableRawPointer) -> MailLink {
        Unmanaged<MailLink>.fromOpaque(pointer).takeUnretainedValue()
    }

    private func heard(_ buffer: UnsafeMutablePointer<CChar>, _ count: Int) {
        let line = String(decoding: UnsafeRawBufferPointer(start: buffer, count: min(count, 512)), as: UTF8.self)
        let isRefusal =
            switch server.protocol {
            // Its good-bye to our QUIT comes after the refusal.
            case .smtp: line.hasPrefix("4") || line.hasPrefix("5")
            case .imap: line.contains(" NO ") || line.contains(" BAD ") || line.hasPrefix("* BYE")
            }
        guard isRefusal else { return }
        let words = String(
            line.unicodeScalars.prefix(300).filter { $0.value >= 0x20 && $0.value != 0x7F }.map { Character($0) })
        // The reason often stands in the first line, and the last one has a link.
        lastReply = String((isReplyOpen ? "\(lastReply) \(words.dropFirst(4))" : words).prefix(600))
        isReplyOpen = server.protocol == .smtp && words.dropFirst(3).hasPrefix("-")
    }

    /// Opens a socket to an address, if the connection may use it.
    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        // curl gives room for the longer address behind the declared one.
        let start = UnsafeRawPointer(address) + (MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0)
        guard let known = IPAddress(start, address.pointee.family) else { return -1 }
        if let what = HostAddresses.refusal(of: known, server.mayBeInside) {
            refusedAddress = what
            return -1
        }
        return socket(
            address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }

    // MARK: - Failures

    /// Why there is no connection; nil when libcurl's code is about something else.
    func connectionFailure(_ code: CURLcode, status: Int, detail: String) -> ConnectorError? {
        let place = server.place
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            return ConnectorError(type: "dns", "there is no address for \(place)", isTransient: true)
        case _ where refusedAddress != nil:
            return HostAddresses.refused(place, "has \(refusedAddress ?? "")")
        case CURLE_COULDNT_CONNECT:
            return ConnectorError(
                type: "connection", "\(place) can't be reached on port \(server.port)", isTransient: true)
        case CURLE_OPERATION_TIMEDOUT:
            return ConnectorError(
                type: "timeout", "\(place) did not answer within \(server.timeoutSeconds) seconds", isTransient: true)
        case CURLE_LOGIN_DENIED:
            let what = server.token == nil ? "the user name and password" : "the user name and token"
            return ConnectorError(
                type: "auth", "\(place) does not accept \(what)\(said)", status: status == 0 ? nil : status)
        case CURLE_USE_SSL_FAILED:
            return ConnectorError(
                type: "tls",
                "\(place) does not offer TLS on port \(server.port); set \"tls\" of the connection to what it offers")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM:
            return ConnectorError(
                type: "tls", "there is no safe connection to \(place): \(server.redacted(detail))")
        default: return nil
        }
    }

    /// What the server said when it refused, to be put behind a sentence.
    var said: String { lastReply.isEmpty ? "" : ": \(server.redacted(lastReply))" }

    func lost(_ detail: String) -> ConnectorError {
        ConnectorError(
            type: "connection", "the connection to \(server.place) failed: \(server.redacted(detail))",
            isTransient: true)
    }
}
