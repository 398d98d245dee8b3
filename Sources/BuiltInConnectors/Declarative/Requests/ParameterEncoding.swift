// How the values of described parameters look in a path, a query, a header and a cookie (RFC 6570; OpenAPI 3.1 §4.8.12.2).

import ConnectorKit
import JSONCore

extension ParameterTemplate {
    /// In a path, in place of `{name}`.
    /// - Throws: `bad_input` for an empty value: it would be another address.
    func pathText(_ value: JSON) throws(ConnectorError) -> String {
        let text: String
        switch (style, value) {
        case (.label, _): text = "." + (explode ? try flat(value, ".", pair: "=") : try flat(value, ",", pair: ","))
        case (.matrix, .array(let elements)) where explode:
            text = try each(elements) { (element) throws(ConnectorError) in ";\(encodedName)=\(try encoded(element))" }
                .joined()
        case (.matrix, .object(let object)) where explode:
            text = try each(object.entries) { (entry) throws(ConnectorError) in
                ";\(PercentEncoding.component(entry.key))=\(try encoded(entry.value))"
            }.joined()
        case (.matrix, _): text = ";\(encodedName)=" + (try flat(value, ",", pair: ","))
        case (.json, _): text = PercentEncoding.component(value.compact)
        default: text = try flat(value, ",", pair: explode ? "=" : ",")
        }
        let isEmpty: Bool =
            switch value {
            case .array(let elements): elements.isEmpty
            case .object(let object): object.isEmpty
            default: value.scalarText?.isEmpty ?? true
            }
        guard !isEmpty, !text.isEmpty else {
            throw ConnectorError(type: "bad_input", "\"\(name)\" is empty, and the request's path needs it")
        }
        return text
    }

    /// In a query or a form: encoded pairs, to be joined by `&`; none when there is nothing in the value.
    func queryPairs(_ value: JSON) throws(ConnectorError) -> [String] {
        switch (style, value) {
        case (.json, _): return ["\(encodedName)=\(PercentEncoding.component(value.compact))"]
        case (.deepObject, .object), (.deepObject, .array):
            var pairs: [String] = []
            try deep(value, name: name, depth: 0, into: &pairs)
            return pairs
        case (_, .array(let elements)):
            if elements.isEmpty { return [] }
            if explode {
                return try each(elements) { (element) throws(ConnectorError) in "\(encodedName)=\(try encoded(element))"
                }
            }
            return ["\(encodedName)=" + (try flat(value, delimiter, pair: delimiter))]
        case (_, .object(let object)):
            if object.isEmpty { return [] }
            if explode, style == .form {
                return try each(object.entries) { (entry) throws(ConnectorError) in
                    "\(PercentEncoding.component(entry.key))=\(try encoded(entry.value))"
                }
            }
            return ["\(encodedName)=" + (try flat(value, delimiter, pair: delimiter))]
        default: return ["\(encodedName)=\(try encoded(value))"]
        }
    }

    /// In a header: as it is, lists with commas.
    func headerText(_ value: JSON) throws(ConnectorError) -> String {
        let text: String
        switch value {
        case _ where style == .json: text = value.compact
        case .array(let elements): text = elements.map(Self.plain).joined(separator: ",")
        case .object(let object):
            text = object.map { $0.key + (explode ? "=" : ",") + Self.plain($0.value) }.joined(separator: ",")
        default: text = Self.plain(value)
        }
        guard HeaderText.isValue(text) else {
            throw ConnectorError(type: "bad_input", "the header \(name) has a line break or a control character in it")
        }
        return text
    }

    /// In a cookie: encoded pairs, to be joined by `; `.
    func cookiePairs(_ value: JSON) throws(ConnectorError) -> [String] {
        switch value {
        case .array(let elements) where explode && style == .form && elements.count > 1:
            return try each(elements) { (element) throws(ConnectorError) in "\(encodedName)=\(try encoded(element))" }
        case .object, .array, _: return try queryPairs(value)
        }
    }

    // MARK: - Pieces

    private var encodedName: String { PercentEncoding.component(name) }

    private var delimiter: String {
        switch style {
        case .spaceDelimited: "%20"
        case .pipeDelimited: "%7C"
        default: ","
        }
    }

    /// A list or an object in one text; scalars by themselves.
    private func flat(_ value: JSON, _ separator: String, pair: String) throws(ConnectorError) -> String {
        switch value {
        case .array(let elements):
            try each(elements) { (element) throws(ConnectorError) in try encoded(element) }.joined(separator: separator)
        case .object(let object):
            try each(object.entries) { (entry) throws(ConnectorError) in
                PercentEncoding.component(entry.key) + pair + (try encoded(entry.value))
            }.joined(separator: separator)
        default: try encoded(value)
        }
    }

    /// `name[key]=value`, further levels in further brackets; elements that are no scalars get their number.
    private func deep(_ value: JSON, name: String, depth: Int, into pairs: inout [String]) throws(ConnectorError) {
        guard depth < 32 else {
            throw ConnectorError(type: "bad_input", "\"\(self.name)\" is nested more than 32 deep")
        }
        switch value {
        case .object(let object):
            for entry in object where !entry.value.isNull {
                try deep(entry.value, name: "\(name)[\(entry.key)]", depth: depth + 1, into: &pairs)
            }
        case .array(let elements):
            for (place, element) in elements.enumerated() {
                try deep(element, name: "\(name)[\(place)]", depth: depth + 1, into: &pairs)
            }
        default: pairs.append("\(PercentEncoding.component(name))=\(try encoded(value))")
        }
    }

    private static func plain(_ value: JSON) -> String { value.scalarText ?? value.compact }

    private func encoded(_ value: JSON) throws(ConnectorError) -> String {
        let text = Self.plain(value)
        return allowsReserved ? PercentEncoding.reserved(text) : PercentEncoding.component(text)
    }

    private func each<Elements: Collection, Result>(
        _ elements: Elements, _ body: (Elements.Element) throws(ConnectorError) -> Result
    ) throws(ConnectorError) -> [Result] {
        var results: [Result] = []
        results.reserveCapacity(elements.count)
        for element in elements { results.append(try body(element)) }
        return results
    }
}

extension PercentEncoding {
    /// Reserved characters (RFC 3986 §2.2) stay as they are, but those that would end the query or its value.
    static func reserved(_ text: String) -> String {
        var result = ""
        for character in text {
            result += ":/?@!$'()*,;".contains(character) ? String(character) : component(String(character))
        }
        return result
    }
}
