// Clients with short limits, for servers on loopback under invented names.

import ConnectorKit
import Logging

@testable import OutboundHTTP

/// Runs `body` with a client that finds every name that ends in `.test` at 127.0.0.1.
func withClient<Result>(
    permitted: Bool = true, limits: OutboundLimits = shortLimits(),
    permissions: NetworkPermissions = NetworkPermissions(),
    folder: String = "/nowhere", lookup: @escaping NameResolver.Lookup = testNames,
    _ body: (OutboundClient) async throws -> Result
) async throws -> Result {
    var permissions = permissions
    permissions.privateAddresses = permitted
    let client = OutboundClient(
        policy: NetworkPolicy(permissions: permissions, limits: limits, folder: folder),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, resolver: NameResolver(lookup: lookup))
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

func shortLimits(_ change: (inout OutboundLimits) -> Void = { _ in }) -> OutboundLimits {
    var limits = OutboundLimits()
    change(&limits)
    return limits
}

let testNames: NameResolver.Lookup = { host in
    host.hasSuffix(".test") || host == "localhost"
        ? .success([IPAddress(bytes: [127, 0, 0, 1])])
        : .failure(ResolutionError(message: "there is no such host", isTransient: false))
}

/// The error that `body` throws, as the connector error it must be; nil when it throws none.
func connectorError(_ body: () async throws -> Void) async throws -> ConnectorError? {
    do {
        try await body()
        return nil
    } catch let error as ConnectorError {
        return error
    }
}
