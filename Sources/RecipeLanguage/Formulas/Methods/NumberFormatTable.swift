// Methods that write numbers for people.

import BigInt
import JSONCore

extension FunctionTables {
    static func numberFormats() -> MethodTable {
        var table = MethodTable("number format")
        let kinds: KindSet = [.integer, .decimal, .rational, .string]
        table.add(
            "to_currency", on: kinds,
            "unit=text, precision=integer, separator=text, delimiter=text, format=text, negative_format=text, locale=text, strip_insignificant_zeros=boolean, significant=boolean, round_mode=text",
            gives: .string,
            "As an amount of money.", "1234.5.to_currency", "\"$1,234.50\""
        ) { try NumberFormat.currency($0) }
        table.add(
            "to_phone", on: kinds, "delimiter=text, area_code=boolean, country_code=any, extension=any, pattern=any",
            gives: .string, "As a phone number.", "'5551234567'.to_phone", "\"555-123-4567\""
        ) {
            try NumberFormat.phone($0)
        }
        return table
    }
}
