// The hand-written part of docs/formulas.md: what a formula is, with examples that a test runs.

import JSONCore

/// The introduction to formulas.
enum FormulaGuide {
    struct Section: Sendable {
        let title: String
        /// Markdown.
        let text: String
        /// Formulas over `pills`, and what they give as `inspect` prints it; nil for those that fail.
        let examples: [(formula: String, answer: String?)]
    }

    /// What the examples can see.
    static let pills: JSONObject = [
        "lead": [
            "name": "ada lovelace", "email": " Ada@Example.ORG ", "amount": .number(JSONNumber(validated: "10.00")),
            "tags": ["new", "vip"], "phone": nil, "address": ["city": "Oslo"],
        ],
        "lines": [
            ["sku": "A-1", "qty": 2, "price": .number(JSONNumber(validated: "1.10"))],
            ["sku": "B-2", "qty": 3, "price": .number(JSONNumber(validated: "2.25"))],
        ],
    ]

    static let opening = """
        A **formula** computes a value from pills. Formulas are Ruby's expressions with the functions that recipe builders know; they
        read data and make new data, and do nothing else. In a template they stand between `{{` and `}}`; fields like `if`, `when` and
        `for_each` hold a bare formula. [Writing recipes](recipes.md#data-pills-templates-and-formulas) says where which is used.

        Try them: `galley formula eval 'F' --vars FILE` evaluates one, `galley formula repl` is a place to play (with completion and
        history), `galley formula list --search WORD` finds a function, `galley formula show NAME` explains one.

        Every example on this page is run by a test.
        """

