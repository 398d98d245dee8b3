// What `Scripts/bench formulas` times: formulas as recipes have them, the same in Ruby, and how long each may take.
import JSONCore

/// One line of the benchmark.
struct FormulaExpression: Sendable {
    enum Kind: String, Sendable {
        /// Evaluate a formula that is parsed and bound.
        case formula
        /// Fill in a text with pills.
        case template
        /// Parse and bind a formula.
        case parse
    }

    let name: String
    let kind: Kind
    let source: String
    /// The same in Ruby, where a pill is a hash with texts as keys.
    let ruby: String
    /// The longest it may take, in nanoseconds; nil where being faster than Ruby is all that is wanted.
    let goal: Double?

    init(_ name: String, _ source: String, kind: Kind = .formula, ruby: String, goal: Double? = nil) {
        (self.name, self.kind, self.source, self.ruby, self.goal) = (name, kind, source, ruby, goal)
    }

    private static let chain = "lead.body.email.strip.downcase.split('@').last.capitalize"
    private static let rubyChain = "lead['body']['email'].strip.downcase.split('@').last.capitalize"

    static let all: [FormulaExpression] = [
        FormulaExpression("pill_path", "lead.body.email", ruby: "lead['body']['email']", goal: 100),
        FormulaExpression(
            "template_3_pills",
            "Dear {{ lead.body.name }} of {{ lead.body.company }}, this is order {{ lead.body.id }}.",
            kind: .template,
            ruby:
                "\"Dear #{lead['body']['name']} of #{lead['body']['company']}, this is order #{lead['body']['id']}.\"",
            goal: 1_000),
        FormulaExpression("five_calls", chain, ruby: rubyChain, goal: 2_000),
        FormulaExpression(
            "where_pluck_10000", "rows.where('amount >': 500, country: 'NO').pluck('id')",
            ruby: "rows.where('amount >': 500, country: 'NO').pluck('id')", goal: 5_000_000),
        FormulaExpression("parse", chain, kind: .parse, ruby: rubyChain, goal: 10_000),
        FormulaExpression(
            "parse_long",
            "lead.body.amount > 1000 && lead.body.country == 'NO' ? \"#{lead.body.name.titleize} (VIP)\" : lead.body.tags.join(', ')",
            kind: .parse,
            ruby: "lead['body']['amount'] > 1000 && lead['body']['country'] == 'NO' ? "
                + "\"#{lead['body']['name'].titleize} (VIP)\" : lead['body']['tags'].join(', ')"),
        FormulaExpression(
            "ternary", "lead.body.amount > 1000 ? 'large' : 'small'",
            ruby: "lead['body']['amount'] > 1000 ? 'large' : 'small'"),
        FormulaExpression(
            "if_elsif",
            "if lead.body.seats >= 500\n 'enterprise'\nelsif lead.body.seats >= 50\n 'business'\nelse\n 'team'\nend",
            ruby:
                "if lead['body']['seats'] >= 500\n 'enterprise'\nelsif lead['body']['seats'] >= 50\n 'business'\nelse\n 'team'\nend"
        ),
        FormulaExpression(
            "arithmetic", "(lead.body.seats * lead.body.price * 1.25).round(2)",
            ruby: "(lead['body']['seats'] * lead['body']['price'] * 1.25).round(2)"),
        FormulaExpression(
            "money_sum", "lines.map { |l| l.qty * l.price }.sum",
            ruby: "lines.map { |l| l['qty'] * l['price'] }.sum"),
        FormulaExpression(
            "interpolation", "\"#{lead.body.name} <#{lead.body.email}>\"",
            ruby: "\"#{lead['body']['name']} <#{lead['body']['email']}>\""),
        FormulaExpression(
            "fallback", "lead.body.note.presence || lead.body.title.presence || 'none'",
            ruby: "lead['body']['note'].presence || lead['body']['title'].presence || 'none'"),
        FormulaExpression("titleize", "lead.body.name.titleize", ruby: "lead['body']['name'].titleize"),
        FormulaExpression("gsub_text", "lead.body.phone.gsub('-', ' ')", ruby: "lead['body']['phone'].gsub('-', ' ')"),
        FormulaExpression(
            "gsub_regex", "lead.body.phone.gsub(/[^0-9]/, '')", ruby: "lead['body']['phone'].gsub(/[^0-9]/, '')"),
        FormulaExpression(
            "match_regex", "lead.body.email.match?(/[^@ ]+@[^@ ]+\\.[a-z]+/i)",
            ruby: "lead['body']['email'].match?(/[^@ ]+@[^@ ]+\\.[a-z]+/i)"),
        FormulaExpression("slice", "lead.body.phone[1..3]", ruby: "lead['body']['phone'][1..3]"),
        FormulaExpression(
            "split_strip_join", "lead.body.labels.split(',').map { |x| x.strip }.join('; ')",
            ruby: "lead['body']['labels'].split(',').map { |x| x.strip }.join('; ')"),
        FormulaExpression(
            "to_currency", "lead.body.amount.to_currency(unit: '€')",
            ruby: "lead['body']['amount'].to_currency(unit: '€')"),
        FormulaExpression("to_i", "lead.body.quantity.to_i + 1", ruby: "lead['body']['quantity'].to_i + 1"),
        FormulaExpression(
            "time_strftime", "lead.body.created_at.to_time.strftime('%d %b %Y %H:%M')",
            ruby: "lead['body']['created_at'].to_time(:utc).strftime('%d %b %Y %H:%M')"),
        FormulaExpression(
            "zone_strftime", "lead.body.created_at.to_time.in_time_zone('Europe/Oslo').strftime('%H:%M %z')",
            ruby: "lead['body']['created_at'].to_time(:utc).in_time_zone('Europe/Oslo').strftime('%H:%M %z')"),
        FormulaExpression(
            "date_months", "(lead.body.due.to_date + 1.month).strftime('%Y-%m-%d')",
            ruby: "(lead['body']['due'].to_date + 1.month).strftime('%Y-%m-%d')"),
        FormulaExpression(
            "group_by", "lines.group_by { |l| l.sku[0] }.map { |k, v| [k, v.sum { |l| l.qty }] }.to_h",
            ruby: "lines.group_by { |l| l['sku'][0] }.map { |k, v| [k, v.sum { |l| l['qty'] }] }.to_h"),
        FormulaExpression(
            "sort_by_first", "lines.sort_by { |l| -l.qty }.first.sku",
            ruby: "lines.sort_by { |l| -l['qty'] }.first['sku']"
        ),
        FormulaExpression("pluck_join", "lines.pluck('sku').join(', ')", ruby: "lines.pluck('sku').join(', ')"),
        FormulaExpression(
            "inline_map", "{'NO' => 'Norway', 'SE' => 'Sweden'}[lead.body.country] || 'elsewhere'",
            ruby: "{'NO' => 'Norway', 'SE' => 'Sweden'}[lead['body']['country']] || 'elsewhere'"),
        FormulaExpression("to_json", "lead.body.to_json", ruby: "lead['body'].to_json"),
        FormulaExpression("base64", "lead.body.email.encode_base64", ruby: "[lead['body']['email']].pack('m0')"),
        FormulaExpression(
            "sum_10000", "rows.sum { |r| r.amount }", ruby: "rows.sum { |r| r['amount'] }"),
        FormulaExpression(
            "select_10000", "rows.select { |r| r.country == 'NO' && r.amount > 500 }.length",
            ruby: "rows.select { |r| r['country'] == 'NO' && r['amount'] > 500 }.length"),
    ]

