// The certificate that the server shows: its files, and what is wrong with them, said before anybody connects.

import Foundation
import Logging
import NIOSSL

/// Why a certificate or its key can't be used: one sentence, with the file's name and what to do.
public struct CertificateProblem: Error, CustomStringConvertible {
    public let description: String
}

enum ServerCertificate {
    /// Within so many days of its end, each start says so.
    private static let noticeDays = 14

    /// Reads both files (PEM; the certificate with its chain, its own first).
    /// - Throws: `CertificateProblem`.
    static func configuration(
        _ certificate: String, key: String, _ logger: Logger, now: Date = .now
    ) throws(CertificateProblem) -> TLSConfiguration {
        let chain = try chain(certificate)
        let privateKey = try privateKey(key)
        guard let own = chain.first else { throw noCertificate(certificate) }
        try checkDates(of: own, certificate, now, logger)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch NIOSSLError.failedToLoadPrivateKey {
            // It could be read, so it is another's.
            throw CertificateProblem(
                description:
                    "the key in \(key) is not that of the certificate in \(certificate): take the pair that was "
                    + "made together, and let the server's own certificate be the first in its file")
        } catch {
            throw CertificateProblem(
                description: "\(certificate) and \(key) can't be used together: the TLS library refuses them (\(error))"
            )
        }
        return configuration
    }

    private static func chain(_ file: String) throws(CertificateProblem) -> [NIOSSLCertificate] {
        let (bytes, text) = try read(file)
        guard text.contains("-----BEGIN CERTIFICATE-----") else { throw noCertificate(file, text) }
        do {
            return try NIOSSLCertificate.fromPEMBytes(bytes)
        } catch {
            throw CertificateProblem(
                description: "\(file) has a certificate that can't be read: the file is damaged or cut off")
        }
    }

    private static func noCertificate(_ file: String, _ text: String = "") -> CertificateProblem {
        CertificateProblem(
            description: text.contains("PRIVATE KEY-----")
                ? "\(file) holds a private key and no certificate: is it the one for --tls-key?"
                : "\(file) holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----")
    }

    private static func privateKey(_ file: String) throws(CertificateProblem) -> NIOSSLPrivateKey {
        let (bytes, text) = try read(file)
        guard text.contains("PRIVATE KEY-----") else {
            throw CertificateProblem(
                description: text.contains("-----BEGIN CERTIFICATE-----")
                    ? "\(file) holds a certificate and no private key: is it the one for --tls-certificate?"
                    : "\(file) holds no private key in PEM, which begins with -----BEGIN PRIVATE KEY-----")
        }
        guard !text.contains("ENCRYPTED") else {
            throw CertificateProblem(
                description:
                    "the key in \(file) is locked with a passphrase, which a server can't type: write it without "
                    + "one (openssl pkey -in \(file) -out NEW) and let only galley's user read it")
        }
        do {
            return try NIOSSLPrivateKey(bytes: bytes, format: .pem)
        } catch {
            throw CertificateProblem(
                description: "\(file) has a private key that can't be read: it is damaged or cut off")
        }
    }

    private static func read(_ file: String) throws(CertificateProblem) -> (bytes: [UInt8], text: String) {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw CertificateProblem(description: "\(file) can't be read: \(String(cString: strerror(errno)))")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            // A certificate with its chain is some kilobytes; a device or a wrong file may have no end.
            let bytes = try handle.read(upToCount: 1 << 20) ?? Data()
            return (Array(bytes), String(decoding: bytes, as: UTF8.self))
        } catch {
            throw CertificateProblem(description: "\(file) can't be read: it is not a file")
        }
    }

    private static func checkDates(
        of certificate: NIOSSLCertificate, _ file: String, _ now: Date, _ logger: Logger
    ) throws(CertificateProblem) {
        let (from, until) = (date(certificate.notValidBefore), date(certificate.notValidAfter))
        guard now >= from else {
            throw CertificateProblem(
                description: "the certificate in \(file) is not valid before \(from.formatted(.iso8601)); "
                    + "by this machine's clock it is \(now.formatted(.iso8601))")
        }
        guard now < until else {
            throw CertificateProblem(
                description:
                    "the certificate in \(file) expired at \(until.formatted(.iso8601)): no client would accept it; "
                    + "put a new one in its place")
        }
        let days = Int(until.timeIntervalSince(now) / 86_400)
        if days < noticeDays {
            logger.warning("the certificate expires soon", metadata: ["file": "\(file)", "days": "\(days)"])
        }
    }

    private static func date(_ time: time_t) -> Date { Date(timeIntervalSince1970: Double(time)) }
}
