// The user name that WS-Security puts into a SOAP header, as far as it needs cryptography.

import Crypto
import RecipeLanguage

/// OASIS Web Services Security UsernameToken Profile 1.1.
public enum UsernameToken {
    /// `Base64(SHA-1(nonce + created + password))` (§3.1).
    public static func digest(nonce: [UInt8], created: String, password: String) -> String {
        var hash = Insecure.SHA1()
        hash.update(data: nonce)
        hash.update(data: Array(created.utf8))
        hash.update(data: Array(password.utf8))
        return Base64Text.encode(Array(hash.finalize()))
    }
}
