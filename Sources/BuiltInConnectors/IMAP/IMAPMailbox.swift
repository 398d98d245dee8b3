// Mails of one folder on an IMAP server: found, fetched, marked, moved. Reading leaves them unread.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// An open folder.
struct IMAPMailbox {
    let session: IMAPSession
    let name: String
    /// Numbers of mails are good as long as this is the same.
    let validity: Int
    /// The number that the next mail will get, at least.
    let nextUID: Int

    /// What a mail is besides its text.
    struct Summary: Sendable {
        let uid: Int
        let size: Int
        let flags: Set<String>
        /// Milliseconds since 1970 (UTC) when the server got it; 0 when it doesn't say.
        let received: Int64
    }

    /// Opens a folder.
    /// - Throws: `not_found` when there is none.
    init(_ name: String, in session: IMAPSession, writing: Bool = false) throws {
        (self.session, self.name) = (session, name)
        var (validity, next) = (0, 0)
        for answer in try session.command([.plain(writing ? "SELECT " : "EXAMINE "), .text(FolderName.encoded(name))]) {
            validity = answer.code("UIDVALIDITY") ?? validity
            next = answer.code("UIDNEXT") ?? next
        }
        guard validity > 0 else {
            throw ConnectorError(
                type: "bad_answer",
                "\(session.server.place) gives the folder \"\(name)\" no UIDVALIDITY, so its mails can't be told apart"
            )
        }
        (self.validity, nextUID) = (validity, next)
    }

    /// Numbers of the mails that fit, the oldest first.
    func search(_ criteria: [IMAPSession.Part]) throws -> [Int] {
        var found: Set<Int> = []
        for answer in try session.command([.plain("UID SEARCH ")] + criteria) where answer.word == "SEARCH" {
            found.formUnion(answer.values.dropFirst().compactMap(\.number))
        }
        return found.sorted()
    }

    /// What is known about mails; those that are gone are left out.
    func summaries(_ uids: [Int]) throws -> [Int: Summary] {
        guard !uids.isEmpty else { return [:] }
        // A server may tell of one mail in several answers, and of a mark that someone else has just changed.
        var found: [Int: [String: IMAPValue]] = [:]
        for answer in try session.command("UID FETCH \(Self.set(uids)) (UID FLAGS INTERNALDATE RFC822.SIZE)") {
            guard let fetched = answer.fetched, let uid = fetched["UID"]?.number else { continue }
            found[uid, default: [:]].merge(fetched) { $1 }
        }
        return Dictionary(
            uniqueKeysWithValues: found.compactMap { uid, fetched in
                // Without its size it is told about, not asked for.
                guard let size = fetched["RFC822.SIZE"]?.number else { return nil }
                let summary = Summary(
                    uid: uid, size: size,
                    flags: Set((fetched["FLAGS"]?.list ?? []).compactMap { $0.text?.lowercased() }),
                    received: fetched["INTERNALDATE"]?.text.flatMap(MIMEDate.milliseconds) ?? 0)
                return (uid, summary)
            })
    }

    /// The first bytes of a mail, without marking it as read.
    /// - Parameter section: empty for all of it, or like `HEADER`.
    /// - Returns: nil when it is gone.
    func bytes(of uid: Int, section: String = "", most: Int) throws -> [UInt8]? {
        for answer in try session.command("UID FETCH \(uid) (UID BODY.PEEK[\(section)]<0.\(most)>)", mostBytes: most) {
            guard let fetched = answer.fetched, fetched["UID"]?.number == uid,
                let body = fetched.first(where: { $0.key.hasPrefix("BODY[") })?.value.bytes
            else { continue }
            return body
        }
        return nil
    }

    /// `1,5,9`: at most a few thousand.
    static func set(_ uids: [Int]) -> String { uids.map(String.init).joined(separator: ",") }
}

/// Names of folders in IMAP's own form of UTF-7 (RFC 3501 §5.1.3).
enum FolderName {
    static func encoded(_ name: String) -> String {
        var output = ""
        var pending: [UInt8] = []
        func flush() {
            guard !pending.isEmpty else { return }
            output += "&" + Base64Text.encode(pending).prefix { $0 != "=" }.replacing("/", with: ",") + "-"
            pending = []
        }
        for unit in name.utf16 {
            if (0x20...0x7E).contains(unit) {
                flush()
                output += unit == 0x26 ? "&-" : String(UnicodeScalar(UInt8(unit)))
            } else {
                pending += [UInt8(unit >> 8), UInt8(unit & 255)]
            }
        }
        flush()
        return output
    }
}
