// One connection as the list of all of them sees it: whether it has a request, and closing when it has none.

import NIOCore
import NIOHTTPTypes

final class ConnectionSeat: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: Connections
    private var unanswered = 0
    /// nil while it has a request.
    private var numberAtRest: Int?

    init(_ connections: Connections) { self.connections = connections }

    func handlerAdded(context: ChannelHandlerContext) { numberAtRest = connections.opened(context.channel) }

    func handlerRemoved(context: ChannelHandlerContext) { connections.closed(numberAtRest) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) {
            unanswered += 1
            if let number = numberAtRest { connections.asked(number) }
            numberAtRest = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            unanswered -= 1
            if unanswered == 0 { numberAtRest = connections.answered(context.channel) }
        }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is Connections.GiveWay else { return context.fireUserInboundEventTriggered(event) }
        if numberAtRest != nil { context.close(promise: nil) }
    }
}
