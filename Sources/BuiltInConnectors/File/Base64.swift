// Base64 (RFC 4648 §4) of bytes that are carried in JSON and in mails.

import ConnectorKit
import Foundation

/// Both ways, strictly.
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// White space is passed over; anything else that is no base64 is refused.
    /// - Parameter member: the input's member, for the message.
    static func decode(_ text: String, member: String) throws(ConnectorError) -> [UInt8] {
        let letters = text.utf8.filter { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        guard let data = Data(base64Encoded: Data(letters)) else {
            throw ConnectorError(type: "bad_input", "\"\(member)\" is not base64")
        }
        return [UInt8](data)
    }
}
