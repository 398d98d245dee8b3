// The chat: messages in channels, over REST with a bearer token.

import JSONCore

struct Chat: SandboxApp {
    let name = "chat"
    let token: String

    func authorize(_ request: SandboxRequest) throws(Refusal) {
        guard request.hasBearer(token) else { throw Refusal(401, "unauthorized", "the token is missing or wrong") }
    }

    func operation(for request: SandboxRequest) throws(Refusal) -> SandboxOperation {
        try Self.routes.operation(for: request)
    }

    private static let routes: [Route] = [
        Route("GET", "me", "me") { _ in .json(["user": "sandbox", "app": "chat"]) },
        Route("POST", "channels/{channel}/messages", "post_message", post),
        Route("GET", "channels/{channel}/messages", "list_messages") {
            try list($0, parent: $0.parameter("channel"))
        },
        Route("GET", "messages", "list_all_messages") { try list($0, parent: nil) },
    ]

    private static let fields: [FieldRule] = [.required("text"), .optional("from"), .optional("thread")]

    /// A message longer than this is refused, as chats do.
    private static let longestText = 4000

    private static func post(_ call: RouteCall) throws -> SandboxAnswer {
        let fields = try fields.checked(try call.bodyObject())
        let channel = call.parameter("channel")
        guard !channel.isEmpty, channel.count <= 80,
            channel.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x5F
            })
        else {
            throw Refusal(
                422, "invalid", "the name of a channel is made of small letters, digits, - and _, and at most 80 long")
        }
        guard let text = fields["text"]?.string, !text.isEmpty, text.count <= longestText else {
            throw Refusal(
                422, "invalid", "a message has from 1 to \(longestText) characters", details: ["text": "wrong length"])
        }
        let id = try call.records.nextId("M")
        var message: JSONObject = ["id": .string(id), "channel": .string(channel)]
        for (name, value) in fields where !value.isNull { message[name] = value }
        message["at"] = call.records.now
        try call.records.insert(.chatMessage, id: id, parent: channel, message)
        return .json(["message": .object(message)], status: 201, subject: id)
    }

    private static func list(_ call: RouteCall, parent: String?) throws -> SandboxAnswer {
        let limit = try call.request.query("limit", in: 1...200, standard: 50)
        let page = try call.records.page(
            .chatMessage, parent: parent, after: call.request.query("cursor"), limit: limit)
        return .json(["messages": .array(page.items), "next_cursor": page.next.map(JSON.string) ?? .null])
    }
}
