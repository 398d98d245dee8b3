// The rule that no credential comes out again: markers are planted in every secret and looked for in every encoding.

import ConnectorKit
import Foundation
import JSONCore
import Logging
import RecipeLanguage
import Synchronization

extension Conformance {
    func secrets() async -> ConformanceResult {
        var problems: [String] = []
        for trial in trials {
            let (planted, markers) = plant(in: trial)
            let log = LogLines()
            let logger = Logger(label: "conformance") { _ in LogCollector(log) }
            let clean = redact(markers)
            func look(_ ended: ConformanceTrial.Ended, _ when: String, _ clean: (JSON) -> JSON) {
                let texts: [(String, JSON)] =
                    switch ended {
                    case .gave(let output): [("the output", output)]
                    case .failed(let error):
                        [("the error", .string(error.message)), ("the error's details", error.details ?? .null)]
                    case .broke(let message): [("the error", .string(message))]
                    }
                for (what, json) in texts + [("the log", .string(log.text))] {
                    let text = SecretSearch.text(of: clean(json))
                    for marker in markers where SecretSearch.finds(marker.value, in: text) {
                        problems.append("\(trial.action): \(what) holds the credential \"\(marker.name)\" \(when)")
                    }
                }
            }
            // What a connector makes of honest answers never holds one, whatever is taken out later.
            look(await planted.call(connector, MadeUpSystem(answers: trial.answers), logger: logger), "") { $0 }
            let refused = HTTPAnswer(
                status: 400, headers: [("content-type", "application/json")], body: Array("{}".utf8),
                url: "https://conformance.example/")
            look(await planted.call(connector, MadeUpSystem { _, _ in refused }, logger: logger), "after a refusal") {
                $0
            }
            // A system that sends back what it got.
            for status in [200, 400] {
                let ended = await planted.call(
                    connector, MadeUpSystem { request, _ in Self.echo(of: request, status) }, logger: logger)
                look(ended, "when the system repeats the request (\(status))", clean)
            }
        }
        return result(.secrets, trials.count, problems)
    }

    /// The trial with a marker in place of each credential.
    private func plant(in trial: ConformanceTrial) -> (ConformanceTrial, [(name: String, value: String)]) {
        var (planted, markers) = (trial, [(name: String, value: String)]())
        let plain: Set = [
            "type", "in", "name", "prefix", "username", "client_id", "issuer", "subject", "key_id", "grant",
        ]
        var names = trial.credentials.entries.filter { !plain.contains($0.key) && $0.value.string != nil }.map(\.key)
        for name in Self.secretMembers(of: scheme) where !names.contains(name) { names.append(name) }
        for name in names {
            // Each encoding of it looks different.
            let marker = "Planted \"\(markers.count)\\/+&=%7Qz9\(name.count)"
            markers.append((name, marker))
            planted.credentials[name] = .string(marker)
        }
        if scheme["type"] == "basic", planted.credentials["username"] == nil { planted.credentials["username"] = "ada" }
        return (planted, markers)
    }

    /// The members of a connection's `auth` that are secret, by the way to sign in.
    static func secretMembers(of scheme: JSONObject) -> [String] {
        switch scheme["type"]?.string {
        case "basic", "ws_security": ["password"]
        case "bearer": ["token"]
        case "api_key", "hmac": ["key"]
        case "api_keys": scheme["keys"]?.array?.compactMap { $0["member"]?.string } ?? []
        case "soap_header":
            scheme["keys"]?.array?.compactMap { $0["secret"] == false ? nil : $0["member"]?.string } ?? []
        default: []
        }
    }

    private static func echo(of request: HTTPRequest, _ status: Int) -> HTTPAnswer {
        let headers = JSONObject(request.headers.map { ($0.name, .string($0.value)) })
        let said = "you sent \(request.method) \(request.url) \(JSON.object(headers).compact)"
        let body: JSON = [
            "message": .string(said), "error": ["message": .string(said)], "url": .string(request.url),
            "headers": .object(headers), "body": .string(String(decoding: request.body, as: UTF8.self)),
            "id": .string(said), "items": [["id": .string(said)]],
        ]
        return HTTPAnswer(
            status: status, headers: [("content-type", "application/json")], body: body.compactBytes, url: request.url)
    }
}

/// Finds a secret in a text however it is written there.
enum SecretSearch {
    /// Raw, URL-encoded, JSON-escaped (once and twice), and in base64 at any place of a longer text.
    static func finds(_ secret: String, in text: Data) -> Bool {
        forms(of: secret).contains { text.range(of: Data($0.utf8)) != nil }
    }

    /// Everything in a value: as JSON, and each text by itself.
    static func text(of json: JSON) -> Data {
        var (bytes, open) = (json.compactBytes, [json])
        while let next = open.popLast() {
            switch next {
            case .string(let text): bytes += [0x0A] + Array(text.utf8)
            case .array(let elements): open += elements
            case .object(let object): for entry in object { open += [.string(entry.key), entry.value] }
            default: break
            }
        }
        return Data(bytes)
    }

    static func forms(of secret: String) -> [String] {
        let escaped = String(JSON.string(secret).compact.dropFirst().dropLast())
        let twice = String(JSON.string(escaped).compact.dropFirst().dropLast())
        var forms = [secret, escaped, twice, PercentEncoding.component(secret), PercentEncoding.query([("", secret)])]
        forms.append(String(PercentEncoding.form([("", secret)]).dropFirst()))
        forms[4] = String(forms[4].drop { $0 == "=" })
        let raw = Array(secret.utf8)
        for shift in 0..<3 {
            // Without the characters that also depend on what stands before and behind.
            let whole = Array(Base64Text.encode([UInt8](repeating: 0, count: shift) + raw))
            let inner = whole.dropFirst(shift == 0 ? 0 : shift + 1).prefix((shift + raw.count) * 8 / 6 - (shift + 1))
            if inner.count >= 8 {
                forms += [String(inner), String(inner.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })]
            }
        }
        return forms
    }
}

/// What was logged.
private final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

private struct LogCollector: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(_ lines: LogLines) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.add("\(event.message) \(metadata) \(event.metadata ?? [:])")
    }
}
