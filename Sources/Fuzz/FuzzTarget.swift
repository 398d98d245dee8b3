// The readers that can be fuzzed, and what they start from.
import JSONCore
import RecipeLanguage
import XML

/// One reader.
struct FuzzTarget: Sendable {
    let name: String
    /// Texts to start from.
    let seeds: [String]
    /// Words that mean something to the reader.
    let words: [String]
    /// Reads a text. Whatever it is, this must return soon.
    let take: @Sendable ([UInt8]) -> Void

    /// The one libFuzzer runs; its callback can carry nothing. Set once, before it starts.
    nonisolated(unsafe) static var current: FuzzTarget?

    static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }

    #if LIBFUZZER
        static let all = ours + OutsideTrials.targets + AnswerTrials.targets + [planted]

        /// A mistake behind four bytes that no seed has: found only by a fuzzer that sees branches; reading beside the memory, only with
        /// the address sanitizer.
        private static let planted = FuzzTarget(name: "planted", seeds: [], words: []) { bytes in
            guard bytes.count > 4, bytes[0] == 0x67, bytes[1] == 0xE1, bytes[2] == 0x07, bytes[3] == 0x99 else {
                return
            }
            let pointer = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
            pointer.initialize(from: bytes, count: bytes.count)
            let beside = pointer[bytes.count]
            pointer.deallocate()
            fatalError("the planted mistake was reached; beside the text lay \(beside)")
        }
    #elseif DEBUG
        static let all = ours + OutsideTrials.targets + AnswerTrials.targets
    #else
        static let all = ours
    #endif

    /// Readers that are public.
    private static let ours: [FuzzTarget] = [
        FuzzTarget(
            name: "formulas", seeds: FormulaTrial.seeds, words: FormulaTrial.words, take: { FormulaTrial.formula($0) }),
        FuzzTarget(
            name: "templates", seeds: FormulaTrial.seeds.map { "Dear {{ \($0) }}, {{ lead.name }}" },
            words: FormulaTrial.words + ["{{", "}}", "\\{{", " }}{{ "], take: { FormulaTrial.template($0) }),
        FuzzTarget(
            name: "json", seeds: [JSON.object(FormulaTrial.pills).compact, "[1e-7, \"\\ud83d\\ude00\", true, null]"],
            words: ["{", "}", "[", "]", "\\u", "\"", "1e", "true", "null"],
            take: { bytes in
                // What is read, written and read again is the same.
                if let json = try? JSON(parsing: bytes) {
                    precondition((try? JSON(parsing: json.compactBytes)) == json, "JSON changed on the way")
                }
                _ = try? JSONDocument(parsing: bytes)
            }),
        FuzzTarget(
            name: "xml", seeds: ["<a xmlns:b='urn:b'><b:c d=\"1\">&amp;<![CDATA[x]]></b:c><!-- y --></a>"],
            words: ["<!DOCTYPE", "<![CDATA[", "xmlns:", "&#x", "<?xml version='1.0' encoding='utf-16'?>"],
            take: { bytes in
                guard let text = String(validating: bytes, as: UTF8.self) else { return }
                _ = try? XMLElement.parse(text)
            }),
        FuzzTarget(name: "wsdl", seeds: [WSDLTrial.seed], words: WSDLTrial.words, take: { WSDLTrial.take($0) }),
        FuzzTarget(
            name: "recipes",
            seeds: [
                """
                {"galley": 1, "trigger": {"id": "lead", "use": "manual"}, "steps": [{"for_each": "lead.lines", "as": "line", "steps": \
                [{"append": {"rows": "{{ line.sku }}"}}]}, {"if": "lead.n > 1", "then": [{"stop": "failed", "reason": "{{ rows }}"}]}, \
                {"return": {"a": "{{ lead.name.upcase }}"}}]}
                """
            ], words: ["\"use\":", "\"set\":", "\"try\":", "\"parallel\":", "\"repeat\":", "{{", "}}", "\"wait\":"],
            take: { bytes in
                for diagnostic in Recipe.check(bytes, id: "fuzz", file: "recipe.json", catalog: Catalog()).diagnostics {
                    _ = diagnostic.text(in: SourceText(bytes))
                }
            }),
        FuzzTarget(
            name: "cron", seeds: ["0 9 * * MON-FRI", "*/15 0-5,22 1 JAN ?", "0 0 12 L * ? 2030"],
            words: ["MON", "JAN", "*/", "L", "W", "#", "@daily"],
            take: { _ = try? CronExpression(parsing: String(decoding: $0, as: UTF8.self)) }),
    ]
}
