// From an HTTP answer to the step's output, or to the failure that it is.

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

/// One answer of a service, read strictly: what can't be read for sure is an error, never an empty success.
struct SOAPAnswer {
    private let answer: HTTPAnswer
    private let effect: Effect
    /// What of the answer went to files.
    private let saving: AttachmentSaving?

    init(_ answer: HTTPAnswer, effect: Effect, saving: AttachmentSaving? = nil) {
        (self.answer, self.effect, self.saving) = (answer, effect, saving)
    }

    /// `{body, headers, status}`, with `attachments` where there are some that the message doesn't refer to.
    /// - Throws: `soap_fault` for a fault with whatever status; the status's own error for 4xx and 5xx without one;
    ///   `bad_answer` for all else that is no envelope.
    func output(_ mapping: JSONMapping) throws(ConnectorError) -> JSON {
        guard let envelope = try envelope(detail: { (detail, _) throws(XMLError) in try detail.json(mapping) }) else {
            return output(body: .null, headers: .object([:]))
        }
        return try reading { () throws(XMLError) in
            output(
                body: try SOAPEnvelope.json(envelope.body, mapping),
                headers: try SOAPEnvelope.json(envelope.headers, mapping), attachments: envelope.attachments)
        }
    }

    /// The envelope of a success; nil for an answer that has none because there is nothing to say.
    /// - Parameter detail: gives the value of a fault's detail, with the declarations in force around the fault.
    func envelope(detail: (XMLElement, [XMLNamespace]) throws(XMLError) -> JSON) throws(ConnectorError) -> SOAPEnvelope?
    {
        // One-way operations: accepted, nothing to say (SOAP 1.1 over HTTP, WS-I Basic Profile R2750).
        if answer.body.isEmpty, answer.status == 202 || answer.status == 204 { return nil }
        let failure = answer.error(isRepeatable: effect.isRepeatable)
        let envelope: SOAPEnvelope
        do throws(NotAnEnvelope) {
            envelope = try read()
        } catch {
            throw failure ?? bad("the answer can't be used: \(error.reason)")
        }
        let fault: SOAPFault?
        do throws(XMLError) {
            fault = try SOAPFault(envelope) { (element) throws(XMLError) in try detail(element, envelope.outer) }
        } catch {
            throw failure ?? bad("the fault can't be read: \(error.description)")
        }
        if let fault { throw fault.error(answer: answer, isRepeatable: effect.isRepeatable) }
        if let failure { throw failure }
        guard (200..<300).contains(answer.status) else {
            throw bad("the server answered \(answer.status), which is neither success nor failure")
        }
        return envelope
    }

    /// Runs what reads the envelope; its mistakes are the answer's.
    func reading<Result>(_ work: () throws(XMLError) -> Result) throws(ConnectorError) -> Result {
        do throws(XMLError) {
            return try work()
        } catch {
            throw bad("the answer can't be used: \(error.description)")
        }
    }

    private func read() throws(NotAnEnvelope) -> SOAPEnvelope {
        var root: XMLElement
        var message: MultipartMessage?
        let isSaved = saving?.hasTaken ?? false
        guard isSaved || !answer.body.isEmpty else { throw NotAnEnvelope("it is empty") }
        do throws(XMLError) {
            message = try saving?.message()
            if message == nil, answer.mediaType.hasPrefix("multipart/") {
                message = try MultipartMessage(answer)
            }
            if let message {
                root = try XMLElement.parse(message.root, charset: message.rootCharset)
            } else {
                root = try XMLElement.parse(answer.body, charset: answer.charset)
            }
        } catch {
            throw NotAnEnvelope("it is not XML that can be read: \(error.description)")
        }
        var attachments: [MultipartMessage.Attachment] = []
        if let message {
            do throws(XMLError) { (root, attachments) = try message.putting(into: root) } catch {
                throw NotAnEnvelope(error.description)
            }
        }
        var envelope = try SOAPEnvelope(reading: root)
        envelope.attachments = attachments
        return envelope
    }

    private func output(body: JSON, headers: JSON, attachments: [MultipartMessage.Attachment] = []) -> JSON {
        var object = JSONObject(
            uniqueEntries: [("body", body), ("headers", headers), ("status", .integer(answer.status))])
        if !attachments.isEmpty { object["attachments"] = .array(attachments.map { $0.json(saving) }) }
        return .object(object)
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
        header("content-type").flatMap { ContentTypeHeader.parameter("charset", of: $0) }
    }
}
