// Takes the secrets of approval links out of what is recorded: who may read a job may not answer in another's name.

import Glibc
import JSONCore
import JobHistory

/// Finds links by the mark of their secrets.
enum LinkRedaction {
    private static let mark = Array(ApprovalLinks.mark.utf8)
    /// As secrets of the workspace are shown.
    private static let words = "[secret approval link]"
    private static let replacement = Array(words.utf8)

    static func redact(_ json: JSON) -> JSON { changed(json) ?? json }

    /// Whether a link was taken out of it.
    static func isTrace(in json: JSON) -> Bool {
        switch json {
        case .string(let text): text.contains(words)
        case .array(let elements): elements.contains { isTrace(in: $0) }
        case .object(let object): object.entries.contains { $0.key.contains(words) || isTrace(in: $0.value) }
        default: false
        }
    }

    /// nil when there is no link in it.
    private static func changed(_ json: JSON) -> JSON? {
        switch json {
        case .string(let text): return changed(text).map { .string($0) }
        case .array(let elements):
            var result: [JSON]?
            for (place, element) in elements.enumerated() {
                guard let element = changed(element) else { continue }
                if result == nil { result = elements }
                result?[place] = element
            }
            return result.map { .array($0) }
        case .object(let object):
            var isChanged = false
            let entries = object.entries.map { entry in
                let (key, value) = (changed(entry.key), changed(entry.value))
                if key != nil || value != nil { isChanged = true }
                return (key ?? entry.key, value ?? entry.value)
            }
            return isChanged ? .object(JSONObject(entries)) : nil
        default: return nil
        }
    }

    private static func changed(_ text: String) -> String? {
        var text = text
        return text.withUTF8 { bytes -> [UInt8]? in
            var (result, copied, place) = ([UInt8](), 0, 0)
            while place < bytes.count, let found = find(in: UnsafeRawBufferPointer(bytes), from: place) {
                let secret = bytes[(found + mark.count)...].prefix(ApprovalLinks.length).prefix { isSecret($0) }.count
                result += bytes[copied..<found]
                if secret == ApprovalLinks.length { result += replacement } else { result += mark }
                place = found + mark.count + (secret == ApprovalLinks.length ? secret : 0)
                copied = place
            }
            guard copied > 0 else { return nil }
            return result + bytes[copied...]
        }.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func find(in bytes: UnsafeRawBufferPointer, from place: Int) -> Int? {
        guard let base = bytes.baseAddress, let first = mark.first else { return nil }
        var place = place
        while bytes.count - place >= mark.count,
            let candidate = memchr(base + place, Int32(first), bytes.count - place - mark.count + 1)
        {
            place = UnsafeRawPointer(candidate) - base
            if UnsafeRawBufferPointer(rebasing: bytes[place...].prefix(mark.count)).elementsEqual(mark) { return place }
            place += 1
        }
        return nil
    }

    private static func isSecret(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
