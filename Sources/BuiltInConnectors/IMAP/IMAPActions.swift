// `imap.search`, `imap.fetch`, `imap.mark` and `imap.move`.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// What the actions take alike.
enum IMAPInput {
    static let mostMails = 1_000

    static let folder: Schema.Property = .string("folder", "INBOX when left out")
    static let mails: [Schema.Property] = [
        folder, .any("uid", required: true, "the mail's number, or a list of numbers"),
        .integer(
            "uid_validity",
            "that of the mail: when the folder was numbered anew since, the step fails in place of taking another mail"),
    ]

    static func folder(_ input: ActionInput) throws(ConnectorError) -> String { try input.text("folder") ?? "INBOX" }

    /// The numbers of `uid`.
    static func uids(_ input: ActionInput) throws(ConnectorError) -> [Int] {
        guard let value = input.value("uid") else { throw input.missing("uid") }
        var uids: [Int] = []
        for json in value.array ?? [value] {
            guard let uid = json.integer ?? json.string.flatMap({ Int($0) }), (1...Int(UInt32.max)).contains(uid) else {
                throw ConnectorError(type: "bad_input", "\"uid\" must be the number of a mail, or a list of such")
            }
            uids.append(uid)
        }
        guard uids.count <= mostMails else {
            throw ConnectorError(type: "bad_input", "\"uid\" has \(uids.count) numbers; the most is \(mostMails)")
        }
        return uids
    }

    /// Opens the folder and holds its numbers against those of the recipe.
    static func open(
        _ input: ActionInput, _ session: IMAPSession, writing: Bool = false
    ) throws -> IMAPMailbox {
        let mailbox = try IMAPMailbox(try folder(input), in: session, writing: writing)
        if let wanted = try input.integer("uid_validity", in: 1...Int(UInt32.max)), wanted != mailbox.validity {
            throw ConnectorError(
                type: "conflict",
                "the folder \"\(mailbox.name)\" was numbered anew (uid_validity is \(mailbox.validity), not \(wanted)): find the mail again with imap.search"
            )
        }
        return mailbox
    }
}

