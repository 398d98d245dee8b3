// The PEM files of a connection, for connectors that do TLS with a C library.

import ConnectorKit
import Glibc

/// Absolute paths; nil: the system's authorities, and no certificate of our own.
struct CertificateFiles: Sendable {
    let authority: String?
    let client: String?
    let key: String?

    /// - Throws: `tls` when a file can't be read.
    init(_ network: NetworkPermissions) throws(ConnectorError) {
        authority = network.certificateAuthority
        client = network.clientCertificate
        key = network.clientKey ?? network.clientCertificate
        guard ![client, key].contains(where: { $0.map(NetworkPermissions.isText) ?? false }) else {
            throw ConnectorError(
                type: "tls",
                "mail and databases take \"client_certificate\" and \"client_key\" from files, not from secrets")
        }
        for file in [authority, client, key].compactMap(\.self) where access(file, R_OK) != 0 {
            let name = file.split(separator: "/").last ?? "file"
            throw ConnectorError(type: "tls", "the certificate or key file \(name) is not there, or can't be read")
        }
    }

    /// Where the workspace lies is nobody's business; which file it is helps.
    func redacted(_ text: String) -> String {
        [authority, client, key].compactMap(\.self).reduce(text) { text, file in
            text.replacing(file, with: file.split(separator: "/").last ?? "")
        }
    }
}
