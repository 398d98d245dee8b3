// What a request line says and HTTP types don't keep: HTTP/1.0, and an address with its host.

import NIOCore
import NIOHTTP1

/// Stands before the conversion to HTTP types.
///
/// HTTP/1.0 is what `ab` and health checks speak: such a client is answered without chunks, and its connection is closed, for that
/// is how it knows the end (RFC 9112 §6.1, §9.3). A request for `http://other/path` is for `other`, whatever its Host says (§3.2.2).
final class RequestLine: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Of the requests that are not answered yet, whether each is of HTTP/1.0.
    private var areOld: [Bool] = []

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        let isOld = head.version == .http1_0
        areOld.append(isOld)
        if isOld {
            guard !head.headers.contains(name: "transfer-encoding") else {
                context.fireErrorCaught(HTTPParserError.unexpectedContentLength)
                return
            }
            head.headers.remove(name: "expect")
        }
        let closes = head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
        if isOld || closes { head.headers.replaceOrAdd(name: "connection", value: "close") }
        if let host = Self.host(ofTarget: head.uri), head.headers["host"].count == 1 {
            head.headers.replaceOrAdd(name: "host", value: host)
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where areOld.first == true:
            head.version = .http1_0
            head.headers.replaceOrAdd(name: "connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            if !areOld.isEmpty { areOld.removeFirst() }
            context.write(data, promise: promise)
        default: context.write(data, promise: promise)
        }
    }

    /// What stands between `//` and the path in an address of the absolute form.
    private static func host(ofTarget target: String) -> String? {
        guard !target.hasPrefix("/"), let start = target.firstRange(of: "://") else { return nil }
        return String(target[start.upperBound...].prefix { !"/?#".contains($0) })
    }
}
