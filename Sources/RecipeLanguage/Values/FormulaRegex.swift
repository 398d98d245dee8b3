// Regular expressions with Ruby's syntax, through Oniguruma, bounded in work.

import COniguruma
import Foundation
import Synchronization

/// A compiled pattern. Searching is bounded: by retries and stack within one try, and by the clock between runs of
/// start positions, because a quadratic pattern never hits the former.
// Unchecked because of the pointer: Oniguruma never changes a compiled pattern while searching.
public final class FormulaRegex: @unchecked Sendable {
    /// The pattern between the slashes.
    public let source: String
    /// Any of `i`, `m`, `x`.
    public let flags: String
    /// How many groups capture.
    let groupCount: Int
    /// Names of groups with their numbers.
    let groupNames: [(name: String, numbers: [Int])]
    private let pattern: OnigRegex

    /// Why a pattern can't be compiled.
    struct Invalid: Error {
        let message: String
    }

    /// Why a search was given up.
    enum SearchFault: Error {
        case tooMuchWork
        case outOfTime
    }

    private static let isReady: Bool = {
        guard galley_onig_start() == ONIG_NORMAL else { return false }
        // Nested groups are read by recursion.
        return onig_set_parse_depth_limit(200) == ONIG_NORMAL
    }()

    private static let compiled = Mutex<[String: FormulaRegex]>([:])

    /// The compiled pattern, from a cache of the last few hundred.
    static func cached(_ source: String, flags: String) throws(Invalid) -> FormulaRegex {
        let key = flags + "/" + source
        if let known = compiled.withLock({ $0[key] }) { return known }
        let regex = try FormulaRegex(source, flags: flags)
        compiled.withLock {
            if $0.count >= 512 { $0.removeAll() }
            $0[key] = regex
        }
        return regex
    }

    init(_ source: String, flags: String) throws(Invalid) {
        guard source.utf8.count <= 20_000 else { throw Invalid(message: "the pattern is longer than 20,000 bytes") }
        guard Self.isReady else { throw Invalid(message: "the regex library did not start") }
        let options = galley_onig_options(
            flags.contains("i") ? 1 : 0, flags.contains("m") ? 1 : 0, flags.contains("x") ? 1 : 0)
        var made: OnigRegex?
        var text = RubyPattern.translated(source, flags: flags)
        var message = [UInt8](repeating: 0, count: 256)
        var messageLength: Int32 = 0
        let status = text.withUTF8 { buffer -> Int32 in
            guard let start = buffer.baseAddress else {
                var empty: UInt8 = 0
                return withUnsafePointer(to: &empty) {
                    galley_onig_new(&made, $0, $0, options, &message, &messageLength)
                }
            }
            return galley_onig_new(&made, start, start + buffer.count, options, &message, &messageLength)
        }
        guard status == ONIG_NORMAL, let made else {
            throw Invalid(message: String(decoding: message.prefix(max(0, Int(messageLength))), as: UTF8.self))
        }
        (self.source, self.flags, pattern) = (source, flags, made)
        groupCount = Int(onig_number_of_captures(made))
        groupNames = Self.names(of: made)
    }

    deinit { onig_free(pattern) }

    private static func names(of regex: OnigRegex) -> [(name: String, numbers: [Int])] {
        var found: [(name: String, numbers: [Int])] = []
        withUnsafeMutablePointer(to: &found) { context in
            _ = onig_foreach_name(
                regex,
                { start, end, count, numbers, _, context in
                    guard let start, let end, let numbers, let context else { return 0 }
                    let name = String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
                    let groups = UnsafeBufferPointer(start: numbers, count: Int(count)).map { Int($0) }
                    context.assumingMemoryBound(to: [(name: String, numbers: [Int])].self).pointee.append(
                        (name, groups))
                    return 0
                }, context)
        }
        return found.sorted { ($0.numbers.first ?? 0) < ($1.numbers.first ?? 0) }
    }

    /// As Ruby's `to_s`: `(?-mix:a+)`.
    var rubyText: String {
        let on = ["m", "i", "x"].filter(flags.contains).joined()
        let off = ["m", "i", "x"].filter { !flags.contains($0) }.joined()
        return "(?" + on + (off.isEmpty ? "" : "-" + off) + ":" + source + ")"
    }

