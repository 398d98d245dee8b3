// From an HTTP answer to the step's output, or to the failure that it is.

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

/// One answer of a service, read strictly: what can't be read for sure is an error, never an empty success.
struct SOAPAnswer {
    private let answer: HTTPAnswer
    private let mapping: JSONMapping
    private let effect: Effect

    init(_ answer: HTTPAnswer, mapping: JSONMapping, effect: Effect) {
        (self.answer, self.mapping, self.effect) = (answer, mapping, effect)
    }

    /// `{body, headers, status}`.
    /// - Throws: `soap_fault` for a fault with whatever status; the status's own error for 4xx and 5xx without one;
    ///   `bad_answer` for all else that is no envelope.
    func output() throws(ConnectorError) -> JSON {
        // One-way operations: accepted, nothing to say (SOAP 1.1 over HTTP, WS-I Basic Profile R2750).
        if answer.body.isEmpty, answer.status == 202 || answer.status == 204 {
            return output(body: .null, headers: .object([:]))
        }
        let failure = answer.error(isRepeatable: effect.isRepeatable)
        let envelope: SOAPEnvelope
        do throws(NotAnEnvelope) {
            envelope = try read()
        } catch {
            throw failure ?? bad("the answer can't be used: \(error.reason)")
        }
        let fault: SOAPFault?
        do throws(XMLError) {
            fault = try SOAPFault(envelope, mapping)
        } catch {
            throw failure ?? bad("the fault can't be read: \(error.description)")
        }
        if let fault { throw fault.error(answer: answer, isRepeatable: effect.isRepeatable) }
        if let failure { throw failure }
        guard (200..<300).contains(answer.status) else {
            throw bad("the server answered \(answer.status), which is neither success nor failure")
        }
        do throws(XMLError) {
            return output(
                body: try SOAPEnvelope.json(envelope.body, mapping),
                headers: try SOAPEnvelope.json(envelope.headers, mapping))
        } catch {
            throw bad("the answer can't be used: \(error.description)")
        }
    }

    private func read() throws(NotAnEnvelope) -> SOAPEnvelope {
        if answer.body.isEmpty { throw NotAnEnvelope("it is empty") }
        if answer.mediaType.hasPrefix("multipart/") {
            throw NotAnEnvelope("it has attachments (\(answer.mediaType.prefix(40))), which are not read")
        }
        let root: XMLElement
        do throws(XMLError) {
            root = try XMLElement.parse(answer.body, charset: answer.charset)
        } catch {
            throw NotAnEnvelope("it is not XML that can be read: \(error.description)")
        }
        return try SOAPEnvelope(reading: root)
    }

    private func output(body: JSON, headers: JSON) -> JSON {
        .object(
            JSONObject(uniqueEntries: [("body", body), ("headers", headers), ("status", .integer(answer.status))]))
    }

    /// The call may well have been carried out.
    private func bad(_ message: String) -> ConnectorError {
        ConnectorError(
            type: "bad_answer", message, status: answer.status, outcome: effect.changesTheWorld ? .unknown : .refused)
    }
}

extension HTTPAnswer {
    /// The `charset` of the media type; nil without one.
    var charset: String? {
        guard let type = header("content-type") else { return nil }
        for parameter in type.split(separator: ";").dropFirst() {
            let parts = parameter.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].filter({ $0 != " " && $0 != "\t" }).lowercased() == "charset" else {
                continue
            }
            let value = parts[1].filter { $0 != " " && $0 != "\t" && $0 != "\"" }
            return value.isEmpty ? nil : value
        }
        return nil
    }
}
