// One port of a server that others wrote: imported from the server's own description, called by Galley and by zeep.

import BuiltInConnectors
import ConnectorKit
import Foundation
import JSONCore
import Logging
import OutboundHTTP
import Testing
import XML

/// One operation's call.
struct ForeignCall: Sendable {
    let operation: String
    let input: JSON
    /// What zeep is given where it wants another form; nil for the same.
    var zeepInput: JSON?

    init(_ operation: String, _ input: JSON = [:], zeepInput: JSON? = nil) {
        (self.operation, self.input, self.zeepInput) = (operation, input, zeepInput)
    }
}

/// A service, imported.
struct ForeignService {
    let imported: ImportedService
    private let wsdl: String
    private let port: String?
    /// Instead of the address in the description.
    private let address: String?
    private let auth: JSONObject

    /// - Parameters:
    ///   - path: of the service below the server's address; its description is there with `?wsdl`.
    ///   - calling: another path to send to than the description says.
    init(
        _ path: String, port: String? = nil, calling: String? = nil, auth: JSONObject = [:],
        change: (inout JSONObject) -> Void = { _ in }
    ) async throws {
        let server = try #require(ForeignServer.current)
        wsdl = "\(server.address)/\(path)?wsdl"
        address = calling.map { "\(server.address)/\($0)" }
        (self.port, self.auth) = (port, auth)
        let documents = try await Self.documents(wsdl)
        let loader = DescriptionLoader { (location, base) throws(DescriptionLoader.Refusal) in
            let url = Self.resolved(location, base)
            guard let bytes = documents[url] else { throw DescriptionLoader.Refusal("\(url) is not on this server") }
            return DescriptionLoader.Found(name: url, bytes: bytes)
        }
        let root = DescriptionLoader.Found(name: wsdl, bytes: try #require(documents[wsdl]))
        imported = try ImportedService(try ServiceDescription.read(root, loader, port: port), change: change)
    }

    // MARK: - Calls

    /// What Galley gets: `{"value": …}`, or `{"fault": …}` as zeep tells one.
    func answer(_ call: ForeignCall) async throws -> JSON {
        do {
            return ["value": try await output(call)]
        } catch let error as ConnectorError {
            guard error.type == "soap_fault", let details = error.details else {
                return ["error": .string(error.message)]
            }
            var fault: JSONObject = [:]
            for key in ["code", "string", "actor", "subcodes", "detail"] { fault[key] = details[key] }
            return ["fault": .object(fault)]
        }
    }

    /// The step's output.
    /// - Parameter workspace: for files; nil for one without any.
    func output(_ call: ForeignCall, in workspace: TemporaryWorkspace? = nil) async throws -> JSON {
        let action = try #require(imported.imported.actions.first { $0.operation.name == call.operation }).name
        return try await Self.withClient { client in
            var trial = try self.trial(client)
            if let workspace { trial.workspace = workspace }
            let output = try await imported.call(action, call.input, trial)
            // What the schema of the output promises is what comes.
            let spec = try #require(imported.connector.spec.action(action))
            let mismatches = spec.output.typed(output).mismatches
            #expect(mismatches == [], "\(call.operation): \(mismatches.map(\.message)) in \(output.compact)")
            return output
        }
    }

    private func trial(_ client: OutboundClient) throws -> Trial {
        let settings: JSONObject = address.map { ["url": .string($0)] } ?? [:]
        return try imported.trial(client, auth: auth, settings: settings, privately: true)
    }

    /// What the steps of one job get that call the same operation.
    func outputs(_ call: ForeignCall, times: Int) async throws -> [JSON] {
        let action = try #require(imported.imported.actions.first { $0.operation.name == call.operation }).name
        return try await Self.withClient { client in
            let trial = try self.trial(client)
            var outputs: [JSON] = []
            for _ in 0..<times { outputs.append(try await imported.call(action, call.input, trial)) }
            return outputs
        }
    }

    /// Makes the calls with Galley and with zeep and expects the same answers, field for field.
    /// - Returns: Galley's, for what a test wants to look at closer.
    @discardableResult
    func compare(_ calls: [ForeignCall]) async throws -> [JSON] {
        var ours: [JSON] = []
        for call in calls { ours.append(try await answer(call)) }
        let theirs = try await zeep(calls)
        try #require(theirs.count == calls.count)
        for (place, call) in calls.enumerated() {
            let found = AnswerComparison.differences(ours[place], theirs[place])
            #expect(found == [], "\(call.operation): \(ours[place].compact) but zeep has \(theirs[place].compact)")
        }
        return ours
    }

    /// What zeep gets for the same calls.
    func zeep(_ calls: [ForeignCall]) async throws -> [JSON] {
        var job: JSONObject = ["wsdl": .string(wsdl)]
        job["port"] = port.map { .string($0) }
        job["address"] = address.map { .string($0) }
        if !auth.isEmpty { job["auth"] = .object(auth) }
        job["calls"] = .array(calls.map { ["operation": .string($0.operation), "input": $0.zeepInput ?? $0.input] })
        let text = JSON.object(job).compact
        return try await BlockingWork.run { _ in
            let file = NSTemporaryDirectory() + "/galley-zeep-\(UInt64.random(in: 0 ... .max)).json"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            defer { unlink(file) }
            let script = ForeignServer.programs + "/python/zeep_calls.py"
            let output = try LocalProgram.run(["/usr/bin/timeout", "60", "/usr/bin/python3", script, file])
            return try JSON(parsing: Array(output.utf8))["results"]?.array ?? []
        }
    }

    // MARK: - Documents

    private static func withClient<Result>(
        _ body: (OutboundClient) async throws -> Result
    ) async throws -> Result {
        let client = OutboundClient(policy: NetworkPolicy(folder: "/"), logger: Logger(label: "test"))
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// A description and all on its server that it imports.
    private static func documents(_ root: String) async throws -> [String: [UInt8]] {
        try await withClient { client in
            var (documents, next): ([String: [UInt8]], [String]) = ([:], [root])
            var network = NetworkPermissions()
            (network.privateAddresses, network.bodiesWithoutLength) = (true, true)
            while let url = next.popLast() {
                guard documents[url] == nil, HTTPOrigin(of: url) == HTTPOrigin(of: root) else { continue }
                let answer = try await client.send(HTTPRequest("GET", url, isRepeatable: true, permissions: network))
                try #require(answer.status == 200, "\(url): \(answer.status)")
                documents[url] = answer.body
                next += imports(of: try XMLElement.parse(answer.body)).map { resolved($0, url) }
            }
            return documents
        }
    }

    private static func imports(of element: XMLElement) -> [String] {
        let isReference = ["import", "include"].contains(element.name)
        let own = isReference ? element.attribute("schemaLocation") ?? element.attribute("location") : nil
        return (own.map { [$0] } ?? []) + element.elements.flatMap { imports(of: $0) }
    }

    private static func resolved(_ location: String, _ base: String) -> String {
        URL(string: location, relativeTo: URL(string: base))?.absoluteString ?? location
    }
}
