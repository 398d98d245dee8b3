// From a prefix in `use` to a connector and, where one is named, a connection.

import JSONCore

extension RecipeChecker {
    /// A connector with the connection that a prefix or a step names.
    struct UsedConnector {
        let spec: ConnectorSpec
        let connection: String?
    }

    /// `connections` of the recipe: names to connections of the workspace.
    func readConnections(_ place: Place) {
        guard let members = place.members else {
            report(.wrongType("\"connections\"", wanted: "an object", found: place.words), at: place)
            return
        }
        for member in members {
            guard let connection = text(member.value, "the connection \"\(member.key)\"") else { continue }
            connections[member.key] = connection
            if catalog.connections[connection] == nil {
                let known = catalog.connections.keys.sorted()
                report(.unknownConnection(connection, known: known), at: member.value)
                // The steps are checked against what was likely meant: all mistakes are told at once.
                if let near = Suggestion.closest(to: connection, among: known) { connections[member.key] = near }
            }
        }
    }

    /// The connector that `prefix` stands for: a name under the recipe's `connections`, or a connector's own name.
    func connector(_ prefix: String, at place: Place) -> UsedConnector? {
        if let connection = connections[prefix] {
            guard let name = catalog.connections[connection] else { return nil }  // reported with `connections`
            guard let spec = catalog.connectors[name] else {
                let known = catalog.connectors.names
                report(
                    known.contains(name)
                        ? .brokenConnector(name) : .missingConnector(name, of: connection, known: known), at: place)
                return nil
            }
            return UsedConnector(spec: spec, connection: connection)
        }
        if let spec = catalog.connectors[prefix] { return UsedConnector(spec: spec, connection: nil) }
        if catalog.connectors.names.contains(prefix) {
            report(.brokenConnector(prefix), at: place)
            return nil
        }
        let known = connections.keys.sorted() + catalog.connectors.names
        report(.unknownConnector(prefix, known: known, connection: catalog.connections[prefix] != nil), at: place)
        guard catalog.connections[prefix] == nil, let meant = Suggestion.closest(to: prefix, among: known),
            let likely = connector(meant, at: place)
        else { return nil }
        return likely.connection == nil && likely.spec.connectionRequired ? nil : likely
    }

    /// A step's own `connection`: a name under `connections`, or a connection of the workspace.
    func namedConnection(_ place: Place, for connector: ConnectorSpec) -> String? {
        guard let name = text(place, "\"connection\"") else { return nil }
        let connection = connections[name] ?? name
        guard let owner = catalog.connections[connection] else {
            if connections[name] == nil {
                let known = connections.keys.sorted() + catalog.connections.keys.sorted()
                report(.unknownConnection(name, known: known), at: place)
            }
            return nil
        }
        guard owner == connector.name else {
            report(.wrongConnection(connection, of: owner, wanted: connector.name), at: place)
            return nil
        }
        return connection
    }
}
