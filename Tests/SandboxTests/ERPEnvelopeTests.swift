// Envelopes that the sandbox's SOAP service refuses.

import Foundation
import JSONCore
import Testing
import XML
@testable import Sandbox

struct ERPEnvelopeTests {
    private static let findCustomer =
        "<s:Body><FindCustomer xmlns='urn:galley:sandbox:erp'><email>ada@example.org</email></FindCustomer></s:Body>"

    @Test(arguments: [
        ("not xml", "InvalidRequest"),
        ("<a/>", "VersionMismatch"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "InvalidRequest"),
        (
            "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body><x/></s:Body></s:Envelope>",
            "VersionMismatch"
        ),
        (
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Header><t xmlns='urn:t' s:mustUnderstand='1'/></s:Header><s:Body><x/></s:Body></s:Envelope>",
            "MustUnderstand"
        ),
        ("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body/></s:Envelope>", "InvalidRequest"),
        (
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><Steal xmlns='urn:galley:sandbox:erp'/></s:Body></s:Envelope>",
            "InvalidRequest"
        ),
        (
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'>\(findCustomer)\(findCustomer)</s:Envelope>",
            "InvalidRequest"
        ),
        (
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><x/>\(findCustomer)</s:Envelope>",
            "InvalidRequest"
        ),
        (
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><a>\(String(repeating: "<b/>", count: 100_000))</a></s:Body></s:Envelope>",
            "InvalidRequest"
        ),
    ])
    func `broken envelopes get a fault`(envelope: String, kind: String) async throws {
        try await RunningSandbox.use { sandbox in
            let answer = try #require(
                try await sandbox.send("POST", "/erp", envelope, headers: RunningSandbox.keys["erp"] ?? [:]))
            #expect(answer.status == 500)
            let fault = try #require(try XMLElement.parse(answer.body).at("Body", "Fault"))
            let code = fault.first("faultcode")?.text
            #expect(code == (kind == "InvalidRequest" ? "soap:Client" : "soap:\(kind)"))
            #expect(try await sandbox.ledger() == [])
        }
    }
}
