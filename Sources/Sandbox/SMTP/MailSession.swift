// One SMTP dialogue: commands in, replies out, and the mail handed to the store at the final dot.

import JSONCore

/// The state of one connection (RFC 5321; extensions SIZE, 8BITMIME, SMTPUTF8, PIPELINING, AUTH).
struct MailSession {
    /// What to send, and whether to close then. Without text nothing is sent.
    struct Reply: Equatable {
        var text: String?
        var closes = false

        static func line(_ text: String) -> Reply { Reply(text: text + "\r\n") }
        static let nothing = Reply(text: nil)
    }

    static let greeting = "220 galley-sandbox ESMTP\r\n"
    static let longestMail = 10 << 20
    static let mostRecipients = 100
    static let mostMistakes = 20

    private enum Phase { case command, data, password(user: String?) }

    let store: SandboxStore
    let user: String
    let password: String

    private var phase = Phase.command
    private var isGreeted = false
    private var sender: String?
    private var recipients: [String] = []
    private var data: [UInt8] = []
    private var isTooLarge = false
    private var mistakes = 0

    init(store: SandboxStore, user: String, password: String) {
        (self.store, self.user, self.password) = (store, user, password)
    }

    mutating func reply(to line: MailReader.Line) async throws -> Reply {
        switch phase {
        case .data: return try await dataReply(to: line)
        case .password(let givenUser):
            phase = .command
            guard case .line(let bytes) = line else { return mistake("500 the line is too long") }
            return passwordReply(bytes, user: givenUser)
        case .command:
            guard case .line(let bytes) = line, bytes.count <= 2048, let text = String(validating: bytes, as: UTF8.self)
            else { return mistake("500 the line is too long or not UTF-8") }
            return commandReply(text)
        }
    }

    private mutating func commandReply(_ text: String) -> Reply {
        let word = text.prefix { $0 != " " }.uppercased()
        let rest = text.dropFirst(word.count).drop { $0 == " " }
        switch word {
        case "HELO":
            startOver()
            isGreeted = true
            return .line("250 galley-sandbox")
        case "EHLO":
            startOver()
            isGreeted = true
            let lines = ["galley-sandbox", "SIZE \(Self.longestMail)", "8BITMIME", "SMTPUTF8", "PIPELINING"]
            return .line(lines.map { "250-\($0)\r\n" }.joined() + "250 AUTH PLAIN LOGIN")
        case "AUTH": return authReply(rest)
        case "MAIL": return mailReply(rest)
        case "RCPT": return recipientReply(rest)
        case "DATA":
            guard sender != nil else { return mistake("503 say MAIL FROM first") }
            guard !recipients.isEmpty else { return mistake("554 there are no recipients") }
            (phase, data, isTooLarge) = (.data, [], false)
            return .line("354 end with a line of one dot")
        case "RSET":
            startOver()
            return .line("250 ok")
        case "NOOP": return .line("250 ok")
        case "VRFY": return .line("252 send it and see")
        case "QUIT": return Reply(text: "221 bye\r\n", closes: true)
        default: return mistake("500 the command \"\(word.prefix(16))\" is unknown")
        }
    }

    private mutating func mailReply(_ rest: Substring) -> Reply {
        guard isGreeted else { return mistake("503 say EHLO first") }
        guard sender == nil else { return mistake("503 there is a sender already; RSET starts over") }
        guard let (address, parameters) = Self.path(rest, after: "FROM:") else {
            return mistake("501 the form is MAIL FROM:<address>")
        }
        for parameter in parameters {
            let sides = parameter.split(separator: "=", maxSplits: 1)
            switch (sides.first?.uppercased(), sides.count == 2 ? String(sides[1]) : nil) {
            case ("SIZE", let size?):
                guard let size = Int(size), size >= 0 else { return mistake("501 SIZE takes a number") }
                guard size <= Self.longestMail else {
                    return .line("552 mails have at most \(Self.longestMail) bytes here")
                }
            case ("BODY", let body?) where ["7BIT", "8BITMIME"].contains(body.uppercased()): break
            case ("SMTPUTF8", nil), ("AUTH", _?): break
            default: return mistake("555 the parameter \"\(parameter.prefix(16))\" is unknown")
            }
        }
        sender = address
        return .line("250 ok")
    }

    private mutating func recipientReply(_ rest: Substring) -> Reply {
        guard sender != nil else { return mistake("503 say MAIL FROM first") }
        guard let (address, parameters) = Self.path(rest, after: "TO:"), parameters.isEmpty else {
            return mistake("501 the form is RCPT TO:<address>")
        }
        guard FieldRule.isEmail(address) || address.lowercased() == "postmaster" else {
            return .line("553 that is not an e-mail address")
        }
        guard recipients.count < Self.mostRecipients else { return .line("452 too many recipients") }
        recipients.append(address)
        return .line("250 ok")
    }

