// Alerts on their way out: through the connectors mail and http, under the same rules as a step's calls.

import ConnectorKit
import Engine
import JSONCore
import Logging
import RecipeLanguage
import Workspace

extension Session {
    /// Sends a message to a mail address or a webhook.
    /// - Throws: `ConnectorError`, `ControlError` for a name that leads nowhere.
    func send(_ notice: AlertNotice, to target: AlertRule.Target, id: String, _ services: EngineServices) async throws {
        do {
            try await hand(notice, to: target, id: id, services)
        } catch let error as WorkspaceError {
            throw ControlError(error.diagnostics.first?.message ?? error.message)
        }
    }

    private func hand(_ notice: AlertNotice, to target: AlertRule.Target, id: String, _ services: EngineServices)
        async throws
    {
        switch target {
        case .mail(let name, let addresses):
            let name = catalog.connections[name] == "mail" ? name : ""
            guard !name.isEmpty else {
                throw ConnectorError(type: "bad_input", "there is no mail connection for \(target.words)")
            }
            let input: JSON = [
                "to": .array(addresses.map { .string($0) }),
                "subject": .string("[\(workspace.settings.name)] \(notice.title)".replacing("\n", with: " ")),
                "text": .string(notice.text + "\n\nThe alert rule \(notice.rule) of \(workspace.settings.name).\n"),
            ]
            try await call("mail", "send", input, try services.connection(name), id, services)
        case .webhook(let address, let isSecret, let secret):
            let url = isSecret ? try workspace.secrets.value(of: address) : address
            var body = notice.json.object ?? [:]
            (body["id"], body["workspace"]) = (.string(id), .string(workspace.settings.name))
            let text = JSON.object(body).compact
            let seconds = systemMilliseconds() / 1_000
            var headers: JSONObject = ["webhook-id": .string(id), "webhook-timestamp": .string("\(seconds)")]
            if let secret {
                let key = try workspace.secrets.value(of: secret)
                headers["webhook-signature"] = .string(
                    WebhookSignature.standardSignature(of: Array(text.utf8), id: id, seconds: seconds, secret: key))
            }
            let input: JSON = [
                "url": .string(url), "text": .string(text), "content_type": "application/json",
                "headers": .object(headers), "effect": "idempotent", "timeout": 30, "redirects": 0,
            ]
            try await call("http", "post", input, nil, id, services)
        case .recipe: throw ControlError("recipes are started by the engine")
        }
    }

    private func call(
        _ connector: String, _ action: String, _ input: JSON, _ connection: Connection?, _ id: String,
        _ services: EngineServices
    ) async throws {
        guard let found = services.connector(connector) else {
            throw ConnectorError(type: "internal", "there is no connector \(connector)")
        }
        let now = systemMilliseconds()
        let context = ActionContext(
            connection: connection, http: services.http, logger: services.logger, idempotencyKey: id,
            nowMilliseconds: now, files: services.files, tables: services.tables,
            formulas: FormulaEnvironment(
                nowNanoseconds: now * 1_000_000, timeZone: services.timeZone, properties: services.properties,
                tables: services.tables, seed: "alerts"))
        let output = try await found.execute(action, input, in: context)
        // A redirect is not followed: it would send the message, without its signature, to somebody else.
        if let status = output["status"]?.integer, status >= 300 {
            throw ConnectorError(
                type: "refused", "it answered \(status): the address has moved; give the new one", status: status)
        }
    }
}
