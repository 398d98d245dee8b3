// A body that is described rather than written as a template: which members of the input it is made of, and in which form.

import ConnectorKit
import JSONCore

/// What `body` of a request says.
struct BodyTemplate: Sendable {
    enum Form: String, CaseIterable, Sendable {
        case json, form, multipart, xml, text
        /// The bytes of one file.
        case file
    }

    /// What it is made of.
    enum Source: Sendable {
        /// One member of the input, as a whole.
        case member(String)
        /// An object of some of them.
        case members([String])
    }

    /// How one member of a `form` or `multipart` body is written.
    struct Encoding: Sendable {
        var style = ParameterTemplate.Style.form
        var explode = true
        var allowsReserved = false
        /// Of a part.
        var contentType: String?
        /// Whether the member holds files.
        var isFile = false
    }

    let form: Form
    /// As the system wants it; the form's usual one when nil.
    let mediaType: String?
    let source: Source
    /// Whether it is sent even when there is nothing in it.
    let isRequired: Bool
    let encodings: [String: Encoding]
    /// The name of an XML body's root.
    let root: String?
    /// What the body looks like, for XML: the keywords `xml` of OpenAPI.
    let schema: JSON
    /// What `#/…` in the schema points into.
    let top: JSON
    let files: ConnectorFiles

    /// The value that is sent; nil when there is none and none is needed.
    func value(of input: JSON) -> JSON? {
        switch source {
        case .member(let name):
            if let value = input[name], !value.isNull || form == .json { return value }
            return nil
        case .members(let names):
            var object = JSONObject()
            for name in names { if let value = input[name] { object[name] = value } }
            return object.isEmpty && !isRequired ? nil : .object(object)
        }
    }
}

/// A file's content in an input: `{"file": …}` of the workspace, `{"text": …}` or `{"base64": …}`, with `filename` and
/// `content_type` where they matter. A plain text stands for itself.
enum FileValue {
    static let contents = ["file", "text", "base64"]

    /// As a part of a multipart body.
    static func part(_ value: JSON, name: String, contentType: String?) throws(ConnectorError) -> JSON {
        var part: JSONObject = ["name": .string(name)]
        if let text = value.scalarText {
            part["text"] = .string(text)
        } else {
            for key in contents + ["filename", "content_type"] {
                if let member = value[key], !member.isNull { part[key] = member }
            }
            guard contents.count(where: { part[$0] != nil }) == 1 else {
                throw ConnectorError(
                    type: "bad_input", "\"\(name)\" must have one of \"file\", \"text\" or \"base64\"")
            }
        }
        if part["content_type"] == nil, let contentType { part["content_type"] = .string(contentType) }
        return .object(part)
    }
}
