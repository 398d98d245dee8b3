// A port on loopback that takes one connection, which a scripted server then serves on a thread of its own.

import Glibc
import Testing

enum OneConnection {
    /// - Parameter serve: gets the connection's descriptor, which is closed when it returns.
    /// - Returns: the port.
    static func listen(_ serve: @escaping @Sendable (CInt) -> Void) throws -> Int {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && Glibc.listen(listener, 4) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        try #require(bound)
        // A thread of its own: the server blocks, and tests share few threads.
        let pointer = Unmanaged.passRetained(Job(listener, serve)).toOpaque()
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, pointer)
        pthread_detach(thread)
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private final class Job {
        private let listener: CInt
        private let serve: @Sendable (CInt) -> Void

        init(_ listener: CInt, _ serve: @escaping @Sendable (CInt) -> Void) {
            (self.listener, self.serve) = (listener, serve)
        }

        func run() {
            let connection = accept(listener, nil, nil)
            close(listener)
            defer { close(connection) }
            serve(connection)
        }
    }
}