    /// A rest of a text that is searched without a look at the clock: a quadratic pattern takes some milliseconds for it.
    private static let bytesAtOnce = 4_096

    /// Steps of one try at one place before it counts as running away.
    private static let retries: UInt = 1_000_000

    // Unsafe because of the pointer alone: made once, and a search only reads what it points to.
    nonisolated(unsafe) private static let bounds: OpaquePointer? = {
        let parameters = onig_new_match_param()
        onig_initialize_match_param(parameters)
        onig_set_retry_limit_in_match_of_match_param(parameters, retries)
        onig_set_retry_limit_in_search_of_match_param(parameters, retries * 8)
        onig_set_match_stack_limit_size_of_match_param(parameters, 1_000_000)
        return parameters
    }()

    /// The first match that starts at `from` or later.
    /// - Parameter isOutOfTime: asked between windows of start positions.
    func search(
        _ text: UnsafeBufferPointer<UInt8>, from: Int, isOutOfTime: () -> Bool
    ) throws(SearchFault) -> RegexMatch? {
        guard from <= text.count, let region = onig_region_new() else { return nil }
        defer { onig_region_free(region, 1) }
        return try find(in: text, from: from, region, isOutOfTime) ? RegexMatch(region.pointee) : nil
    }

    /// Whether it matches anywhere.
    func matches(_ text: UnsafeBufferPointer<UInt8>, isOutOfTime: () -> Bool) throws(SearchFault) -> Bool {
        try find(in: text, from: 0, nil, isOutOfTime)
    }

    private func find(
        in text: UnsafeBufferPointer<UInt8>, from: Int, _ region: UnsafeMutablePointer<OnigRegion>?,
        _ isOutOfTime: () -> Bool
    ) throws(SearchFault) -> Bool {
        var empty: UInt8 = 0
        return try withUnsafePointer(to: &empty) { nowhere throws(SearchFault) in
            let start = text.baseAddress ?? nowhere
            let end = start + text.count
            let parameters = Self.bounds
            func isMatch(_ found: Int32) throws(SearchFault) -> Bool {
                if found >= 0 { return true }
                guard found == ONIG_MISMATCH else { throw .tooMuchWork }
                return false
            }
            // A search that may start in a part of the text only would also see no more than that part (Oniguruma 6.9), and
            // cut its match short. So what is long is tried place by place.
            var (place, tried, window) = (from, 0, 16)
            let isLong = text.count - place > Self.bytesAtOnce
            if isLong, isOutOfTime() { throw .outOfTime }
            var looked = isLong ? ContinuousClock.now : nil
            while text.count - place > Self.bytesAtOnce {
                if try isMatch(
                    onig_match_with_param(pattern, start, end, start + place, region, OnigOptionType(0), parameters))
                {
                    return true
                }
                place += 1
                while place < text.count, text[place] & 0xC0 == 0x80 { place += 1 }
                tried += 1
                guard tried == window else { continue }
                if isOutOfTime() { throw .outOfTime }
                // On a quadratic pattern one place takes as long as a thousand others.
                let now = ContinuousClock.now
                window =
                    looked.map { now - $0 < .milliseconds(5) } ?? true ? min(window * 2, 8_192) : max(window / 2, 1)
                (tried, looked) = (0, now)
            }
            return try isMatch(
                onig_search_with_param(pattern, start, end, start + place, end, region, OnigOptionType(0), parameters))
        }
    }
}

/// Where a pattern matched: byte offsets of the whole and of each group.
struct RegexMatch: Sendable {
    let groups: [Range<Int>?]

    init(_ region: OnigRegion) {
        groups = (0..<Int(region.num_regs)).map { index in
            let (from, to) = (Int(region.beg[index]), Int(region.end[index]))
            return from >= 0 && to >= from ? from..<to : nil
        }
    }

    /// The whole match.
    var whole: Range<Int> { groups.first.flatMap { $0 } ?? 0..<0 }
}
