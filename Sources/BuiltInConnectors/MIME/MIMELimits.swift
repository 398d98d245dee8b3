// How much of a mail is read: a mail is written by strangers.

/// Bounds of one mail.
struct MIMELimits: Sendable {
    /// Parts within parts.
    var depth = 20
    /// Parts in all.
    var parts = 500
    /// Bytes of one header section; what is behind them is left out.
    var headerBytes = 256 << 10
    /// Addresses of one field.
    var addresses = 1_000
    /// Bytes of UTF-8 of all texts, and of all HTML.
    var textBytes = 4 << 20
}
