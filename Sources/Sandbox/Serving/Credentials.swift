// Who may call the sandbox's apps: the demo credentials and how each scheme is checked.

/// The credentials that the apps accept. The standard values are for play and documented; there is nothing to protect.
public struct SandboxCredentials: Sendable, Hashable {
    public var crmKey = "demo-crm-key"
    public var erpUser = "galley"
    public var erpPassword = "demo-erp-password"
    public var hrUser = "galley"
    public var hrPassword = "demo-hr-password"
    public var hrToken = "demo-hr-token"
    public var chatToken = "demo-chat-token"
    /// For SMTP AUTH, which the mailbox does not insist on.
    public var mailUser = "galley"
    public var mailPassword = "demo-mail-password"

    public init() {}

    /// The environment variables that the workspace's sandbox connections take their secrets from.
    public var environment: [String: String] {
        [
            "SANDBOX_CRM_KEY": crmKey, "SANDBOX_ERP_PASSWORD": erpPassword, "SANDBOX_HR_PASSWORD": hrPassword,
            "SANDBOX_CHAT_TOKEN": chatToken, "SANDBOX_MAIL_PASSWORD": mailPassword,
        ]
    }
}

extension SandboxRequest {
    /// Whether the `Authorization` header is `Bearer` with this token.
    func hasBearer(_ token: String) -> Bool { credentials(of: "bearer") == token }

    /// Whether the `Authorization` header is `Basic` with this user and password.
    func hasBasic(user: String, password: String) -> Bool {
        guard let text = credentials(of: "basic"), let bytes = Base64.decode(text) else { return false }
        return bytes == Array("\(user):\(password)".utf8)
    }

    private func credentials(of scheme: String) -> String? {
        guard let header = header("authorization") else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == scheme else { return nil }
        return String(parts[1])
    }
}

/// Base64 (RFC 4648 §4) of short credentials.
enum Base64 {
    /// nil for anything that is not base64 with its padding.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits = 0
        var held = 0
        var padding = 0
        for character in text.utf8 {
            let value: Int
            switch character {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = Int(character) - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = Int(character) - 97 + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = Int(character) - 48 + 52
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            case UInt8(ascii: "="):
                padding += 1
                continue
            default: return nil
            }
            guard padding == 0 else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(bits >> held & 0xFF))
            }
        }
        guard text.utf8.count % 4 == 0, padding <= 2 else { return nil }
        return bytes
    }
}
