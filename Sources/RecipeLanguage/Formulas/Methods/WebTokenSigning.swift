// JSON web tokens made outside of formulas: assertions with which a connection signs in.

import JSONCore

/// Makes signed JSON web tokens (RFC 7519, compact form of RFC 7515).
public enum WebTokenSigning {
    /// The algorithms of RFC 7518 §3 that are known.
    public static var algorithms: [String] { WebToken.Algorithm.allCases.map(\.rawValue) }

    /// - Parameters:
    ///   - key: a private key in PEM, or the shared secret of an `HS` algorithm.
    ///   - keyID: `kid` of the header.
    /// - Returns: nil when the algorithm is unknown or the key is not one for it.
    public static func token(claims: JSONObject, algorithm: String, key: String, keyID: String?) -> String? {
        guard let algorithm = WebToken.Algorithm(rawValue: algorithm) else { return nil }
        var header: JSONObject = ["typ": "JWT"]
        if let keyID { header["kid"] = .string(keyID) }
        header["alg"] = .string(algorithm.rawValue)
        let signed = [header, claims].map { WebToken.part(JSON.object($0).compactBytes) }.joined(separator: ".")
        guard let signature = try? WebToken.sign(Array(signed.utf8), algorithm, Array(key.utf8)) else { return nil }
        return signed + "." + WebToken.part(signature)
    }
}
