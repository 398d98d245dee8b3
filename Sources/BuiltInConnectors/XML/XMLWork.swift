// Reading XML on behalf of a step: large texts off the cooperative pool, mistakes as errors that recipes can catch.

import ConnectorKit
import JSONCore
import XML

/// Where a document is read, and what its mistakes are called.
enum XMLWork {
    /// Up to this size reading takes about a millisecond, and changing threads is not worth it.
    static let smallBytes = 128 << 10

    /// Runs `work`, which reads `sizeBytes` of XML.
    static func run<Result: Sendable>(
        sizeBytes: Int, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        if sizeBytes <= smallBytes { return try work() }
        return try await BlockingWork.run { _ in try work() }
    }

    /// The error for a text that a recipe handed over.
    static func badInput(_ error: XMLError, in member: String) -> ConnectorError {
        ConnectorError(
            type: error.kind == .tooLarge ? "too_large" : "bad_input", "\"\(member)\": \(error.description)",
            details: error.line.map { ["line": .integer($0)] })
    }
}

extension ActionInput {
    /// URIs by prefix; empty when absent.
    func namespaces(_ name: String = "namespaces") throws(ConnectorError) -> [String: String] {
        var namespaces: [String: String] = [:]
        for (prefix, uri) in try object(name) ?? [:] {
            guard XMLName.isName(prefix), prefix != "xml", prefix != "xmlns", let uri = uri.string, !uri.isEmpty else {
                throw ConnectorError(
                    type: "bad_input",
                    "\"\(name)\" must give the URI of each prefix, like {\"o\": \"urn:orders\"}; \"\(prefix)\" does not"
                )
            }
            namespaces[prefix] = uri
        }
        return namespaces
    }
}
