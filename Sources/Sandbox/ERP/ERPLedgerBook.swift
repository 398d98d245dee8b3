// The ERP's operations: which does what, customers, and what all of them share. Orders are in a file of their own.

import JSONCore

/// The ERP's books within one transaction.
struct ERPLedgerBook {
    /// The values for the answer, and the record that was changed.
    struct Output {
        var fields: JSONObject
        var subject: String?
    }

    static let standardCreditLimit = Amount("1000000.00") ?? .zero
    static let hundred = Amount("100") ?? .zero
    static let largestAmount = Amount("1000000000000") ?? .zero

    let records: Records

    func run(_ operation: ERPOperation, _ input: ERPInput) throws -> Output {
        switch operation {
        case .findCustomer: try findCustomer(input)
        case .createCustomer: try createCustomer(input)
        case .createOrder: try createOrder(input)
        case .addOrderLine: try addOrderLine(input)
        case .createInvoice: try createInvoice(input)
        case .cancelOrder: try cancelOrder(input)
        case .getInvoice: try getInvoice(input)
        }
    }

    func findCustomer(_ input: ERPInput) throws -> Output {
        let found: JSONObject?
        if let number = input.text("customerNumber") {
            found = try records.find(.customer, id: number)
        } else if let email = input.text("email") {
            found = try records.find(.customer, uniqueKey: email.lowercased())
        } else if let name = input.text("name")?.lowercased() {
            found = try records.page(.customer, after: nil, limit: 10_000).items.compactMap(\.object).first {
                $0["name"]?.string?.lowercased() == name
            }
        } else {
            throw Refusal(500, "InvalidRequest", "FindCustomer needs an email, a name or a customerNumber")
        }
        guard let customer = found else { return Output(fields: ["found": false]) }
        var fields = Self.renamed(customer, Self.customerNames)
        fields["found"] = true
        fields["openAmount"] = try openAmount(of: customer["id"]?.string ?? "").json
        return Output(fields: fields)
    }

    func createCustomer(_ input: ERPInput) throws -> Output {
        let email = input.required("email").lowercased()
        guard FieldRule.isEmail(email) else {
            throw Refusal(
                500, "InvalidRequest", "\"\(email)\" is not an e-mail address", details: ["email": "is wrong"])
        }
        if let other = try records.find(.customer, uniqueKey: email) {
            throw Refusal(
                500, "DuplicateCustomer", "there is a customer with \(email) already",
                details: ["customerNumber": other["id"] ?? .null])
        }
        let limit = (input.amount("creditLimit") ?? Self.standardCreditLimit).roundedToCents
        let id = try records.nextId("C")
        var customer: JSONObject = [
            "id": .string(id), "name": .string(input.required("name")), "email": .string(email),
        ]
        customer["country"] = input.text("country").map(JSON.string)
        customer["tax_id"] = input.text("taxId").map(JSON.string)
        customer["credit_limit"] = limit.json
        customer["created_at"] = records.now
        try records.insert(.customer, id: id, uniqueKey: email, customer)
        return Output(fields: ["customerNumber": .string(id), "creditLimit": limit.json], subject: id)
    }

    // What the operations share.

    /// From the names in answers to those in records.
    static let invoiceNames = [
        ("invoiceNumber", "id"), ("orderNumber", "order"), ("customerNumber", "customer"), ("status", "status"),
        ("currency", "currency"), ("subtotal", "subtotal"), ("discountAmount", "discount"), ("taxAmount", "tax"),
        ("total", "total"), ("dueDate", "due_date"),
    ]
    static let lineNames = [
        ("lineNumber", "line"), ("sku", "sku"), ("description", "description"), ("quantity", "quantity"),
        ("unitPrice", "unit_price"), ("discountPercent", "discount_percent"), ("netAmount", "net"),
    ]
    static let customerNames = [
        ("customerNumber", "id"), ("name", "name"), ("email", "email"), ("country", "country"),
        ("creditLimit", "credit_limit"),
    ]

    static func renamed(_ record: JSONObject, _ names: [(String, String)]) -> JSONObject {
        var fields = JSONObject()
        for (name, recordName) in names { fields[name] = record[recordName] }
        return fields
    }

    func invoiceFields(_ invoice: JSONObject) -> JSONObject { Self.renamed(invoice, Self.invoiceNames) }

    /// What the customer owes: the totals of open invoices.
    func openAmount(of customer: String) throws -> Amount {
        try records.children(.invoice, of: customer).filter { $0["status"] == "open" }.reduce(.zero) { sum, invoice in
            try sure(sum.plus(Amount(invoice["total"])))
        }
    }

    func percent(_ name: String, _ input: ERPInput) throws -> Amount {
        let percent = input.amount(name) ?? .zero
        guard !percent.isNegative, percent <= Self.hundred else {
            throw Refusal(500, "InvalidRequest", "\(name) is from 0 to 100")
        }
        return percent
    }

    func sure(_ amount: Amount?) throws -> Amount {
        guard let amount, amount <= Self.largestAmount else {
            throw Refusal(500, "InvalidRequest", "an amount is larger than this system keeps")
        }
        return amount
    }
}
