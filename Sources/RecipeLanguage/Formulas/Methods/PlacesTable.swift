// Methods of texts that know countries, states and their money.

import JSONCore

extension FunctionTables {
    static func places() -> MethodTable {
        var table = MethodTable("country and state")
        let parts: [(name: String, help: String, answer: String, read: @Sendable (Country) -> String)] = [
            ("alpha2", "The two-letter code of a country, given its name or a code.", "DE", { $0.alpha2 }),
            ("alpha3", "The three-letter code of a country, given its name or a code.", "DEU", { $0.alpha3 }),
            ("number", "The numeric code of a country, given its name or a code.", "276", { $0.number }),
            ("name", "The name of a country, given a name or a code.", "Germany", { $0.name }),
        ]
        for part in parts {
            table.add(
                "to_country_\(part.name)", on: .string, gives: [.string, .null], part.help,
                "'germany'.to_country_\(part.name)",
                "\"\(part.answer)\""
            ) { call in CountryNames.find(try call.text).map { .string(part.read($0)) } ?? .null }
        }
        table.add(
            "to_currency_code", on: .string, gives: [.string, .null],
            "The code of a country's money, given the country.",
            "'Norway'.to_currency_code", "\"NOK\""
        ) { call in
            let text = try call.text
            let code = text.uppercased()
            if CurrencyNames.isCode(code) || CountryNames.all.contains(where: { $0.currency == code }) {
                return .string(code)
            }
            return CountryNames.find(text).map { .string($0.currency) } ?? .null
        }
        for (name, help, answer) in [
            ("name", "The name of a country's money, given the country or the money's code.", "\"Kroner\""),
            ("symbol", "The sign of a country's money, given the country or the money's code.", "\"kr\""),
        ] {
            table.add(
                "to_currency_\(name)", on: .string, gives: [.string, .null], help, "'NOK'.to_currency_\(name)", answer
            ) { call in
                let found = CurrencyNames.find(try call.text).flatMap { name == "name" ? $0.name : $0.symbol }
                return found.map { .string($0) } ?? .null
            }
        }
        for name in ["code", "name"] {
            table.add(
                "to_state_\(name)", on: .string, "country: text?", gives: [.string, .null],
                "The \(name) of a state of the USA (or of another country), given its name or code.",
                "'texas'.to_state_\(name)", name == "code" ? "\"TX\"" : "\"TEXAS\""
            ) { call in
                let given = try call[0].map { Blank.isBlank($0) ? "US" : try call.string($0) } ?? "US"
                guard let country = CountryNames.find(given) else { return .null }
                guard StateNames.isKnown(country: country.alpha2) else {
                    throw call.bad(
                        "the states of \(country.name) are not known",
                        "known are those of the USA, Australia, Austria, Brazil, Canada, Germany, India, Italy, Mexico, the Netherlands, Spain and Switzerland"
                    )
                }
                guard let state = StateNames.find(try call.text, country: country.alpha2) else { return .null }
                return .string(name == "code" ? state.code : state.name)
            }
        }
        return table
    }
}
