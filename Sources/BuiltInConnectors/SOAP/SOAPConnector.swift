// `soap`: calls of services that speak SOAP.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Calls SOAP services.
    public static let soap = NativeConnector(
        name: "soap", title: "SOAP", summary: "Calls web services that speak SOAP 1.1 or 1.2.",
        docs: "https://www.w3.org/TR/soap/",
        settings: .object([
            .string("url", required: true, "the service's address; credentials go to this host only"),
            .string("version", "\"1.1\" when left out", choices: SOAPVersion.allCases.map(\.rawValue)),
            .string("namespace", "the namespace of operations, for steps that name none"),
        ]),
        actions: [CallSOAP()])
}
