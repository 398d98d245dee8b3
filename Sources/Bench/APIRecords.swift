// Records as a CRM's API sends them: the same ones each time.
import JSONCore

enum APIRecords {
    /// Records until their text is at least `bytes` long.
    static func array(bytes: Int) -> JSON {
        var records: [JSON] = []
        var size = 2
        while size < bytes {
            let record = record(records.count)
            size += record.compactBytes.count + 1
            records.append(record)
        }
        return .array(records)
    }

    /// One customer with nested objects, lists, short and long texts, some with escapes or past ASCII, and amounts with cents.
    static func record(_ number: Int) -> JSON {
        let cities = ["München", "Paris", "København", "London", "Zürich", "Boston", "東京"]
        let cents = number % 100 < 10 ? "0\(number % 100)" : "\(number % 100)"
        return [
            "id": .integer(100_000 + number), "external_id": .string("c-\(number &* 2_654_435_761 % 4_294_967_296)"),
            "name": .string("Customer \(number)"), "email": .string("user\(number)@company\(number % 97).example"),
            "active": .bool(number % 3 != 0), "score": JSON(number: "\(number % 100).5") ?? nil, "parent_id": nil,
            "balance": JSON(number: "\(number).\(cents)") ?? nil,
            "created_at": .string("2026-0\(number % 9 + 1)-1\(number % 10)T08:00:00Z"),
            "tags": ["customer", .string("segment-\(number % 7)"), "newsletter"],
            "address": [
                "street": .string("\(number % 200) Long Street"), "city": .string(cities[number % cities.count]),
                "postal_code": .string("\(10_000 + number % 89_999)"), "country": "DE",
            ],
            "lines": [
                [
                    "sku": .string("A-\(number % 50)"), "quantity": .integer(number % 9 + 1),
                    "price": JSON(number: "19.90") ?? nil,
                ],
                ["sku": .string("B-\(number % 30)"), "quantity": 1, "price": JSON(number: "5.00") ?? nil],
            ],
            "note":
                "He said \"call me back\" and left his number.\nThe quick brown fox jumps over the lazy dog, twice a day.",
        ]
    }
}
