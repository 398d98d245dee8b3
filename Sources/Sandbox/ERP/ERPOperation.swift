// The ERP's interface as data: each operation with what it takes and gives. Requests are checked against it, and the
// WSDL is made from it.

/// An element of a request or an answer.
struct ERPField: Sendable {
    indirect enum Kind: Sendable {
        case text, decimal, integer, boolean, date
        /// Any number of elements that hold these.
        case list([ERPField])
    }

    let name: String
    let kind: Kind
    let required: Bool

    static func required(_ name: String, _ kind: Kind = .text) -> ERPField {
        ERPField(name: name, kind: kind, required: true)
    }

    static func optional(_ name: String, _ kind: Kind = .text) -> ERPField {
        ERPField(name: name, kind: kind, required: false)
    }
}

/// The operations, by the name of the element in the request's body.
enum ERPOperation: String, Sendable, CaseIterable {
    case findCustomer = "FindCustomer"
    case createCustomer = "CreateCustomer"
    case createOrder = "CreateOrder"
    case addOrderLine = "AddOrderLine"
    case createInvoice = "CreateInvoice"
    case cancelOrder = "CancelOrder"
    case getInvoice = "GetInvoice"

    static let namespace = "urn:galley:sandbox:erp"
    static let faults = [
        "InvalidRequest", "UnknownCustomer", "DuplicateCustomer", "UnknownOrder", "DuplicateOrderNumber",
        "DuplicateLineNumber", "OrderNotOpen", "AmountMismatch", "CreditLimitExceeded", "UnknownInvoice",
        "IdempotencyKeyReused",
    ]

    /// In the ledger and in failure rules: `create_order`.
    var operationName: String {
        rawValue.reduce(into: "") { name, letter in
            if letter.isUppercase, !name.isEmpty { name += "_" }
            name += letter.lowercased()
        }
    }

    var changes: Bool { self != .findCustomer && self != .getInvoice }

    var input: [ERPField] {
        switch self {
        case .findCustomer: [.optional("email"), .optional("name"), .optional("customerNumber")]
        case .createCustomer:
            [
                .required("name"), .required("email"), .optional("country"), .optional("taxId"),
                .optional("creditLimit", .decimal),
            ]
        case .createOrder:
            [
                .required("customerNumber"), .required("orderNumber"), .required("currency"),
                .optional("discountPercent", .decimal), .optional("taxPercent", .decimal), .optional("reference"),
            ]
        case .addOrderLine:
            [
                .required("orderNumber"), .required("lineNumber", .integer), .required("sku"),
                .optional("description"), .required("quantity", .decimal), .required("unitPrice", .decimal),
                .optional("discountPercent", .decimal), .optional("netAmount", .decimal),
            ]
        case .createInvoice:
            [.required("orderNumber"), .optional("expectedTotal", .decimal), .optional("dueDays", .integer)]
        case .cancelOrder: [.required("orderNumber"), .optional("reason")]
        case .getInvoice: [.required("invoiceNumber")]
        }
    }

    var output: [ERPField] {
        switch self {
        case .findCustomer:
            [
                .required("found", .boolean), .optional("customerNumber"), .optional("name"), .optional("email"),
                .optional("country"), .optional("creditLimit", .decimal), .optional("openAmount", .decimal),
            ]
        case .createCustomer: [.required("customerNumber"), .required("creditLimit", .decimal)]
        case .createOrder: [.required("orderNumber"), .required("orderId"), .required("status")]
        case .addOrderLine:
            [
                .required("orderNumber"), .required("lineNumber", .integer), .required("netAmount", .decimal),
                .required("orderSubtotal", .decimal),
            ]
        case .createInvoice: Self.invoice
        case .cancelOrder: [.required("orderNumber"), .required("status"), .optional("voidedInvoice")]
        case .getInvoice: Self.invoice + [.optional("line", .list(Self.invoiceLine))]
        }
    }

    private static let invoice: [ERPField] = [
        .required("invoiceNumber"), .required("orderNumber"), .required("customerNumber"), .required("status"),
        .required("currency"), .required("subtotal", .decimal), .required("discountAmount", .decimal),
        .required("taxAmount", .decimal), .required("total", .decimal), .required("dueDate", .date),
    ]

    private static let invoiceLine: [ERPField] = [
        .required("lineNumber", .integer), .required("sku"), .optional("description"), .required("quantity", .decimal),
        .required("unitPrice", .decimal), .required("discountPercent", .decimal), .required("netAmount", .decimal),
    ]
}
