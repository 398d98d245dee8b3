// Parameters of a request that are described rather than written as templates: where they go and how lists and objects look.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// One parameter, as OpenAPI describes them (OpenAPI 3.1 §4.8.12).
struct ParameterTemplate: Sendable {
    enum Place: String, CaseIterable, Sendable { case path, query, header, cookie }

    /// How lists and objects are written.
    enum Style: String, CaseIterable, Sendable {
        case matrix, label, simple, form, spaceDelimited, pipeDelimited, deepObject
        /// The whole value as a JSON text (`content: application/json`).
        case json

        /// RFC 6570's names for these are of each place's own.
        static func allowed(in place: Place) -> [Style] {
            switch place {
            case .path: [.simple, .label, .matrix, .json]
            case .query: [.form, .spaceDelimited, .pipeDelimited, .deepObject, .json]
            case .header: [.simple, .json]
            case .cookie: [.form, .json]
            }
        }

        static func standard(in place: Place) -> Style { allowed(in: place)[0] }
    }

    /// Where its value comes from.
    enum Source: Sendable {
        /// A member of the action's input.
        case member(String)
        case template(InputTemplate)
    }

    let name: String
    let place: Place
    let style: Style
    let explode: Bool
    /// Whether characters that have a meaning in addresses stay as they are (`/`, `:`, …).
    let allowsReserved: Bool
    let source: Source
    /// Stands in for a value that is nil.
    let fallback: JSON?

    /// - Returns: nil when there is no value, and the parameter is left out.
    func value(_ values: FormulaValues, input: JSON) throws(ConnectorError) -> JSON? {
        let value: JSON?
        switch source {
        case .member(let name): value = input[name]
        case .template(let template): value = try values.json(template, "the parameter \"\(name)\"")
        }
        if let value, !value.isNull { return value }
        return fallback
    }
}
