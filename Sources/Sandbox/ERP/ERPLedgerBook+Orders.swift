// What the ERP's operations do to orders and invoices.

import Foundation
import JSONCore

extension ERPLedgerBook {
    func createOrder(_ input: ERPInput) throws -> Output {
        let (customer, number) = (input.required("customerNumber"), input.required("orderNumber"))
        guard try records.find(.customer, id: customer) != nil else {
            throw Refusal(
                500, "UnknownCustomer", "there is no customer \(customer)",
                details: ["customerNumber": .string(customer)])
        }
        if let other = try records.find(.order, uniqueKey: number) {
            // The number of a canceled order is free again; the old order keeps it with a mark.
            let otherId = other["id"]?.string ?? ""
            if other["status"] == "canceled" {
                try records.update(.order, id: otherId, uniqueKey: "\(number) (canceled, \(otherId))", other)
            }
        }
        if let other = try records.find(.order, uniqueKey: number) {
            throw Refusal(
                500, "DuplicateOrderNumber", "there is an order \(number) already",
                details: ["orderNumber": .string(number), "status": other["status"] ?? .null])
        }
        let currency = input.required("currency")
        guard currency.utf8.count == 3, currency.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw Refusal(500, "InvalidRequest", "the currency is three capital letters, like EUR")
        }
        let id = try records.nextId("O")
        var order: JSONObject = [
            "id": .string(id), "number": .string(number), "customer": .string(customer), "currency": .string(currency),
            "discount_percent": try percent("discountPercent", input).json,
            "tax_percent": try percent("taxPercent", input).json, "status": "open",
        ]
        order["reference"] = input.text("reference").map(JSON.string)
        order["created_at"] = records.now
        try records.insert(.order, id: id, uniqueKey: number, parent: customer, try withTotals(order, lines: []))
        return Output(fields: ["orderNumber": .string(number), "orderId": .string(id), "status": "open"], subject: id)
    }

    func addOrderLine(_ input: ERPInput) throws -> Output {
        let order = try openOrder(input.required("orderNumber"))
        let orderId = order["id"]?.string ?? ""
        let (lineNumber, quantity) = (input.integer("lineNumber") ?? 0, input.amount("quantity") ?? .zero)
        let (price, discount) = (input.amount("unitPrice") ?? .zero, try percent("discountPercent", input))
        guard (1...9999).contains(lineNumber), quantity.isPositive, !price.isNegative else {
            throw Refusal(
                500, "InvalidRequest", "a line has a number from 1 to 9999, a quantity above 0 and a price of 0 or more"
            )
        }
        let rest = try sure(Self.hundred.minus(discount))
        // One rounding, of the whole product: quantity × price × (100 − discount) %.
        let net = try sure(try sure(quantity.times(price)).share(percent: rest))
        if let expected = input.amount("netAmount"), expected != net {
            throw Refusal(
                500, "AmountMismatch", "line \(lineNumber) comes to \(net.text), not \(expected.text)",
                details: ["expected": expected.json, "computed": net.json])
        }
        let id = "\(orderId)/\(lineNumber)"
        guard try records.find(.orderLine, id: id) == nil else {
            throw Refusal(
                500, "DuplicateLineNumber", "the order has a line \(lineNumber) already",
                details: ["lineNumber": .integer(lineNumber)])
        }
        var line: JSONObject = [
            "id": .string(id), "line": .integer(lineNumber), "sku": .string(input.required("sku")),
            "quantity": quantity.json, "unit_price": price.json, "discount_percent": discount.json, "net": net.json,
        ]
        line["description"] = input.text("description").map(JSON.string)
        try records.insert(.orderLine, id: id, parent: orderId, line)
        let changed = try withTotals(order, lines: try records.children(.orderLine, of: orderId))
        try records.update(.order, id: orderId, changed)
        return Output(
            fields: [
                "orderNumber": order["number"] ?? .null, "lineNumber": .integer(lineNumber), "netAmount": net.json,
                "orderSubtotal": changed["subtotal"] ?? .null,
            ], subject: id)
    }

    func createInvoice(_ input: ERPInput) throws -> Output {
        var order = try openOrder(input.required("orderNumber"))
        let (orderId, customerId) = (order["id"]?.string ?? "", order["customer"]?.string ?? "")
        guard try !records.children(.orderLine, of: orderId).isEmpty else {
            throw Refusal(500, "InvalidRequest", "an order without lines can't be invoiced")
        }
        let total = Amount(order["total"])
        if let expected = input.amount("expectedTotal"), expected != total {
            throw Refusal(
                500, "AmountMismatch", "the order comes to \(total.text), not \(expected.text)",
                details: ["expected": expected.json, "computed": total.json])
        }
        let open = try openAmount(of: customerId)
        let limit = Amount(try records.get(.customer, id: customerId)["credit_limit"])
        guard try sure(open.plus(total)) <= limit else {
            throw Refusal(
                500, "CreditLimitExceeded",
                "the customer's credit limit of \(limit.text) doesn't allow \(total.text) more",
                details: ["creditLimit": limit.json, "openAmount": open.json, "requested": total.json])
        }
        let days = input.integer("dueDays") ?? 30
        guard (0...365).contains(days) else { throw Refusal(500, "InvalidRequest", "dueDays is from 0 to 365") }
        let due = Date(timeIntervalSince1970: Double(records.nowMilliseconds) / 1000 + Double(days) * 86_400)
        let id = try records.nextId("I")
        var invoice: JSONObject = ["id": .string(id), "order": order["number"] ?? .null, "order_id": .string(orderId)]
        for name in ["customer", "currency", "subtotal", "discount", "tax", "total"] { invoice[name] = order[name] }
        invoice["status"] = "open"
        invoice["due_date"] = .string(due.formatted(.iso8601.year().month().day()))
        invoice["created_at"] = records.now
        try records.insert(.invoice, id: id, uniqueKey: "order \(orderId)", parent: customerId, invoice)
        order["status"] = "invoiced"
        try records.update(.order, id: orderId, order)
        return Output(fields: invoiceFields(invoice), subject: id)
    }

    /// Cancels the order and voids its invoice; a canceled order stays as it is.
    func cancelOrder(_ input: ERPInput) throws -> Output {
        var order = try anyOrder(input.required("orderNumber"))
        let orderId = order["id"]?.string ?? ""
        var output: JSONObject = ["orderNumber": order["number"] ?? .null, "status": "canceled"]
        if var invoice = try records.find(.invoice, uniqueKey: "order \(orderId)") {
            output["voidedInvoice"] = invoice["id"]
            if invoice["status"] != "voided" {
                invoice["status"] = "voided"
                try records.update(.invoice, id: invoice["id"]?.string ?? "", invoice)
            }
        }
        if order["status"] != "canceled" {
            order["status"] = "canceled"
            order["cancel_reason"] = input.text("reason").map(JSON.string)
            try records.update(.order, id: orderId, order)
        }
        return Output(fields: output, subject: orderId)
    }

    func getInvoice(_ input: ERPInput) throws -> Output {
        let number = input.required("invoiceNumber")
        guard let invoice = try records.find(.invoice, id: number) else {
            throw Refusal(
                500, "UnknownInvoice", "there is no invoice \(number)", details: ["invoiceNumber": .string(number)])
        }
        var fields = invoiceFields(invoice)
        let lines = try records.children(.orderLine, of: invoice["order_id"]?.string ?? "")
        fields["line"] = .array(lines.map { .object(Self.renamed($0, Self.lineNames)) })
        return Output(fields: fields)
    }

    // Looking orders up, and what they come to.

    func anyOrder(_ number: String) throws -> JSONObject {
        guard let order = try records.find(.order, uniqueKey: number) else {
            throw Refusal(500, "UnknownOrder", "there is no order \(number)", details: ["orderNumber": .string(number)])
        }
        return order
    }

    func openOrder(_ number: String) throws -> JSONObject {
        let order = try anyOrder(number)
        guard order["status"] == "open" else {
            throw Refusal(
                500, "OrderNotOpen", "the order \(number) is \(order["status"]?.string ?? "closed")",
                details: ["orderNumber": .string(number), "status": order["status"] ?? .null])
        }
        return order
    }

    /// Subtotal of the lines, the order's discount on it, tax on the rest: each rounded to cents once.
    func withTotals(_ order: JSONObject, lines: [JSONObject]) throws -> JSONObject {
        var order = order
        let subtotal = try lines.reduce(Amount.zero) { sum, line in try sure(sum.plus(Amount(line["net"]))) }
            .roundedToCents
        let discount = try sure(subtotal.share(percent: Amount(order["discount_percent"])))
        let taxable = try sure(subtotal.minus(discount))
        let tax = try sure(taxable.share(percent: Amount(order["tax_percent"])))
        order["subtotal"] = subtotal.json
        order["discount"] = discount.json
        order["tax"] = tax.json
        order["total"] = try sure(taxable.plus(tax)).json
        return order
    }
}
