// The trigger `imap.new_mail`: each mail of a folder once, the oldest first, also when the server numbers the folder anew.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// What one poll asks for.
struct IMAPPoll: Sendable {
    private static let mostMails = 50
    private static let mostBytes = 32 << 20
    /// How many mails back two equal ones are told apart.
    private static let mostRecent = 256

    private let folder: String
    private let saveTo: String?
    private let cursor: IMAPCursor?
    private let files: any WorkspaceFiles

    static let trigger = TriggerSpec(
        name: "new_mail", title: "New mail",
        summary: "Starts for each mail that comes into a folder, the oldest first. It stays unread.",
        input: .object(
            [
                .string("folder", "INBOX when left out; parts as the server separates them: Orders/New"),
                .string(
                    "save_to",
                    "a folder of the workspace for files that come with mails; without it they stand in the event, up to 1 MiB each"
                ),
            ] + TriggerSpec.Poll.settings), event: IMAPMail.schema, poll: .init(every: .seconds(60)))

    init(_ input: ActionInput, _ cursor: JSON?, _ files: any WorkspaceFiles) throws(ConnectorError) {
        folder = try input.text("folder") ?? "INBOX"
        saveTo = try input.text("save_to").flatMap { $0.isEmpty ? nil : $0 }
        self.cursor = try IMAPCursor(cursor)
        self.files = files
    }

    struct Found: Sendable {
        var events: [PolledEvent] = []
        var cursor: JSON?
        var hasMore = false
    }

    /// The next mails. Without a cursor none: what is there then counts as known.
    func find(in session: IMAPSession, _ flag: CancellationFlag) throws -> Found {
        let mailbox = try IMAPMailbox(folder, in: session)
        guard var cursor else {
            let now = Int(ConnectionTokens.systemMilliseconds() / 1_000)
            return Found(
                cursor: IMAPCursor(
                    validity: mailbox.validity, uid: try last(mailbox), sinceSeconds: now + 1, recent: []
                ).json)
        }
        // Other numbers: everything since the start is gone through once more, and known by what it is.
        let isAnew = cursor.validity != mailbox.validity
        if isAnew {
            cursor = IMAPCursor(
                validity: mailbox.validity, uid: 0, sinceSeconds: cursor.sinceSeconds, recent: [],
                byTimeUpTo: try last(mailbox))
        }
        let isByTime = cursor.uid < cursor.byTimeUpTo
        var uids = try mailbox.search([.plain(criteria(cursor))]).filter { $0 > cursor.uid }
        var found = Found()
        found.hasMore = uids.count > Self.mostMails
        uids = Array(uids.prefix(Self.mostMails))
        let summaries = try mailbox.summaries(uids)
        var bytes = 0
        for uid in uids {
            try flag.check()
            guard bytes <= Self.mostBytes else {
                found.hasMore = true
                break
            }
            defer { cursor.uid = uid }
            guard let summary = summaries[uid], isNew(summary, cursor),
                let mail = try mailbox.bytes(of: uid, most: IMAPMail.mostBytes)
            else { continue }
            bytes += mail.count
            found.events.append(try event(mail, summary, mailbox, &cursor))
        }
        // Mails behind that number come with the next poll, at once.
        if isByTime, !found.hasMore { (cursor.uid, found.hasMore) = (cursor.byTimeUpTo, true) }
        found.cursor = cursor.json
        return found
    }

    /// The highest number of the folder.
    private func last(_ mailbox: IMAPMailbox) throws -> Int {
        try mailbox.nextUID > 0 ? mailbox.nextUID - 1 : mailbox.search([.plain("ALL")]).last ?? 0
    }

    /// The mails behind the cursor. Those that are new by their time the server finds by the day.
    private func criteria(_ cursor: IMAPCursor) -> String {
        guard cursor.uid < cursor.byTimeUpTo else { return "UID \(cursor.uid + 1):*" }
        let range = "UID \(cursor.uid + 1):\(cursor.byTimeUpTo)"
        // A day earlier: the server's day begins in a zone that we don't know.
        return cursor.sinceSeconds > 86_400 ? "\(range) SINCE \(IMAPDay.text(cursor.sinceSeconds - 86_400))" : range
    }

    private func isNew(_ summary: IMAPMailbox.Summary, _ cursor: IMAPCursor) -> Bool {
        summary.uid > cursor.byTimeUpTo || summary.received == 0
            || summary.received / 1_000 >= Int64(cursor.sinceSeconds)
    }

    private func event(
        _ bytes: [UInt8], _ summary: IMAPMailbox.Summary, _ mailbox: IMAPMailbox, _ cursor: inout IMAPCursor
    ) throws -> PolledEvent {
        let mark = IMAPMail.mark(bytes, summary)
        // Two equal mails are two mails.
        let copies = cursor.recent.count { $0 == mark }
        cursor.recent.append(mark)
        cursor.recent.removeFirst(max(0, cursor.recent.count - Self.mostRecent))
        let own = copies == 0 ? mark : "\(mark)-copy\(copies + 1)"
        let json = try IMAPMail(mailbox: mailbox, summary: summary).json(bytes, saveTo: saveTo, mark: own, files)
        return PolledEvent(event: json, key: own)
    }
}

/// Where the next poll begins.
struct IMAPCursor: Sendable {
    var validity: Int
    /// The last mail that was gone through.
    var uid: Int
    /// When the trigger started, or the recipe's `since`; seconds since 1970.
    let sinceSeconds: Int
    /// Marks of the latest mails.
    var recent: [String]
    /// Up to this number a mail is new by its time: these were there when the folder was seen first, or numbered anew.
    var byTimeUpTo = 0

    init(validity: Int, uid: Int, sinceSeconds: Int, recent: [String], byTimeUpTo: Int = 0) {
        (self.validity, self.uid, self.sinceSeconds, self.recent) = (validity, uid, sinceSeconds, recent)
        self.byTimeUpTo = byTimeUpTo
    }

    /// - Returns: nil at the first poll of a recipe without `since`.
    init?(_ json: JSON?) throws(ConnectorError) {
        switch json {
        case nil, .null: return nil
        case .object(let members):
            self.init(
                validity: members["validity"]?.integer ?? 0, uid: members["uid"]?.integer ?? 0,
                sinceSeconds: members["since"]?.integer ?? 0,
                recent: (members["recent"]?.array ?? []).compactMap(\.string),
                byTimeUpTo: members["by_time_up_to"]?.integer ?? 0)
        case .integer(let seconds): self.init(validity: 0, uid: 0, sinceSeconds: max(0, seconds), recent: [])
        case .string(let text):
            guard let instant = InstantText.instant(text) else { throw Self.wrongSince }
            self.init(validity: 0, uid: 0, sinceSeconds: max(0, instant.seconds), recent: [])
        default: throw Self.wrongSince
        }
    }

    private static var wrongSince: ConnectorError {
        ConnectorError(
            type: "bad_input",
            "\"since\" must be a time with its zone, like 2026-03-02T09:00:00Z, or seconds since 1970")
    }

    var json: JSON {
        [
            "validity": .integer(validity), "uid": .integer(uid), "since": .integer(sinceSeconds),
            "by_time_up_to": .integer(byTimeUpTo), "recent": .array(recent.map { .string($0) }),
        ]
    }
}

/// Days as IMAP writes them: `02-Mar-2026` (RFC 3501 §9, date-text).
enum IMAPDay {
    static func text(_ seconds: Int) -> String {
        let words = InstantText.mail(Int64(seconds) * 1_000).split(separator: " ")
        return words.count > 3 ? words[1...3].joined(separator: "-") : "01-Jan-1970"
    }
}
