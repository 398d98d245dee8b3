// Equality, order and key identity of values, as Ruby has them, with numbers by value.

import BigInt
import JSONCore

extension Value {
    /// Ruby's `==`: numbers by value, lists element by element, objects whatever their order.
    public func equals(_ other: Value) -> Bool {
        var steps = Self.mostSteps
        return equals(other, &steps)
    }

    /// Parts that are compared at most: lists that share parts could otherwise be compared without end. Beyond it two
    /// values count as different.
    private static let mostSteps = 20_000_000

    private func equals(_ other: Value, _ steps: inout Int) -> Bool {
        steps -= 1
        guard steps > 0 else { return false }
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let one), .bool(let two)): return one == two
        case (.integer(let one), .integer(let two)): return one == two
        case (.string(let one), .string(let two)): return one.hasSameBytes(as: two)
        case (.bytes(let one), .bytes(let two)): return one == two
        case (.bytes(let one), .string(let two)), (.string(let two), .bytes(let one)):
            return two.utf8.elementsEqual(one)
        case (.date(let one), .date(let two)): return one == two
        case (.time(let one), .time(let two)): return ZonedTime.compare(one, two) == 0
        case (.date, .time), (.time, .date): return compare(other, &steps) == 0
        case (.duration(let one), .duration(let two)):
            return Number.decimal(one.seconds).compare(.decimal(two.seconds)) == 0
        case (.duration(let one), _): return other.number.map { Number.decimal(one.seconds).compare($0) == 0 } ?? false
        case (_, .duration): return other.equals(self)
        case (.regex(let one), .regex(let two)): return one.source == two.source && one.flags == two.flags
        case (.range(let one), .range(let two)):
            return one.excludesLast == two.excludesLast && one.first.equals(two.first) && one.last.equals(two.last)
        case (.marker(let one), .marker(let two)): return one == two
        case (.number(let one), .number(let two)) where one.text == two.text: return true
        default: break
        }
        if let one = list, let two = other.list {
            guard one.count == two.count else { return false }
            for index in 0..<one.count where !one[index].equals(two[index], &steps) { return false }
            return true
        }
        if let one = members, let two = other.members {
            guard one.count == two.count else { return false }
            for entry in one.entries {
                guard let value = two[entry.key], value.equals(entry.value, &steps) else { return false }
            }
            return true
        }
        if let one = short, let two = other.short, let order = ShortDecimal.compare(one, two) { return order == 0 }
        if kind.isNumeric, other.kind.isNumeric, let one = number, let two = other.number {
            return one.compare(two) == 0
        }
        return false
    }

    /// Ruby's `<=>`: -1, 0 or 1; nil when the two can't be compared.
    public func compare(_ other: Value) -> Int? {
        var steps = Self.mostSteps
        return compare(other, &steps)
    }

    private func compare(_ other: Value, _ steps: inout Int) -> Int? {
        steps -= 1
        guard steps > 0 else { return nil }
        switch (self, other) {
        case (.integer(let one), .integer(let two)): return one < two ? -1 : one > two ? 1 : 0
        case (.string(let one), .string(let two)): return Self.byteOrder(one, two)
        case (.date(let one), .date(let two)): return one.days < two.days ? -1 : one.days > two.days ? 1 : 0
        case (.time(let one), .time(let two)): return ZonedTime.compare(one, two)
        case (.date(let one), .time(let two)):
            return ZonedTime.compare(ZonedTime(local: LocalTime(date: one), zone: .utc), two)
        case (.time(let one), .date(let two)):
            return ZonedTime.compare(one, ZonedTime(local: LocalTime(date: two), zone: .utc))
        case (.duration(let one), .duration(let two)): return Number.decimal(one.seconds).compare(.decimal(two.seconds))
        case (.duration(let one), _): return other.number.map { Number.decimal(one.seconds).compare($0) }
        case (_, .duration(let two)): return number.map { $0.compare(.decimal(two.seconds)) }
        case (.bool(let one), .bool(let two)): return one == two ? 0 : nil
        case (.null, .null): return 0
        case (.bytes(let one), .bytes(let two)): return one == two ? 0 : one.lexicographicallyPrecedes(two) ? -1 : 1
        default: break
        }
        if let one = list, let two = other.list {
            for index in 0..<Swift.min(one.count, two.count) {
                guard let order = one[index].compare(two[index], &steps) else { return nil }
                if order != 0 { return order }
            }
            return one.count < two.count ? -1 : one.count > two.count ? 1 : 0
        }
        if let one = short, let two = other.short, let order = ShortDecimal.compare(one, two) { return order }
        if kind.isNumeric, other.kind.isNumeric, let one = number, let two = other.number { return one.compare(two) }
        return equals(other) ? 0 : nil
    }

    /// Texts in the order of their bytes, which is that of their code points.
    static func byteOrder(_ one: String, _ two: String) -> Int {
        if one.hasSameBytes(as: two) { return 0 }
        return one.utf8.lexicographicallyPrecedes(two.utf8) ? -1 : 1
    }

    /// Ruby's `eql?`: as `==`, but whole numbers differ from those with a fraction.
    func isSameKey(as other: Value) -> Bool {
        switch (self, other) {
        case (.string(let one), .string(let two)): return one.hasSameBytes(as: two)
        case (.integer(let one), .integer(let two)): return one == two
        default: break
        }
        guard kind == other.kind, equals(other) else { return false }
        // What lists and objects hold has to be of the same kinds too; equal values nest alike.
        if let one = list, let two = other.list {
            for index in 0..<one.count where !one[index].isSameKey(as: two[index]) { return false }
        } else if let one = members, let two = other.members {
            for entry in one.entries where two[entry.key]?.isSameKey(as: entry.value) != true { return false }
        }
        return true
    }
}