    private mutating func dataReply(to line: MailReader.Line) async throws -> Reply {
        guard case .line(let bytes) = line else {
            isTooLarge = true
            return .nothing
        }
        if bytes == [UInt8(ascii: ".")] { return try await endOfData() }
        let content = bytes.first == UInt8(ascii: ".") ? bytes.dropFirst() : bytes[...]
        if data.count + content.count + 2 > Self.longestMail {
            (isTooLarge, data) = (true, [])
        } else if !isTooLarge {
            data += content
            data += [0x0D, 0x0A]
        }
        return .nothing
    }

    private mutating func endOfData() async throws -> Reply {
        phase = .command
        let mail = ReceivedMail(sender: sender ?? "", recipients: recipients, data: data)
        let wasTooLarge = isTooLarge
        startOver()
        if wasTooLarge {
            return .line("552 mails have at most \(Self.longestMail) bytes, with lines of at most 64 KiB")
        }
        let failure = try await store.write { records in
            try records.dueFailure(app: "mail", operation: "receive_mail", path: "/mail/messages")
        }
        if let delay = failure?.delayMilliseconds { try await Task.sleep(for: .milliseconds(delay)) }
        let reply = failure.flatMap { failure -> Reply? in
            if failure.drops { return Reply(text: nil, closes: true) }
            return failure.status.map { .line("\($0) the sandbox was told to fail here") }
        }
        let status = failure?.drops == true ? 0 : failure?.status ?? 250
        let stored = try await store.write { records in
            try mail.receive(in: records, failure: failure, status: status)
        }
        return reply ?? .line("250 kept as \(stored ?? "")")
    }

    private mutating func authReply(_ rest: Substring) -> Reply {
        let parts = rest.split(separator: " ")
        switch (parts.first?.uppercased(), parts.count) {
        case ("PLAIN", 2): return plainReply(Array(parts[1].utf8))
        case ("PLAIN", 1):
            phase = .password(user: nil)
            return .line("334 ")
        case ("LOGIN", 1):
            phase = .password(user: "")
            return .line("334 VXNlcm5hbWU6")  // "Username:"
        default: return mistake("504 AUTH PLAIN and AUTH LOGIN are known")
        }
    }

    /// - Parameter user: nil in AUTH PLAIN, "" before the user's name in AUTH LOGIN.
    private mutating func passwordReply(_ bytes: [UInt8], user givenUser: String?) -> Reply {
        if bytes == [UInt8(ascii: "*")] { return .line("501 given up") }
        guard let givenUser else { return plainReply(bytes) }
        guard
            let text = Base64.decode(String(decoding: bytes, as: UTF8.self)).flatMap({
                String(validating: $0, as: UTF8.self)
            })
        else { return mistake("501 that is not base64") }
        if givenUser.isEmpty {
            phase = .password(user: text)
            return .line("334 UGFzc3dvcmQ6")  // "Password:"
        }
        return givenUser == user && text == password
            ? .line("235 welcome") : mistake("535 the user or password is wrong")
    }

    private mutating func plainReply(_ bytes: [UInt8]) -> Reply {
        guard
            let parts = Base64.decode(String(decoding: bytes, as: UTF8.self))?
                .split(separator: 0, omittingEmptySubsequences: false), parts.count == 3
        else { return mistake("501 that is not base64 of the three parts") }
        return Array(parts[1]) == Array(user.utf8) && Array(parts[2]) == Array(password.utf8)
            ? .line("235 welcome") : mistake("535 the user or password is wrong")
    }

    private mutating func mistake(_ text: String) -> Reply {
        mistakes += 1
        return mistakes > Self.mostMistakes ? Reply(text: "421 too many mistakes\r\n", closes: true) : .line(text)
    }

    private mutating func startOver() {
        (sender, recipients, data, isTooLarge) = (nil, [], [], false)
    }

    /// `FROM:<address> PARAMETER…`; the address without its angle brackets and route.
    private static func path(_ text: Substring, after word: String) -> (address: String, parameters: [Substring])? {
        guard text.uppercased().hasPrefix(word) else { return nil }
        let rest = text.dropFirst(word.count).drop { $0 == " " }
        guard rest.first == "<", let end = rest.firstIndex(of: ">") else { return nil }
        let inside = rest[rest.index(after: rest.startIndex)..<end]
        let address = inside.hasPrefix("@") ? inside.split(separator: ":", maxSplits: 1).last ?? "" : inside
        return (String(address), rest[rest.index(after: end)...].split(separator: " "))
    }
}