    /// The pills.
    static let pills: JSONObject = [
        "lead": [
            "body": [
                "id": 40217, "name": "ada lovelace", "company": "Analytical Engines Ltd", "email": " Ada@Example.org ",
                "phone": "+47-22-33-44-55", "labels": "new, trial ,north", "tags": ["new", "trial"], "note": nil,
                "title": "Countess", "country": "NO", "amount": number("1234.5"), "price": number("12.5"),
                "seats": 80,
                "quantity": "12", "created_at": "2024-03-08T18:30:15Z", "due": "2024-01-31",
            ]
        ],
        "lines": .array(
            (0..<5).map {
                [
                    "sku": .string(["A-1", "B-2", "A-3", "C-4", "B-5"][$0]), "qty": .integer(2 + $0 * 3 % 5),
                    "price": number("\($0 + 1).25"),
                ]
            }),
        "rows": .array(
            (0..<10_000).map {
                [
                    "id": .integer(100_000 + $0), "name": .string("Customer \($0)"),
                    "country": .string(["NO", "SE", "DK", "FI"][$0 % 4]), "amount": .integer($0 * 7919 % 1_000),
                    "active": .bool($0 % 3 > 0),
                ]
            }),
    ]

    private static func number(_ text: String) -> JSON { JSON(number: text) ?? .null }
}
