// The ERP over SOAP: the way from customer to invoice, exact amounts, faults, the WSDL.

import Foundation
import JSONCore
import Testing
import XML

@testable import Sandbox

struct ERPTests {
    /// Opens an order of the customer that is there from the start.
    private static func order(
        _ sandbox: RunningSandbox, discount: String = "0", tax: String = "0", customer: String = "C-1001"
    ) async throws {
        let made = try await sandbox.soap(
            "CreateOrder",
            [
                ("customerNumber", customer), ("orderNumber", "Q-1"), ("currency", "EUR"),
                ("discountPercent", discount),
                ("taxPercent", tax),
            ])
        #expect(made.status == 200)
    }

    private static func line(
        _ sandbox: RunningSandbox, _ number: Int, _ quantity: String, _ price: String, _ discount: String = "0",
        net: String? = nil
    ) async throws -> (status: Int, body: XMLElement) {
        try await sandbox.soap(
            "AddOrderLine",
            [
                ("orderNumber", "Q-1"), ("lineNumber", String(number)), ("sku", "S-\(number)"), ("quantity", quantity),
                ("unitPrice", price), ("discountPercent", discount),
            ] + (net.map { [("netAmount", $0)] } ?? []))
    }

    // Computed apart from this program, with Python's decimal module and ROUND_HALF_UP.
    @Test(arguments: [
        (
            lines: [("3", "19.99", "0", "59.97"), ("1", "0.005", "0", "0.01"), ("7", "12.345", "15", "73.45")],
            discount: "5", tax: "19", sums: ["133.43", "6.67", "24.08", "150.84"]
        ),
        (
            lines: [("1", "0.10", "0", "0.10"), ("1", "0.20", "0", "0.20")], discount: "0", tax: "0",
            sums: ["0.30", "0.00", "0.00", "0.30"]
        ),
        (
            lines: [
                ("0.333333", "0.333333", "33.333333", "0.07"), ("1.234567", "1000.000001", "12.345678", "1082.15"),
            ],
            discount: "0", tax: "0", sums: ["1082.22", "0.00", "0.00", "1082.22"]
        ),
        (
            lines: [("2.5", "1999.99", "33.33", "3333.48"), ("1000", "0.0015", "0", "1.50")], discount: "2.5",
            tax: "8.875", sums: ["3334.98", "83.37", "288.58", "3540.19"]
        ),
    ])
    func `amounts are exact and each is rounded once`(
        lines: [(String, String, String, String)], discount: String, tax: String, sums: [String]
    ) async throws {
        try await RunningSandbox.use { sandbox in
            try await Self.order(sandbox, discount: discount, tax: tax)
            for (index, line) in lines.enumerated() {
                let added = try await Self.line(sandbox, index + 1, line.0, line.1, line.2, net: line.3)
                #expect(added.body.first("netAmount")?.text == line.3)
            }
            let made = try await sandbox.soap("CreateInvoice", [("orderNumber", "Q-1"), ("expectedTotal", sums[3])])
            #expect(made.status == 200)
            #expect(["subtotal", "discountAmount", "taxAmount", "total"].map { made.body.first($0)?.text } == sums)
            let invoice = try await sandbox.soap(
                "GetInvoice", [("invoiceNumber", made.body.first("invoiceNumber")?.text ?? "")])
            #expect(invoice.body.all("line").map { $0.first("netAmount")?.text } == lines.map(\.3))
        }
    }

