// Types of PostgreSQL, as far as their values differ in JSON.

/// What a value is. Types that are not known are texts.
enum PostgresType: Hashable, Sendable {
    enum Scalar: Hashable, Sendable {
        case boolean, integer, number, json, bytes, time, timeWithZone, text
    }
    case scalar(Scalar)
    case array(Scalar)

    static let text = PostgresType.scalar(.text)

    var scalar: Scalar {
        switch self {
        case .scalar(let scalar), .array(let scalar): scalar
        }
    }

    /// The types that every database has, by their numbers (src/include/catalog/pg_type.dat); nil for others.
    static func of(_ number: UInt32) -> PostgresType? {
        if let scalar = scalars[number] { return .scalar(scalar) }
        if let element = arrays[number] { return .array(scalars[element] ?? .text) }
        return number < 16_384 && !arrayCategory.contains(number) ? .text : nil
    }

    private static let scalars: [UInt32: Scalar] = [
        16: .boolean, 20: .integer, 21: .integer, 23: .integer, 26: .integer, 700: .number, 701: .number,
        1700: .number, 114: .json, 3802: .json, 17: .bytes, 1114: .time, 1184: .timeWithZone,
    ]

    /// From an array's number to its element's.
    private static let arrays: [UInt32: UInt32] = [
        1000: 16, 1016: 20, 1005: 21, 1007: 23, 1028: 26, 1021: 700, 1022: 701, 1231: 1700, 199: 114, 3807: 3802,
        1001: 17, 1115: 1114, 1185: 1184, 1009: 25, 1015: 1043, 1014: 1042, 1003: 19, 1182: 1082, 1183: 1083,
        1270: 1266, 1187: 1186, 2951: 2950, 1041: 869, 651: 650, 1040: 829, 791: 790,
    ]

    /// Other arrays below 16384 are asked for, like those of the database's own types.
    private static let arrayCategory: Set<UInt32> = Set(143...165).union([
        629, 719, 1006, 1008, 1010, 1011, 1012, 1017, 1018, 1019, 1020, 1027, 1034, 1263, 1561, 1563, 2201, 2207, 2208,
        2209, 2210, 2211, 2287, 2949, 3221, 3643, 3644, 3645, 3735, 3770, 3905, 3907, 3909, 3911, 3913, 3927, 4073,
        4090, 4097, 6150, 6151, 6152, 6153, 6155, 6157,
    ])
}

/// A column of a result.
struct PostgresColumn: Sendable {
    let name: String
    let type: PostgresType
}
