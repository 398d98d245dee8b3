// The name in a server's certificate: for a host name only names count, never addresses.

import NIOCore
import NIOSSL

/// NIOSSL takes a certificate also when it names the address that was connected to. Who can lead a name to an address of
/// their own could then show a certificate for that address, so names are compared once more, without that.
enum ServerName {
    struct Mismatch: Error { let host: String }

    /// Fails unless the certificate of `channel` is for `host`.
    static func check(_ channel: any Channel, host: String) -> EventLoopFuture<Void> {
        channel.nioSSL_peerCertificate().flatMap { certificate in
            guard let certificate, isNamed(host, by: certificate) else {
                // Only after the failure is known is the connection closed, as the pool expects it in that order.
                channel.eventLoop.execute { channel.close(promise: nil) }
                return channel.eventLoop.makeFailedFuture(Mismatch(host: host))
            }
            return channel.eventLoop.makeSucceededVoidFuture()
        }
    }

    /// A certificate without any alternative names has been held against its common name by NIOSSL.
    private static func isNamed(_ host: String, by certificate: NIOSSLCertificate) -> Bool {
        let names = certificate._subjectAlternativeNames()
        guard !names.isEmpty else { return true }
        return names.contains { name in
            name.nameType == .dnsName && matches(host, pattern: String(decoding: Array(name.contents), as: UTF8.self))
        }
    }

    /// Whether `pattern`, which may have `*` as its whole first label, is for `host` (RFC 9525 §6.3).
    static func matches(_ host: String, pattern: String) -> Bool {
        let host = withoutLastDot(host.lowercased())
        let pattern = withoutLastDot(pattern.lowercased())
        if host == pattern { return !host.isEmpty && !pattern.contains("*") }
        guard pattern.hasPrefix("*."), !pattern.dropFirst(2).contains("*"), let dot = host.firstIndex(of: "."),
            dot != host.startIndex
        else { return false }
        let domain = host[host.index(after: dot)...]
        return domain == pattern.dropFirst(2) && domain.contains(".")
    }

    private static func withoutLastDot(_ name: String) -> String { name.last == "." ? String(name.dropLast()) : name }
}
