// The secrets of links with which people answer: made again from a key when a step runs again, kept as hashes only.

import Crypto
import Foundation
import JSONCore
import RecipeLanguage

/// Makes the secret of each approver's link from a key beside the history: who has the history alone has no link.
public struct ApprovalLinks: Sendable {
    /// What every secret begins with, so that it is known wherever it stands.
    public static let mark = "galley_link_"
    /// Characters after the mark: base64url without padding.
    public static let length = 43
    private static let keyBytes = 32

    private let key: SymmetricKey
    private let workspace: String

    init(key: [UInt8], workspace: String) { (self.key, self.workspace) = (SymmetricKey(data: key), workspace) }

    /// - Parameter place: of the approver within the request.
    func secret(_ approval: Int64, _ place: Int, _ name: String) -> String {
        let text = "\(workspace)/\(approval)/\(place)/\(ApprovalRequest.folded(name))"
        let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
        return Self.mark + Base64Text.encodeForURL(Array(code))
    }

    /// The secrets of all approvers, in their order.
    public func secrets(of approval: Approval) -> [String] {
        approval.approvers.enumerated().map { secret(approval.id, $0.offset, $0.element.name) }
    }

    static func hash(_ secret: String) -> [UInt8] { Array(SHA256.hash(data: Array(secret.utf8))) }

    /// The key in a data folder, made by the first owner that needs it.
    /// - Parameter mayMake: whether to make it; a reader only reads.
    static func key(folder: String, mayMake: Bool) throws -> [UInt8]? {
        let path = folder + "/link.key"
        if let data = FileManager.default.contents(atPath: path), data.count == keyBytes { return Array(data) }
        guard mayMake else { return nil }
        let key = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let draft = path + ".new"
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw StoreError.cannotOpen(draft, errno) }
        let isWritten = key.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == key.count && fsync(file) == 0
        let code = errno
        closeFile(file)
        guard isWritten, rename(draft, path) == 0 else { throw StoreError.cannotOpen(path, isWritten ? errno : code) }
        return key
    }
}
