// One mail over SMTP with libcurl: blocking, on a thread of its own.

import CCurl
import ConnectorKit
import Glibc

/// The transfer of one mail. Lives as long as the call; libcurl's callback sees it.
final class SMTPTransfer {
    private let link: MailLink
    private let bytes: [UInt8]
    private var sent = 0
    /// The end of the mail has been given to libcurl: from here the server may have taken it.
    private var isHandedOver = false

    init(_ server: MailServer, _ bytes: [UInt8], flag: CancellationFlag) throws(ConnectorError) {
        (link, self.bytes) = (try MailLink(server, flag), bytes)
    }

    /// Sends the mail.
    func send(from sender: String, to recipients: [String]) throws {
        var list: UnsafeMutablePointer<curl_slist>?
        for recipient in recipients { list = galley_curl_append(list, "<\(recipient)>") }
        defer { galley_curl_free_list(list) }
        let own = Unmanaged.passUnretained(self).toOpaque()
        galley_curl_set_string(link.curl, CURLOPT_MAIL_FROM, "<\(sender)>")
        galley_curl_set_list(link.curl, CURLOPT_MAIL_RCPT, list)
        galley_curl_set_long(link.curl, CURLOPT_UPLOAD, 1)
        galley_curl_set_pointer(link.curl, CURLOPT_READDATA, own)
        galley_curl_set_io(link.curl, CURLOPT_READFUNCTION) { buffer, size, count, own in
            guard let buffer, let own else { return 0 }
            return Unmanaged<SMTPTransfer>.fromOpaque(own).takeUnretainedValue().read(into: buffer, room: size * count)
        }
        let end = withExtendedLifetime(self) { link.perform() }
        guard end.code != CURLE_OK else { return }
        throw try failure(end.code, status: end.status, detail: end.detail)
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

    /// - Throws: `CancellationError` when the step was cancelled before the mail was handed over.
    private func failure(_ code: CURLcode, status: Int, detail: String) throws -> ConnectorError {
        let place = link.server.place
        // An answer of 4yz or 5yz to the whole mail is as definite as one before it.
        if isHandedOver, status < 400 {
            return ConnectorError(
                type: "timeout", "\(place) has the mail but did not say whether it takes it", isTransient: false,
                outcome: .unknown)
        }
        if code == CURLE_ABORTED_BY_CALLBACK, link.flag.isRaised { throw CancellationError() }
        if let failure = link.connectionFailure(code, status: status, detail: detail) { return failure }
        guard status >= 400 else { return link.lost(detail) }
        return ConnectorError(
            type: status == 530 || status == 535 ? "auth" : "refused",
            "\(place) refused the mail (\(status))\(link.said)", status: status,
            isTransient: (400..<500).contains(status))
    }
}
