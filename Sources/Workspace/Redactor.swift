// Takes secret values out of everything that is recorded, logged or printed.

import Foundation
import JSONCore
import Synchronization

/// Replaces the secrets in use by `[secret NAME]`, in whichever common form they occur (`SecretForms`).
///
/// Values shorter than 4 characters are not replaced: they would be found everywhere.
public struct Redactor: Sendable {
    /// The shortest value that is replaced, in characters.
    public static let shortestSecret = 4

    private let secrets: SecretsInUse

    /// A redactor that changes nothing.
    public init() { self.init([]) }

    /// For a fixed set of secrets.
    public init(_ secrets: [(name: String, value: String)]) {
        let inUse = SecretsInUse()
        inUse.add(secrets)
        self.secrets = inUse
    }

    /// For the secrets that are in use now and those that come into use later.
    init(_ secrets: SecretsInUse) { self.secrets = secrets }

    /// Whether there is nothing to hide.
    public var isEmpty: Bool { secrets.needles.isEmpty }

    /// The text without secrets; the same text, uncopied, when there are none in it.
    public func redact(_ text: String) -> String { secrets.needles.changed(text) ?? text }

    /// The value without secrets, in strings, numbers and names of members.
    public func redact(_ json: JSON) -> JSON { secrets.needles.changed(json) ?? json }
}

/// The secrets that this process has handed out, for redactors that live as long as it does.
final class SecretsInUse: Sendable {
    fileprivate struct State {
        var values: [String: Set<String>] = [:]
        /// Values that come and go, latest last: tokens of a connection.
        var passing: [String: [String]] = [:]
        var needles = SecretNeedles([])
    }

    private let state = Mutex(State())

    var needles: SecretNeedles { state.withLock { $0.needles } }

    func add(_ secrets: [(name: String, value: String)]) {
        state.withLock { state in
            var isNew = false
            for secret in secrets where state.values[secret.name, default: []].insert(secret.value).inserted {
                isNew = true
            }
            if isNew { state.seek() }
        }
    }

    /// The latest of values that others follow: those before them are good for nothing any more.
    func addPassing(_ values: [String], of name: String) {
        state.withLock { state in
            var known = state.passing[name] ?? []
            let isNew = !Set(values).isSubset(of: known)
            known.removeAll(where: values.contains)
            known += values
            state.passing[name] = known.suffix(Self.mostPassing)
            if isNew { state.seek() }
        }
    }

    /// Of one connection: access and refresh tokens, assertions and client secrets of its latest sign-ins.
    private static let mostPassing = 40
}

extension SecretsInUse.State {
    fileprivate mutating func seek() {
        let lasting = values.sorted { $0.key < $1.key }.flatMap { name, values in values.map { (name, $0) } }
        let tokens = passing.sorted { $0.key < $1.key }.flatMap { name, values in
            values.map { ("token of " + name, $0) }
        }
        needles = SecretNeedles(lasting + tokens)
    }
}

/// What is looked for, and the search.
struct SecretNeedles: Sendable {
    private struct Needle: Sendable {
        let bytes: [UInt8]
        let replacement: [UInt8]
    }

    /// Needles by first byte, longest first.
    private let needles: [[Needle]]
    /// Whether some secret is all digits, so that numbers are looked at too.
    private let seeksNumbers: Bool
    let isEmpty: Bool

    init(_ secrets: [(name: String, value: String)]) {
        var byFirst = [[Needle]](repeating: [], count: 256)
        var seen = Set<[UInt8]>()
        var seeksNumbers = false
        for secret in secrets where secret.value.count >= Redactor.shortestSecret {
            let replacement = Array("[secret \(secret.name)]".utf8)
            if secret.value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { seeksNumbers = true }
            for form in SecretForms.all(of: secret.value) where seen.insert(form).inserted {
                if let first = form.first { byFirst[Int(first)].append(Needle(bytes: form, replacement: replacement)) }
            }
        }
        for first in byFirst.indices { byFirst[first].sort { $0.bytes.count > $1.bytes.count } }
        (needles, self.seeksNumbers, isEmpty) = (byFirst, seeksNumbers, seen.isEmpty)
    }

    /// nil when there is no secret in it.
    func changed(_ text: String) -> String? {
        guard !isEmpty else { return nil }
        var text = text
        return text.withUTF8 { changed($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes with replacements; nil when there is nothing to replace.
    private func changed(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var result: [UInt8]?
        var copied = 0
        var place = 0
        while place < bytes.count {
            let candidates = needles[Int(bytes[place])]
            if !candidates.isEmpty {
                let rest = bytes[place...]
                if let needle = candidates.first(where: { $0.bytes.count <= rest.count && rest.starts(with: $0.bytes) })
                {
                    result = (result ?? []) + bytes[copied..<place] + needle.replacement
                    place += needle.bytes.count
                    copied = place
                    continue
                }
            }
            place += 1
        }
        guard var result else { return nil }
        result += bytes[copied...]
        return result
    }

    /// nil when there is no secret in it.
    func changed(_ json: JSON) -> JSON? {
        guard !isEmpty else { return nil }
        switch json {
        case .null, .bool: return nil
        case .string(let text): return changed(text).map { .string($0) }
        case .integer(let integer): return seeksNumbers ? changed(String(integer)).map { .string($0) } : nil
        case .number(let number): return seeksNumbers ? changed(number.text).map { .string($0) } : nil
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
                let key = changed(entry.key)
                let value = changed(entry.value)
                if key != nil || value != nil { isChanged = true }
                return (key ?? entry.key, value ?? entry.value)
            }
            return isChanged ? .object(JSONObject(entries)) : nil
        }
    }
}