    static let sections: [Section] = [
        Section(
            title: "Pills",
            text: """
                A pill is a name for data: the trigger, an earlier step, a variable, a loop's item. A dot goes into an object, `[ ]` into a
                list (from 0; -1 is the last) or to a key that is no plain name. A plain name after a dot is the object's member when it
                has one of that name, else the method of that name, else nil; so a payload's `count` or `size` can always be reached.
                Names that end in `?` are always methods.
                """,
            examples: [
                ("lead.name", "\"ada lovelace\""), ("lead.address.city", "\"Oslo\""),
                ("lead['address']['city']", "\"Oslo\""),
                ("lines[0].sku", "\"A-1\""), ("lines[-1].qty", "3"), ("lead.tags[0, 1]", "[\"new\"]"),
                ("lead.unknown", "nil"), ("lead.tags.size", "2"),
            ]),
        Section(
            title: "Literals",
            text: """
                Texts in `'single'` quotes are taken as they are; in `"double"` quotes `#{ }` holds a formula, and `\\n`, `\\t`, `\\u{1F600}` stand
                for characters. `:name` is another way to write `'name'`. Also: numbers, `true`, `false`, `nil` (or `null`), lists, objects
                (`{a: 1}` or `{'a' => 1}`), ranges `1..5` (`...` leaves the end out), regexes `/…/` with `i`, `m`, `x`.
                """,
            examples: [
                ("'It\\'s'", "\"It's\""), ("\"Dear #{lead.name.titleize}\"", "\"Dear Ada Lovelace\""),
                ("1_000 + 0.5", "1000.5"),
                ("[1, 'two', nil]", "[1, \"two\", nil]"),
                ("{name: 'Ada', 'zip code' => '0150'}['zip code']", "\"0150\""),
                ("(1..4).to_a", "[1, 2, 3, 4]"), ("'INV-204' =~ /\\d+/", "4"), ("%w[a b c].last", "\"c\""),
            ]),
        Section(
            title: "Operators",
            text: """
                From the one that binds most tightly: `!` `-` (sign), `**`, `* / %`, `+ -`, `<< >>`, `&`, `| ^`, `< <= > >=`, `== != =~ !~ <=>`,
                `&&`, `||`, `..`, `? :`, `not`, `and or`. `&&` and `||` give one of their sides; only nil and false count as false.
                Two whole numbers divide to a whole number; write `/ 2.0` to keep the fraction. `+` joins texts and lists, `-` takes
                elements out of a list, `*` repeats.
                """,
            examples: [
                ("7 / 2", "3"), ("7 / 2.0", "3.5"), ("-7 % 3", "2"), ("2 ** 10", "1024"),
                ("lead.tags + ['paid']", "[\"new\", \"vip\", \"paid\"]"),
                ("[1, 2, 3] - [2]", "[1, 3]"), ("lead.phone || 'none'", "\"none\""),
                ("lead.amount > 5 && lead.tags.include?('vip')", "true"),
                ("lead.amount >= 10 ? 'large' : 'small'", "\"large\""), ("'a' * 3", "\"aaa\""),
            ]),
        Section(
            title: "Conditions",
            text: """
                Besides `? :` there are `if … elsif … else … end`, `unless`, and `case … when … end`, over several lines or with `then` on one.
                Without an `else` the value is nil.
                """,
            examples: [
                (
                    "if lead.amount >= 100 then 'gold' elsif lead.amount >= 10 then 'silver' else 'bronze' end",
                    "\"silver\""
                ),
                ("case lead.amount when 0..9 then 'few' when 10..99 then 'some' else 'many' end", "\"some\""),
                ("unless lead.phone.present? then 'call back by mail' end", "\"call back by mail\""),
            ]),
        Section(
            title: "Methods and blocks",
            text: """
                A method follows a dot; brackets may be left out when it takes nothing. Options are given by name: `round(1, half: 'even')`.
                A block in `{ |item| … }` (or `do … end`) says what to do with each element; `&:name` is short for `{ |item| item.name }`.
                """,
            examples: [
                ("lead.email.strip.downcase", "\"ada@example.org\""),
                ("lines.map { |line| line.qty * line.price }.sum", "8.95"),
                ("lines.select { |line| line.qty > 2 }.pluck('sku')", "[\"B-2\"]"),
                ("lead.tags.map(&:upcase)", "[\"NEW\", \"VIP\"]"),
                ("lines.sort_by { |line| -line.qty }.first.sku", "\"B-2\""), ("lines.where('qty >': 2).length", "1"),
                ("lines.each_with_index.map { |line, i| \"#{i + 1}. #{line.sku}\" }.join('; ')", "\"1. A-1; 2. B-2\""),
            ]),
        Section(
            title: "Nothing: nil, `&.`, `skip` and `clear`",
            text: """
                What is not there is nil. nil answers `present?`, `blank?`, `presence`, `to_s`, `to_i`, `to_f`, `to_a`, `to_json`, `nil?` and the
                like; anything else done with nil fails, and the message names the pill. `&.` goes on only when there is something. In a
                text, nil is empty. `skip`, as the result of a whole field, leaves the field out; `clear` sends an explicit null.
                """,
            examples: [
                ("lead.phone.present?", "false"), ("lead.phone.to_s", "\"\""), ("lead.phone&.strip", "nil"),
                ("lead.phone.strip", nil),
                ("\"tel. #{lead.phone}\"", "\"tel. \""),
                ("lead.phone.presence || lead.email.strip", "\"Ada@Example.ORG\""),
                ("lead.name.present? ? lead.name.titleize : skip", "\"Ada Lovelace\""),
            ]),
        Section(
            title: "Where this differs from Ruby",
            text: """
                The reference is Ruby 3.1 with ActiveSupport 6.1. These differences are meant:

                - Numbers with a fraction are exact decimals, so money never drifts. They divide to 34 digits, half-even; passed along they keep
                  their text (`10.00`); as a text they print as Ruby's floats do (`10.0`), but with all their digits.
                - Whole numbers beyond 64 bits stay exact, or fail with a message when they have too many digits.
                - A text may be followed by `+` and anything but nil, as in the vendor's formulas.
                - `now` and `today` are frozen for a job and in the workspace's time zone. `uuid` and random values are the same again when a
                  job resumes.
                - Dates are of the calendar of today, also those before October 1582. In `strptime`, `%Y` beside `%V` is the year of the week.
                - A formula can neither assign, define, loop without end nor touch anything outside: there are no statements, only values.
                """,
            examples: [
                ("0.1 + 0.2 == 0.3", "true"), ("1 / 3.0", "0.3333333333333333"), ("lead.amount", "10.0"),
                ("2 ** 64", "18446744073709551616"),
                ("'no. ' + 7", "\"no. 7\""),
                ("Date.strptime('2024-W29-2', '%Y-W%V-%u').to_s", "\"2024-07-16\""),
            ]),
        Section(
            title: "Limits",
            text: """
                A formula may take 1 second (`formula.time`), make 10 MiB of text and elements (`formula.output`) and nest what it makes 100 deep
                (`formula.depth`); numbers have at most 5,000 digits (`formula.digits`). Regexes can't run away: their work is bounded. The
                first three can be set in `galley.json`; an error says which limit it was.
                """,
            examples: [("'a' * 100_000_000", nil), ("9 ** 9 ** 9", nil)]),
    ]
}