/// `imap.search`.
struct SearchIMAP: Action {
    let spec = OperationSpec(
        name: "search", title: "Search mails", summary: "Finds mails of a folder, the newest first. They stay unread.",
        effect: .read,
        input: .object([
            IMAPInput.folder, .string("from", "a part of the sender"), .string("to", "a part of a recipient"),
            .string("subject", "a part of the subject"), .string("text", "a part of the mail"),
            .string("message_id", "the mail's Message-ID"),
            .string("since", "the first day on which the server got it: 2026-03-02"),
            .string("before", "the day before which the server got it: 2026-03-09"),
            .boolean("seen", "only read mails, or only unread ones"),
            .boolean("flagged", "only flagged mails, or only others"),
            .integer("limit", "the most mails; 50 when left out, at most 1,000"),
        ]),
        output: .object([
            .member("mails", .array(.object(IMAPMail.summaryMembers)), required: true),
            .integer("count", required: true), .boolean("more", required: true, "whether there are further mails"),
        ]), examples: [["folder": "INBOX", "from": "orders@acme.example", "seen": false]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let criteria = try Self.criteria(input)
        let limit = try input.integer("limit", in: 1...IMAPInput.mostMails) ?? 50
        return try await IMAPAccess.run(context) { session, flag in
            let mailbox = try IMAPInput.open(input, session)
            let uids = try mailbox.search(criteria)
            let given = Array(uids.suffix(limit).reversed())
            let summaries = try mailbox.summaries(given)
            var mails: [JSON] = []
            for uid in given {
                try flag.check()
                guard let summary = summaries[uid],
                    let bytes = try mailbox.bytes(of: uid, section: "HEADER", most: MIMELimits().headerBytes)
                else { continue }
                let header = MIMEHeader.split(bytes[...], MIMELimits()).0
                mails.append(.object(IMAPMail(mailbox: mailbox, summary: summary).shortMembers(header)))
            }
            return [
                "mails": .array(mails), "count": .integer(mails.count), "more": .bool(uids.count > given.count),
            ]
        }
    }

    private static func criteria(_ input: ActionInput) throws -> [IMAPSession.Part] {
        var parts: [IMAPSession.Part] = [.plain("ALL")]
        for (member, word) in [("from", "FROM"), ("to", "TO"), ("subject", "SUBJECT"), ("text", "TEXT")] {
            if let text = try input.text(member), !text.isEmpty { parts += [.plain(" \(word) "), .text(text)] }
        }
        if let id = try input.text("message_id") { parts += [.plain(" HEADER Message-ID "), .text(id)] }
        for (member, word) in [("since", "SINCE"), ("before", "BEFORE")] {
            guard let text = try input.text(member) else { continue }
            // The day of a time is enough.
            guard let instant = InstantText.instant(String(text.prefix(10)) + "T00:00:00Z") else {
                throw ConnectorError(type: "bad_input", "\"\(member)\" must be a day, like 2026-03-02")
            }
            parts.append(.plain(" \(word) \(IMAPDay.text(instant.seconds))"))
        }
        for (member, word) in [("seen", "SEEN"), ("flagged", "FLAGGED")] where input.value(member) != nil {
            parts.append(.plain(try input.flag(member) ? " \(word)" : " UN\(word)"))
        }
        let isPlain = parts.allSatisfy {
            if case .text(let text) = $0 { text.utf8.allSatisfy { $0 < 0x80 } } else { true }
        }
        return isPlain ? parts : [.plain("CHARSET UTF-8 ")] + parts
    }
}

/// `imap.fetch`.
struct FetchIMAP: Action {
    let spec = OperationSpec(
        name: "fetch", title: "Fetch a mail",
        summary: "Gives one mail with its texts and files. It stays unread.", effect: .read,
        effectOfInput: HTTPSaving.rule,
        input: .object([
            IMAPInput.folder, .integer("uid", required: true, "the mail's number"), IMAPInput.mails[2],
            .string(
                "save_to",
                "a folder of the workspace for the files; without it they stand in the output, up to 1 MiB each"),
        ]), output: IMAPMail.schema, examples: [["folder": "INBOX", "uid": "{{ mail.uid }}"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        guard let uid = try IMAPInput.uids(input).first else { throw input.missing("uid") }
        let saveTo = try input.text("save_to").flatMap { $0.isEmpty ? nil : $0 }
        let files = context.files
        return try await IMAPAccess.run(context) { session, _ in
            let mailbox = try IMAPInput.open(input, session)
            guard let summary = try mailbox.summaries([uid])[uid],
                let bytes = try mailbox.bytes(of: uid, most: IMAPMail.mostBytes)
            else {
                throw ConnectorError(
                    type: "not_found", "there is no mail with the number \(uid) in the folder \"\(mailbox.name)\"")
            }
            return try IMAPMail(mailbox: mailbox, summary: summary).json(
                bytes, saveTo: saveTo, mark: IMAPMail.mark(bytes, summary), files)
        }
    }
}

/// `imap.mark`: a repeat changes nothing.
struct MarkIMAP: Action {
    let spec = OperationSpec(
        name: "mark", title: "Mark mails", summary: "Marks mails as read or flagged, or takes the mark away.",
        effect: .idempotent,
        input: .object(
            IMAPInput.mails + [
                .boolean("seen", "true: read, false: unread"), .boolean("flagged", "true: flagged, false: not"),
            ]),
        output: .object([.integer("count", required: true, "how many of the mails were there")]),
        examples: [["uid": "{{ mail.uid }}", "seen": true]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let uids = try IMAPInput.uids(input)
        let marks = try [("seen", "\\Seen"), ("flagged", "\\Flagged")].filter { input.value($0.0) != nil }.map {
            "\(try input.flag($0.0) ? "+" : "-")FLAGS (\($0.1))"
        }
        guard !marks.isEmpty else {
            throw ConnectorError(type: "bad_input", "give \"seen\", \"flagged\" or both")
        }
        return try await IMAPAccess.run(context) { session, _ in
            let mailbox = try IMAPInput.open(input, session, writing: true)
            let there = try mailbox.summaries(uids).keys.sorted()
            for mark in marks where !there.isEmpty {
                _ = try session.command("UID STORE \(IMAPMailbox.set(there)) \(mark)")
            }
            return ["count": .integer(there.count)]
        }
    }
}

/// `imap.move`: a repeat finds the mails gone, and moves none twice.
struct MoveIMAP: Action {
    let spec = OperationSpec(
        name: "move", title: "Move mails",
        summary: "Moves mails to another folder of the mailbox; \"count\" is how many were still there.",
        effect: .idempotent,
        input: .object(
            IMAPInput.mails + [
                .string("to", required: true, "the folder they go to"),
                .boolean("make_folder", "whether that folder is made when there is none; false when left out"),
            ]),
        output: .object([.integer("count", required: true, "how many of the mails were moved")]),
        examples: [["uid": "{{ mail.uid }}", "to": "Done"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let uids = try IMAPInput.uids(input)
        let folder = FolderName.encoded(try input.filledText("to"))
        let makesFolder = try input.flag("make_folder")
        return try await IMAPAccess.run(context) { session, _ in
            // Without it a mail is copied and then deleted, and a crash in between would leave two.
            guard session.capabilities.contains("MOVE") else {
                throw ConnectorError(
                    type: "refused",
                    "\(session.server.place) can't move mails in one step (RFC 6851), so nothing was moved")
            }
            if makesFolder {
                let known = try session.command([.plain("LIST \"\" "), .text(folder)]).contains { $0.word == "LIST" }
                if !known { _ = try session.command([.plain("CREATE "), .text(folder)]) }
            }
            let mailbox = try IMAPInput.open(input, session, writing: true)
            let there = try mailbox.summaries(uids).keys.sorted()
            if !there.isEmpty {
                _ = try session.command([.plain("UID MOVE \(IMAPMailbox.set(there)) "), .text(folder)])
            }
            return ["count": .integer(there.count)]
        }
    }
}
