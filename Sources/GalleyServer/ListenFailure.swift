// Why a server can't listen where it should, in a sentence.

import Glibc
import NIOCore

/// The address or the port can't be had.
public struct ListenFailure: Error, Sendable, CustomStringConvertible {
    public let description: String

    /// nil for what has nothing to do with listening.
    init?(_ error: any Error, host: String, port: Int) {
        let why: String
        switch error {
        case let error as IOError:
            why =
                switch error.errnoCode {
                case EADDRINUSE: "the port is taken by another program"
                case EADDRNOTAVAIL: "this machine does not have that address"
                case EACCES: "only the system's administrator may take that port"
                default: String(cString: strerror(error.errnoCode)).lowercased()
                }
        case is SocketAddressError: why = "there is no such address"
        default: return nil
        }
        description = "can't listen at \(host), port \(port): \(why)"
    }
}
