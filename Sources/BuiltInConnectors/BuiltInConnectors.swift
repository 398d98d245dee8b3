// The one list of connectors that come with the program. Adding a native connector is its folder and one line here.

import ConnectorKit

/// Connectors written in Swift.
public enum BuiltInConnectors {
    /// In the order that lists and documents show them.
    public static let all: [any Connector] = [
        NativeConnector.http,
        NativeConnector.graphql,
        NativeConnector.logger,
        NativeConnector.json,
        NativeConnector.csv,
        NativeConnector.xml,
        NativeConnector.soap,
        NativeConnector.lookup,
        NativeConnector.table,
        TopicConnector.standard,
        NativeConnector.approval,
        NativeConnector.template,
        NativeConnector.file,
        NativeConnector.collection,
        NativeConnector.sqlite,
        PostgresConnector.standard,
        SFTPConnector.standard,
        NativeConnector.mail,
        IMAPConnector.standard,
        NativeConnector.command,
        NativeConnector.workload,
    ]
}
