// TLS of a request: which authorities are trusted and which certificate is shown.

import ConnectorKit
import NIOSSL

import Glibc

/// The certificate files of a request, with the state they are in: a renewed file makes a new client.
struct TLSSettings: Hashable, Sendable {
    private struct File: Hashable, Sendable {
        let path: String
        let seconds: Int
        let nanoseconds: Int
        let bytes: Int

        init(_ name: String, in folder: String) throws(ConnectorError) {
            let path = name.hasPrefix("/") ? name : folder + "/" + name
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                throw ConnectorError(type: "tls", "there is no certificate or key file \(name)")
            }
            self.path = path
            (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
            bytes = Int(status.st_size)
        }
    }

    /// A certificate or key: in a file, or given as PEM text.
    private enum Source: Hashable, Sendable {
        case file(File)
        case text(String)

        var certificates: [NIOSSLCertificate]? {
            switch self {
            case .file(let file): try? NIOSSLCertificate.fromPEMFile(file.path)
            case .text(let text): try? NIOSSLCertificate.fromPEMBytes(Array(text.utf8))
            }
        }

        var privateKey: NIOSSLPrivateKey? {
            switch self {
            case .file(let file): try? NIOSSLPrivateKey(file: file.path, format: .pem)
            case .text(let text): try? NIOSSLPrivateKey(bytes: Array(text.utf8), format: .pem)
            }
        }
    }

    private let authority: Source?
    private let certificate: Source?
    private let key: Source?

    /// - Throws: `ConnectorError` of type `tls` when a file is not there.
    init(_ permissions: NetworkPermissions, folder: String) throws(ConnectorError) {
        func source(_ place: String?) throws(ConnectorError) -> Source? {
            guard let place else { return nil }
            return NetworkPermissions.isText(place) ? .text(place) : .file(try File(place, in: folder))
        }
        authority = try source(permissions.certificateAuthority)
        certificate = try source(permissions.clientCertificate)
        key = try source(permissions.clientKey ?? permissions.clientCertificate)
    }

    /// TLS 1.2 or later, verified. A private authority takes the place of the system's.
    /// - Throws: `ConnectorError` of type `tls` when a file can't be read as what it should be.
    func configuration() throws(ConnectorError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        if let authority {
            guard let certificates = authority.certificates, !certificates.isEmpty else {
                throw unreadable("certificate_authority", "PEM certificates")
            }
            configuration.trustRoots = .certificates(certificates)
        }
        if let certificate, let key {
            guard let chain = certificate.certificates, !chain.isEmpty else {
                throw unreadable("client_certificate", "PEM certificates")
            }
            guard let privateKey = key.privateKey else {
                throw unreadable("client_key", "a PEM private key without a passphrase")
            }
            configuration.certificateChain = chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(privateKey)
        }
        return configuration
    }

    private func unreadable(_ member: String, _ wanted: String) -> ConnectorError {
        ConnectorError(type: "tls", "\"\(member)\" does not hold \(wanted)")
    }
}
