// One delivery over SMTP (RFC 5321) through libcurl, which blocks: for threads of `BlockingWork`.

import CCurl
import ConnectorKit

/// Who the server is told the message is from and for.
struct MailEnvelope: Sendable {
    let from: String
    let recipients: [String]
}

/// The message while libcurl takes it, and whether the step was canceled.
private final class Upload {
    let bytes: [UInt8]
    let flag: CancellationFlag
    var sent = 0

    init(_ bytes: [UInt8], _ flag: CancellationFlag) { (self.bytes, self.flag) = (bytes, flag) }
}

struct SMTPSession {
    let server: MailServer
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(server: MailServer) { self.server = server }

    /// - Throws: `ConnectorError`; its outcome is unknown when the connection broke after the message began to be sent.
    func send(_ bytes: [UInt8], _ envelope: MailEnvelope, _ flag: CancellationFlag) throws {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw ConnectorError(type: "internal", "libcurl could not be started")
        }
        defer { curl_easy_cleanup(handle) }
        var recipients: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(recipients) }
        for recipient in envelope.recipients { recipients = curl_slist_append(recipients, "<\(recipient)>") }
        let upload = Upload(bytes, flag)
        let context = Unmanaged.passUnretained(upload).toOpaque()

        text(handle, CURLOPT_URL, server.url)
        text(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        text(handle, CURLOPT_PROXY, "")
        text(handle, CURLOPT_MAIL_FROM, "<\(envelope.from)>")
        _ = galley_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients)
        number(handle, CURLOPT_USE_SSL, server.security == .starttls ? Int(CURLUSESSL_ALL.rawValue) : 0)
        number(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let username = server.username, let password = server.password {
            text(handle, CURLOPT_USERNAME, username)
            text(handle, CURLOPT_PASSWORD, password)
        }
        number(handle, CURLOPT_UPLOAD, 1)
        number(handle, CURLOPT_NOSIGNAL, 1)
        number(handle, CURLOPT_CONNECTTIMEOUT, 10)
        number(handle, CURLOPT_TIMEOUT, 120)
        number(handle, CURLOPT_NOPROGRESS, 0)
        _ = galley_curl_set_pointer(handle, CURLOPT_READDATA, context)
        _ = galley_curl_set_io(handle, CURLOPT_READFUNCTION) { buffer, size, count, context in
            guard let buffer, let context else { return 0 }
            let upload = Unmanaged<Upload>.fromOpaque(context).takeUnretainedValue()
            let part = upload.bytes[upload.sent..<min(upload.sent + size * count, upload.bytes.count)]
            UnsafeMutableRawBufferPointer(start: buffer, count: part.count).copyBytes(from: part)
            upload.sent += part.count
            return part.count
        }
        _ = galley_curl_set_pointer(handle, CURLOPT_XFERINFODATA, context)
        _ = galley_curl_set_progress(handle) { context, _, _, _, _ in
            guard let context else { return 0 }
            return Unmanaged<Upload>.fromOpaque(context).takeUnretainedValue().flag.isRaised ? 1 : 0
        }
        let code = withExtendedLifetime(upload) { curl_easy_perform(handle) }
        guard code != CURLE_OK else { return }
        var status = 0
        _ = galley_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        throw failure(code, status: status, hasBegun: upload.sent > 0)
    }

    private func text(_ handle: UnsafeMutableRawPointer, _ option: CURLoption, _ value: String) {
        _ = galley_curl_set_string(handle, option, value)
    }

    private func number(_ handle: UnsafeMutableRawPointer, _ option: CURLoption, _ value: Int) {
        _ = galley_curl_set_long(handle, option, value)
    }

    private func failure(_ code: CURLcode, status: Int, hasBegun: Bool) -> any Error {
        let place = "the mail server \(server.host):\(server.port)"
        switch code {
        case CURLE_ABORTED_BY_CALLBACK: return CancellationError()
        case CURLE_COULDNT_RESOLVE_HOST:
            return ConnectorError(type: "dns", "\(place) has no address: is its name right?", isTransient: true)
        case CURLE_COULDNT_CONNECT:
            return ConnectorError(type: "connection", "\(place) can't be reached", isTransient: true)
        case CURLE_LOGIN_DENIED:
            return ConnectorError(type: "auth", "\(place) refused the username or password", status: status)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED, CURLE_SSL_CACERT_BADFILE:
            return ConnectorError(
                type: "tls", "no safe connection to \(place): \(String(cString: curl_easy_strerror(code)))")
        case CURLE_OPERATION_TIMEDOUT:
            return ConnectorError(
                type: "timeout", "\(place) did not answer in time", isTransient: true,
                outcome: hasBegun ? .unknown : .refused)
        case _ where (400..<600).contains(status):
            let what = hasBegun ? "the message" : "the sender or a recipient"
            return ConnectorError(
                type: "refused", "\(place) refused \(what) (\(status))", status: status, isTransient: status < 500)
        default:
            return ConnectorError(
                type: "connection", "the delivery to \(place) broke off: \(String(cString: curl_easy_strerror(code)))",
                isTransient: true, outcome: hasBegun ? .unknown : .refused)
        }
    }
}