    // Computed apart from this program, with Python's decimal module and ROUND_HALF_UP, from the samples as they are.
    @Test(arguments: [
        (
            sample: "new-customer", nets: ["7916.40", "350.00", "89.95"],
            sums: ["8356.35", "417.82", "704.54", "8643.07"]
        ),
        (
            sample: "known-customer", nets: ["19369.80", "959.88", "2000.00"],
            sums: ["22329.68", "0.00", "4242.64", "26572.32"]
        ),
        (
            sample: "odd-cents", nets: ["1.01", "75.61", "1.50", "0.10", "0.20"],
            sums: ["78.42", "1.96", "5.35", "81.81"]
        ),
    ])
    func `the samples of quote-to-cash come to these sums`(sample: String, nets: [String], sums: [String]) async throws
    {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "Recipes/quote-to-cash/samples/\(sample).json")
        let quote = try #require(try JSON(parsing: Array(Data(contentsOf: file)))["body"])
        @Sendable func text(_ json: JSON?) -> String { json?.string ?? json?.compact ?? "0" }
        try await RunningSandbox.use { sandbox in
            try await Self.order(
                sandbox, discount: text(quote["discount_percent"]), tax: text(quote["tax_percent"]))
            for (index, line) in (quote["lines"]?.array ?? []).enumerated() {
                let added = try await Self.line(
                    sandbox, index + 1, text(line["quantity"]), text(line["unit_price"]),
                    text(line["discount_percent"]))
                #expect(added.body.first("netAmount")?.text == nets[index])
            }
            let made = try await sandbox.soap("CreateInvoice", [("orderNumber", "Q-1")])
            #expect(["subtotal", "discountAmount", "taxAmount", "total"].map { made.body.first($0)?.text } == sums)
        }
    }

    @Test func `a customer is found or made`() async throws {
        try await RunningSandbox.use { sandbox in
            let known = try await sandbox.soap("FindCustomer", [("email", "Rechnung@Nordlicht.example")])
            #expect(known.body.first("found")?.text == "true" && known.body.first("customerNumber")?.text == "C-1001")
            let unknown = try await sandbox.soap("FindCustomer", [("email", "pay@cascade.example")])
            #expect(unknown.body.first("found")?.text == "false" && unknown.body.first("customerNumber") == nil)
            let made = try await sandbox.soap(
                "CreateCustomer", [("name", "Cascade & Söhne <Ltd>"), ("email", "pay@cascade.example")], key: "c")
            #expect(made.body.first("customerNumber")?.text == "C-1002")
            let again = try await sandbox.soap(
                "CreateCustomer", [("name", "Cascade & Söhne <Ltd>"), ("email", "pay@cascade.example")], key: "c")
            #expect(again.body.first("customerNumber")?.text == "C-1002")
            let byName = try await sandbox.soap("FindCustomer", [("name", "cascade & söhne <ltd>")])
            #expect(byName.body.first("name")?.text == "Cascade & Söhne <Ltd>")
            #expect(try await sandbox.ledger().map { $0["effect"] } == [true, false])
            #expect(try await sandbox.ledger().map { $0["operation"] } == ["create_customer", "create_customer"])
        }
    }

    @Test func `faults say what is wrong in a typed detail`() async throws {
        try await RunningSandbox.use { sandbox in
            func fault(_ operation: String, _ fields: [(String, String)]) async throws -> [String?] {
                let answer = try await sandbox.soap(operation, fields)
                #expect(answer.status == 500 && answer.body.name == "Fault")
                let detail = answer.body.at("detail")?.elements.first
                return [answer.body.first("faultcode")?.text, detail?.name, detail?.elements.first?.text]
            }
            let order = [("orderNumber", "Q-1"), ("currency", "EUR")]
            #expect(
                try await fault("CreateOrder", [("customerNumber", "C-9")] + order)
                    == ["soap:Client", "UnknownCustomer", "C-9"])
            try await Self.order(sandbox)
            #expect(
                try await fault("CreateOrder", [("customerNumber", "C-1001")] + order)
                    == ["soap:Client", "DuplicateOrderNumber", "Q-1"])
            #expect(
                try await fault("CreateInvoice", [("orderNumber", "Q-1")])[0...0] == ["soap:Client"])
            _ = try await Self.line(sandbox, 1, "1", "1000000.01")
            let wrongSum = try await Self.line(sandbox, 2, "1", "1.00", net: "1.01")
            #expect(wrongSum.body.at("detail", "AmountMismatch", "computed")?.text == "1.00")
            let twice = try await Self.line(sandbox, 1, "1", "1.00")
            #expect(twice.body.at("detail", "DuplicateLineNumber", "lineNumber")?.text == "1")
            let credit = try await sandbox.soap("CreateInvoice", [("orderNumber", "Q-1")])
            let detail = credit.body.at("detail", "CreditLimitExceeded")
            #expect(detail?.elements.map(\.text) == ["1000000.00", "0", "1000000.01"])
            let missing = try await sandbox.soap(
                "AddOrderLine", [("orderNumber", "Q-1"), ("qty", "1"), ("unitPrice", "a")])
            let names = missing.body.at("detail", "InvalidRequest")?.elements.map(\.name) ?? []
            #expect(Set(names) == ["qty", "unitPrice", "lineNumber", "sku", "quantity"])
        }
    }

    @Test func `canceling an order voids its invoice and frees the credit`() async throws {
        try await RunningSandbox.use { sandbox in
            try await Self.order(sandbox)
            _ = try await Self.line(sandbox, 1, "1", "100.00")
            _ = try await sandbox.soap("CreateInvoice", [("orderNumber", "Q-1")])
            #expect(
                try await sandbox.soap("FindCustomer", [("customerNumber", "C-1001")]).body.first("openAmount")?.text
                    == "100.00")
            for _ in 0..<2 {
                let canceled = try await sandbox.soap(
                    "CancelOrder", [("orderNumber", "Q-1"), ("reason", "mail failed")])
                #expect(canceled.body.first("status")?.text == "canceled")
                #expect(canceled.body.first("voidedInvoice")?.text == "I-1001")
            }
            let invoice = try await sandbox.soap("GetInvoice", [("invoiceNumber", "I-1001")])
            #expect(invoice.body.first("status")?.text == "voided")
            #expect(
                try await sandbox.soap("FindCustomer", [("customerNumber", "C-1001")]).body.first("openAmount")?.text
                    == "0")
            #expect(try await Self.line(sandbox, 2, "1", "1").body.at("detail", "OrderNotOpen") != nil)
            try await Self.order(sandbox)  // the number is free again
            #expect(try await Self.line(sandbox, 1, "1", "2.00").body.first("orderSubtotal")?.text == "2.00")
        }
    }

    @Test func `the WSDL is well formed and describes each operation`() async throws {
        try await RunningSandbox.use { sandbox in
            let answer = try #require(try await sandbox.send("GET", "/erp?wsdl"))
            #expect(answer.status == 200)
            let root = try XMLElement.parse(answer.body)
            #expect(root.name == "definitions" && root.namespace == "http://schemas.xmlsoap.org/wsdl/")
            let operations = ERPOperation.allCases.map(\.rawValue)
            #expect(root.at("portType")?.all("operation").map { $0.attribute("name") } == operations)
            #expect(root.at("binding")?.all("operation").map { $0.attribute("name") } == operations)
            let elements = root.at("types", "schema")?.all("element").compactMap { $0.attribute("name") } ?? []
            for operation in operations {
                #expect(elements.contains(operation) && elements.contains(operation + "Response"))
            }
            #expect(
                root.at("service", "port", "address")?.attribute("location")
                    == "http://127.0.0.1:\(sandbox.addresses.port)/erp")
        }
    }

    @Test func `credentials are needed, and failures keep their status`() async throws {
        try await RunningSandbox.use { sandbox in
            #expect(try await sandbox.send("POST", "/erp", "<a/>")?.status == 401)
            _ = try await sandbox.call(
                "POST", "/control/fail", ["app": "erp", "operation": "create_order", "times": 1, "status": 503])
            let failed = try await sandbox.soap(
                "CreateOrder", [("customerNumber", "C-1001"), ("orderNumber", "Q-1"), ("currency", "EUR")])
            #expect(failed.status == 503 && failed.body.first("faultcode")?.text == "soap:Server")
            try await Self.order(sandbox)
        }
    }
}

struct AmountTests {
    @Test(arguments: [
        ("0.005", "0.01"), ("0.004999", "0.00"), ("-0.005", "-0.01"), ("1", "1.00"), ("12.3", "12.30"),
        ("999999999999999999.995", "1000000000000000000.00"), ("-2.675", "-2.68"), ("1.005", "1.01"),
    ])
    func `halves are rounded away from zero`(text: String, cents: String) throws {
        #expect(try #require(Amount(text)).roundedToCents.text == cents)
    }

    @Test(arguments: ["", "-", ".5", "1.", "1e3", "+1", "1,5", "0x1", "1.0000001", "1234567890123456789", "١"])
    func `what is not a plain decimal is refused`(text: String) { #expect(Amount(text) == nil) }
}
