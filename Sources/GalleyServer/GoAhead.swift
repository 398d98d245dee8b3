// `Expect: 100-continue`: tells a client that waits before it sends a long body to send it (RFC 9110 §10.1.1).

import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Stands before the requests of one connection.
///
/// The word belongs to one request, so it waits until the requests before it are answered. A body that is declared too long is
/// not asked for: the answer says so.
final class GoAhead: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let mostBytes: Int
    private var unanswered = 0
    /// Of the newest request, as the body of one before it has arrived.
    private var isOwed = false

    init(mostBytes: Int) { self.mostBytes = mostBytes }

    func handlerAdded(context: ChannelHandlerContext) {
        // Hummingbird takes handlers behind the conversion to HTTP types only.
        let pipeline = context.pipeline.syncOperations
        guard let conversion = try? pipeline.handler(type: HTTP1ToHTTPServerCodec.self) else { return }
        do {
            try pipeline.addHandler(RequestLine(), position: .before(conversion))
        } catch {
            context.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            unanswered += 1
            if expects(head) {
                if unanswered == 1 { goAhead(context) } else { isOwed = true }
            }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        context.write(data, promise: promise)
        guard case .end = part else { return }
        unanswered -= 1
        guard isOwed, unanswered == 1 else { return }
        isOwed = false
        goAhead(context)
    }

    private func expects(_ head: HTTPRequest) -> Bool {
        guard head.headerFields[.expect]?.lowercased() == "100-continue" else { return false }
        return head.headerFields[.contentLength].map { Int($0) ?? .max <= mostBytes } ?? true
    }

    private func goAhead(_ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }
}
