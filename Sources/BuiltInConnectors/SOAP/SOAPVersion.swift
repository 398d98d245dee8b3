// The two versions of SOAP and what they write differently.

/// A version of the protocol.
enum SOAPVersion: String, CaseIterable, Sendable {
    case v11 = "1.1"
    case v12 = "1.2"

    /// The namespace of the envelope.
    var namespace: String {
        switch self {
        case .v11: "http://schemas.xmlsoap.org/soap/envelope/"
        case .v12: "http://www.w3.org/2003/05/soap-envelope"
        }
    }

    init?(namespace: String?) {
        guard let version = Self.allCases.first(where: { $0.namespace == namespace }) else { return nil }
        self = version
    }

    /// The headers that say what the body is and which action it is for (SOAP 1.1 §6.1, SOAP 1.2 part 2 §6.5).
    /// - Parameter action: without quotes and control characters.
    func headers(action: String?) -> [(name: String, value: String)] {
        switch self {
        case .v11:
            return [
                ("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", "\"\(action ?? "")\""),
                ("Accept", "text/xml"),
            ]
        case .v12:
            let parameter = action.map { "; action=\"\($0)\"" } ?? ""
            return [
                ("Content-Type", "application/soap+xml; charset=utf-8\(parameter)"), ("Accept", "application/soap+xml"),
            ]
        }
    }
}
