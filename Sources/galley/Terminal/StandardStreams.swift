// The three descriptors that a program starts with, and what becomes of output that can't be written.

import Foundation
import Synchronization

/// Standard input, output and error.
enum StandardStreams {
    /// Fills those that the caller has closed: else the next file to be opened, a database say, would take their place and
    /// get what is printed. Reads then find the end; writes to standard output fail, as nobody gets them.
    static func open() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            _ = Glibc.open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    private static let failure = Mutex<Int32?>(nil)

    /// Why standard output could not be written, an `errno`; nil when it could. A reader that has seen enough (`| head`) is
    /// no failure.
    static var outputFailure: Int32? { failure.withLock { $0 } }

    /// Writes all of it, or remembers why not.
    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
        var rest = bytes[...]
        while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
            let count = Glibc.write(descriptor, start, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = count < 0 ? errno : EIO
                if descriptor == STDOUT_FILENO, code != EPIPE { failure.withLock { $0 = $0 ?? code } }
                return
            }
            rest = rest.dropFirst(count)
        }
    }
}