extension ValueKind {
    /// Whether it is a kind of number.
    var isNumeric: Bool { self == .integer || self == .decimal || self == .rational }
}

/// A value as the key of a dictionary: equal exactly when Ruby's `eql?` says so.
struct KeyIdentity: Hashable {
    private let value: Value
    init(_ value: Value) { self.value = value }

    static func == (one: KeyIdentity, two: KeyIdentity) -> Bool { one.value.isSameKey(as: two.value) }
    func hash(into hasher: inout Hasher) { value.hash(into: &hasher, depth: 0) }
}

extension Value {
    // Parts deep inside don't count: hashing has to be quick, equality decides.
    fileprivate func hash(into hasher: inout Hasher, depth: Int) {
        hasher.combine(kind)
        guard depth < 3 else { return }
        switch self {
        case .null, .regex, .pending, .range, .duration: break
        case .bool(let bool): hasher.combine(bool)
        case .integer(let integer): hasher.combine(integer)
        case .decimal, .number, .big:
            switch number {
            case .integer(let integer): hasher.combine(integer)
            case .bigInteger(let big): hasher.combine(big)
            case .decimal(let decimal):
                let plain = decimal.normalised
                hasher.combine(plain.significand)
                hasher.combine(plain.exponent)
            case .rational(let rational): hasher.combine(rational.numerator)
            case nil: break
            }
        case .string(let text):
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        case .bytes(let bytes): hasher.combine(bytes)
        case .date(let date): hasher.combine(date)
        case .time(let time): hasher.combine(time.seconds)
        case .marker(let marker): hasher.combine(marker)
        case .list, .jsonList:
            guard let list else { break }
            hasher.combine(list.count)
            for element in list.prefix(8) { element.hash(into: &hasher, depth: depth + 1) }
        case .jsonObject, .table:
            var mixed = 0  // the order of members does not count
            for entry in members?.entries.prefix(32) ?? [] where (members?.count ?? 0) <= 32 {
                var one = Hasher()
                entry.key.hash(into: &one, depth: depth + 1)
                entry.value.hash(into: &one, depth: depth + 1)
                mixed &+= one.finalize()
            }
            hasher.combine(mixed)
        }
    }
}
