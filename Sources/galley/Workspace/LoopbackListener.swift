// Waits on this machine for a browser to come back from a sign-in (RFC 8252 §7.3).

import ConnectorKit
import Engine
import Foundation
import JSONCore

/// Listens at one port of the loopback address. The port is taken from its making to its end.
final class LoopbackListener: Sendable {
    static let path = "/oauth/callback"
    /// Of one request, as far as it is read.
    private static let mostBytes = 16 << 10

    private let socket: Int32
    let port: UInt16

    /// - Parameter port: 0 takes a free one.
    /// - Throws: `OwnerFailure` when the port is taken.
    init(port wanted: UInt16) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var on: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = wanted.bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && listen(socket, 8) == 0
                    && getsockname(socket, address, &length) == 0
            }
        }
        (self.socket, port) = (socket, UInt16(bigEndian: address.sin_port))
        guard socket >= 0, isListening else {
            throw OwnerFailure(
                kind: "owned",
                "port \(wanted) of this machine is taken; choose another with --port, and register it with the other side"
            )
        }
    }

    deinit { close(socket) }

    /// Where the browser is sent back to.
    var redirect: String { "http://localhost:\(port)\(Self.path)" }

    /// Waits for the request that `takes` accepts; others are told that they are not expected.
    /// - Returns: the members of its query; nil when nobody came in time.
    func answer(
        within seconds: Int, takes: @escaping @Sendable (JSONObject) -> Bool
    ) async throws -> JSONObject? {
        try await BlockingWork.run { [self] flag in
            let end = Date().addingTimeInterval(Double(seconds))
            while Date() < end {
                try flag.check()
                var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
                guard poll(&waiting, 1, 200) > 0 else { continue }
                let caller = accept(socket, nil, nil)
                guard caller >= 0 else { continue }
                defer { close(caller) }
                var patience = timeval(tv_sec: 2, tv_usec: 0)
                setsockopt(caller, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
                setsockopt(caller, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
                guard let query = Self.query(of: caller), takes(query) else {
                    Self.reply(caller, "404 Not Found", "Nothing waits for this. Begin again in the terminal.")
                    continue
                }
                Self.reply(
                    caller, "200 OK",
                    query["error"] == nil
                        ? "Galley has its answer. Go back to the terminal; this page can be closed."
                        : "Access was not allowed. Go back to the terminal; this page can be closed.")
                return query
            }
            return nil
        }
    }

    /// Of `GET /oauth/callback?…`; nil for anything else.
    private static func query(of caller: Int32) -> JSONObject? {
        var head: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while head.count < mostBytes, !String(decoding: head, as: UTF8.self).contains("\r\n\r\n") {
            let count = recv(caller, &piece, piece.count, 0)
            guard count > 0 else { break }
            head += piece.prefix(count)
        }
        let line = String(decoding: head.prefix { $0 != 0x0D }, as: UTF8.self).split(separator: " ")
        guard line.count == 3, line[0] == "GET", line[1].hasPrefix(path + "?") else { return nil }
        return FormText.object(String(line[1].dropFirst(path.utf8.count + 1)))
    }

    private static func reply(_ caller: Int32, _ status: String, _ sentence: String) {
        let page = "<!doctype html><meta charset=\"utf-8\"><title>Galley</title><p>\(sentence)</p>\n"
        let text =
            "HTTP/1.1 \(status)\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: \(page.utf8.count)\r\n"
            + "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n" + page
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(caller, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            sent += count
        }
    }
}
