// The types that XML Schema itself defines, and what each of them is in JSON.

import JSONCore

/// A built-in type of XML Schema part 2 §3, or `anyType`.
public enum XSDBuiltin: String, Sendable, CaseIterable {
    case anyType, anySimpleType
    case string, normalizedString, token, language
    case name = "Name", ncName = "NCName", nmtoken = "NMTOKEN", nmtokens = "NMTOKENS"
    case id = "ID", idref = "IDREF", idrefs = "IDREFS", entity = "ENTITY", entities = "ENTITIES"
    case boolean, decimal, float, double
    case integer, nonPositiveInteger, negativeInteger, long, int, short, byte
    case nonNegativeInteger, unsignedLong, unsignedInt, unsignedShort, unsignedByte, positiveInteger
    case dateTime, date, time, duration, gYearMonth, gYear, gMonthDay, gDay, gMonth
    case hexBinary, base64Binary, anyURI, qName = "QName", notation = "NOTATION"

    /// What a value of the type is in JSON.
    public enum Family: Sendable {
        /// Anything: with `xsi:type` when it says so.
        case any
        case text, boolean, integer, decimal, float, binary, hex, moment, name
        /// Texts separated by blanks: a list.
        case list
    }

    /// Values of `float` and `double` that are no numbers in JSON: they stand there as texts.
    public static let noNumbers = ["INF", "-INF", "NaN"]

    public var family: Family {
        switch self {
        case .anyType: .any
        case .boolean: .boolean
        case .decimal: .decimal
        case .float, .double: .float
        case .integer, .nonPositiveInteger, .negativeInteger, .long, .int, .short, .byte, .nonNegativeInteger,
            .unsignedLong, .unsignedInt, .unsignedShort, .unsignedByte, .positiveInteger:
            .integer
        case .dateTime, .date, .time, .duration, .gYearMonth, .gYear, .gMonthDay, .gDay, .gMonth: .moment
        case .base64Binary: .binary
        case .hexBinary: .hex
        case .qName, .notation: .name
        case .nmtokens, .idrefs, .entities: .list
        default: .text
        }
    }

    /// Whether white space in it counts (`string`), or is collapsed before it is read.
    var keepsBlanks: Bool { self == .string || self == .anySimpleType || self == .anyType }

    /// What a text of the type is in JSON.
    public func value(_ text: String) -> JSON { LexicalForm.json(text, self) }

    /// The least and the greatest value of the bounded integers; nil where there is none that fits 64 bits.
    public var bounds: (least: Int?, most: Int?) {
        switch self {
        case .byte: (-128, 127)
        case .short: (-32_768, 32_767)
        case .int: (-2_147_483_648, 2_147_483_647)
        case .long: (.min, .max)
        case .unsignedByte: (0, 255)
        case .unsignedShort: (0, 65_535)
        case .unsignedInt: (0, 4_294_967_295)
        case .nonNegativeInteger, .unsignedLong: (0, nil)
        case .positiveInteger: (1, nil)
        case .nonPositiveInteger: (nil, 0)
        case .negativeInteger: (nil, -1)
        default: (nil, nil)
        }
    }

    /// The type for names that older documents use for the same (XML Schema 1999 and 2000, SOAP encoding).
    init?(alias name: String) {
        switch name {
        case "timeInstant", "timeDuration", "recurringDuration": self = name == "timeInstant" ? .dateTime : .duration
        case "base64", "binary": self = .base64Binary
        case "uriReference": self = .anyURI
        case "ur-type", "anyElement": self = .anyType
        case "CDATA": self = .normalizedString
        default: self.init(rawValue: name)
        }
    }
}
