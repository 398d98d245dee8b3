// What the apps hold from the start: accounts, an open opportunity, a customer, managers. No people who exist.

import JSONCore

enum SeedData {
    static func fill(_ records: Records) throws {
        for account in accounts {
            let id = try records.nextId("AC")
            var record = account
            record["id"] = .string(id)
            try records.insert(.account, id: id, uniqueKey: account["domain"]?.string, record)
        }
        for lead in leads {
            let id = try records.nextId("L")
            var record: JSONObject = ["id": .string(id)]
            for (name, value) in lead { record[name] = value }
            (record["created_at"], record["updated_at"]) = (records.now, records.now)
            try records.insert(.lead, id: id, uniqueKey: lead["email"]?.string, record)
        }
        for opportunity in opportunities {
            try records.insert(.opportunity, id: opportunity["id"]?.string ?? "", opportunity)
        }
        for customer in customers {
            let id = try records.nextId("C")
            var record: JSONObject = ["id": .string(id)]
            for (name, value) in customer { record[name] = value }
            try records.insert(.customer, id: id, uniqueKey: customer["email"]?.string, record)
        }
        for employee in employees {
            try records.insert(
                .employee, id: employee["id"]?.string ?? "", uniqueKey: employee["email"]?.string, employee)
        }
    }

    private static func amount(_ text: String) -> JSON { .number(JSONNumber(validated: text)) }

    private static let accounts: [JSONObject] = [
        [
            "id": "", "name": "Nordlicht Logistik", "domain": "nordlicht.example", "employees": 1200, "country": "DE",
            "industry": "logistics",
        ],
        [
            "id": "", "name": "Bluebird Bakeries", "domain": "bluebird.example", "employees": 85, "country": "GB",
            "industry": "food",
        ],
        [
            "id": "", "name": "Cascade Outdoor", "domain": "cascade.example", "employees": 640, "country": "US",
            "industry": "retail",
        ],
        [
            "id": "", "name": "Atelier Lumière", "domain": "lumiere.example", "employees": 12, "country": "FR",
            "industry": "design",
        ],
    ]

    private static let leads: [JSONObject] = [
        [
            "email": "tom.okafor@bluebird.example", "first_name": "Tom", "last_name": "Okafor",
            "company": "Bluebird Bakeries", "country": "GB", "owner": "emma.clarke", "status": "contacted",
            "score": 35, "source": "trade-fair",
        ]
    ]

    private static let opportunities: [JSONObject] = [
        [
            "id": "OP-501", "name": "Cascade: 40 scanners", "account": "Cascade Outdoor", "amount": amount("9500.00"),
            "currency": "USD", "stage": "approved",
        ],
        [
            "id": "OP-502", "name": "Nordlicht: warehouse terminals", "account": "Nordlicht Logistik",
            "amount": amount("31000.00"), "currency": "EUR", "stage": "approved",
        ],
    ]

    private static let customers: [JSONObject] = [
        [
            "name": "Nordlicht Logistik", "email": "rechnung@nordlicht.example", "country": "DE",
            "credit_limit": amount("1000000.00"),
        ]
    ]

    private static let employees: [JSONObject] = [
        [
            "id": "E-100", "name": "Helen Novak", "email": "helen.novak@galley.example", "role": "Head of Operations",
            "department": "Operations", "country": "CZ", "status": "active",
        ],
        [
            "id": "E-101", "name": "Marcus Lindqvist", "email": "marcus.lindqvist@galley.example",
            "role": "Sales Director", "department": "Sales", "country": "SE", "status": "active",
        ],
    ]
}
