// Binary values: base64, or a file that is read while the message is sent.

import JSONCore

extension MessageWriter {
    /// The member of an object that stands for the content of a file.
    public static let fileMember = "file"
    /// What such an object may say besides: the type of the content, and what an earlier answer said about it.
    public static let fileMembers = ["content_type", "size_bytes"]

    /// What an element with a value of a simple type holds.
    func simple(
        _ json: JSON, _ reference: TypeReference, fixed: String? = nil
    ) throws(MessageMistake) -> [XMLNode] {
        if let address = try address(json, reference) { return [.text(address)] }
        let isBinary = try isBinary(reference)
        if isBinary, let object = json.object, object[Self.fileMember] != nil {
            guard let binaries else { throw MessageMistake("can't be a file here: give its content as base64") }
            return [binaries.node(.file(try file(object)))]
        }
        let text = try text(json, reference, fixed: fixed)
        guard !text.isEmpty else { return [] }
        return [isBinary ? binaries?.node(.base64(text)) ?? .text(text) : .text(text)]
    }

    /// Of a type whose texts refer to attachments: what refers to the value, which travels beside the message. One that is
    /// an address already stays.
    private func address(_ json: JSON, _ reference: TypeReference) throws(MessageMistake) -> String? {
        guard let binaries, try declared(reference)?.name == BinaryParts.attachmentReference else { return nil }
        if let object = json.object, object[Self.fileMember] != nil { return binaries.address(.file(try file(object))) }
        if json.string?.hasPrefix("cid:") == true { return nil }
        guard let base64 = LexicalForm.text(json, .base64Binary) else {
            throw MessageMistake(
                "must be base64, a file or cid: and the id of an attachment, but it is \(Self.shown(json))")
        }
        return binaries.address(.base64(base64))
    }

    private func isBinary(_ reference: TypeReference) throws(MessageMistake) -> Bool {
        if case .builtin(let type) = reference { return type == .base64Binary }
        guard case .simple(let base, _)? = try declared(reference)?.shape else { return false }
        return base == .base64Binary
    }

    private func file(_ object: JSONObject) throws(MessageMistake) -> BinaryParts.File {
        guard let name = object[Self.fileMember]?.string, !name.isEmpty else {
            throw MessageMistake("must be the name of a file of the workspace").inside(Self.fileMember)
        }
        if let unknown = object.keys.first(where: { $0 != Self.fileMember && !Self.fileMembers.contains($0) }) {
            throw MessageMistake.unknown(unknown, known: [Self.fileMember] + Self.fileMembers)
        }
        guard let type = object["content_type"], !type.isNull else {
            return BinaryParts.File(name: name, contentType: nil)
        }
        guard let type = type.string else { throw MessageMistake("must be a text").inside("content_type") }
        return BinaryParts.File(name: name, contentType: type)
    }
}
