// A certificate that is renewed while the server runs: its files are looked at when somebody connects.

import Foundation
import Logging
import NIOSSL
import Synchronization

/// The certificate for the next connection. Files that were replaced are read anew; while they can't be used (one is
/// written before the other), the pair before them goes on.
final class CertificateRenewal: Sendable {
    /// What tells that a file is another one.
    private struct Stamp: Equatable {
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int

        init?(_ file: String) {
            var status = stat()
            guard stat(file, &status) == 0 else { return nil }
            (inode, size) = (UInt64(status.st_ino), Int64(status.st_size))
            (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        }
    }

    private struct State {
        var stamps: [Stamp?]
        var pair: NIOSSLContextConfigurationOverride
    }

    private let files: (certificate: String, key: String)
    private let logger: Logger
    private let state: Mutex<State>

    private init(
        _ files: (certificate: String, key: String), _ stamps: [Stamp?], _ first: TLSConfiguration, _ logger: Logger
    ) {
        (self.files, self.logger) = (files, logger)
        state = Mutex(State(stamps: stamps, pair: Self.pair(first)))
    }

    /// The configuration of a server whose certificate may be renewed.
    /// - Throws: `CertificateProblem` when the files can't be used now.
    static func configuration(
        _ certificate: String, key: String, _ logger: Logger
    ) throws(CertificateProblem) -> TLSConfiguration {
        // Before they are read: a change in between is seen at the next connection.
        let stamps = [Stamp(certificate), Stamp(key)]
        var configuration = try ServerCertificate.configuration(certificate, key: key, logger)
        let renewal = CertificateRenewal((certificate, key), stamps, configuration, logger)
        configuration.sslContextCallback = { _, promise in
            // Not on the connection's thread: what the TLS library finds wrong with the files would count as an error of the
            // handshake that goes on there.
            promise.completeWithTask { renewal.current() }
        }
        return configuration
    }

    private func current() -> NIOSSLContextConfigurationOverride {
        state.withLock { state in
            let stamps = [Stamp(files.certificate), Stamp(files.key)]
            guard stamps != state.stamps else { return state.pair }
            state.stamps = stamps
            do {
                state.pair = Self.pair(try ServerCertificate.configuration(files.certificate, key: files.key, logger))
                logger.info("the certificate was renewed", metadata: ["file": "\(files.certificate)"])
            } catch {
                logger.warning(
                    "the new certificate can't be used; the one before goes on", metadata: ["error": "\(error)"])
            }
            return state.pair
        }
    }

    private static func pair(_ configuration: TLSConfiguration) -> NIOSSLContextConfigurationOverride {
        var pair = NIOSSLContextConfigurationOverride()
        (pair.certificateChain, pair.privateKey) = (configuration.certificateChain, configuration.privateKey)
        return pair
    }
}
