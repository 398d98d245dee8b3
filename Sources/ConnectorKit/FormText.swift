// Reads the text of a form or of a query.

import JSONCore

/// `a=1&b=two+words` (WHATWG URL, application/x-www-form-urlencoded).
public enum FormText {
    /// A name that is given several times becomes a list.
    public static func object(_ text: String) -> JSONObject {
        var object = JSONObject()
        for pair in text.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let (name, value) = (decoded(halves[0]), JSON.string(halves.count > 1 ? decoded(halves[1]) : ""))
            switch object[name] {
            case nil: object[name] = value
            case .array(let list)?: object[name] = .array(list + [value])
            case let one?: object[name] = [one, value]
            }
        }
        return object
    }

    private static func decoded(_ text: Substring) -> String {
        PercentEncoding.decoded(String(text.replacing("+", with: " ")))
    }
}
