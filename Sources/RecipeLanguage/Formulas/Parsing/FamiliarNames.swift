// What people write who know spreadsheets, JavaScript, Python or another recipe builder, and what formulas call it.

/// Names from elsewhere with what to write instead.
public enum FamiliarNames {
    /// Functions of spreadsheets and other languages, in small letters.
    private static let functions: [String: String] = [
        "if": "write: condition ? value : other", "iif": "write: condition ? value : other",
        "and": "write: a && b", "or": "write: a || b", "not": "write: !a",
        "concatenate": "join texts with +: a + ' ' + b", "concat": "join texts with +: a + ' ' + b",
        "textjoin": "write: list.join(', ')", "len": "write: x.length", "left": "write: x.first(3)",
        "right": "write: x.last(3)", "mid": "write: x.slice(start, length)", "upper": "write: x.upcase",
        "lower": "write: x.downcase", "proper": "write: x.titleize", "trim": "write: x.strip",
        "substitute": "write: x.gsub('old', 'new')", "sum": "write: list.sum", "average": "write: list.sum / list.size",
        "min": "write: [a, b].min", "max": "write: [a, b].max", "count": "write: list.size",
        "round": "write: x.round(2)",
        "abs": "write: x.abs", "isblank": "write: x.blank?", "isnull": "write: x.nil?", "iferror": "write: x || other",
        "ifnull": "write: x || other", "coalesce": "write: a || b || c", "nvl": "write: x || other",
        "vlookup": "write: lookup('table', column: value)['other column']", "text": "write: x.to_s",
        "value": "write: x.to_f", "str": "write: x.to_s", "string": "write: x.to_s", "int": "write: x.to_i",
        "float": "write: x.to_f", "number": "write: x.to_f", "parseint": "write: x.to_i", "parsefloat": "write: x.to_f",
        "date": "write: x.to_date", "datevalue": "write: x.to_date", "datetime": "write: x.to_time",
        "year": "write: x.year", "month": "write: x.month", "day": "write: x.day",
        "function": "use a block: list.map { |x| … }", "print": "use a step of the logger connector",
        "puts": "use a step of the logger connector", "map": "write: list.map { |x| … }",
        "filter": "write: list.select { |x| … }", "split": "write: x.split(',')",
        "replace": "write: x.gsub('old', 'new')",
        "format": "write: '%05.2f' % x", "sprintf": "write: '%s: %d' % [a, b]",
        "_": "write the pill's name, like lead.email",
        "_dp": "this is a data pill of another recipe builder; write the step's id and its fields, like lead.email",
        "_ref": "this is a data pill of another recipe builder; write the step's id and its fields, like lead.email",
    ]

    /// Methods of other languages.
    private static let methods: [String: String] = [
        "substring": "slice", "substr": "slice", "indexOf": "index", "lastIndexOf": "rindex", "toLowerCase": "downcase",
        "toUpperCase": "upcase", "lower": "downcase", "upper": "upcase", "lowercase": "downcase",
        "uppercase": "upcase", "toString": "to_s", "to_string": "to_s", "to_number": "to_f", "replace": "gsub",
        "replaceAll": "gsub", "trim": "strip", "includes": "include?", "includes?": "include?", "contains": "include?",
        "contains?": "include?", "startsWith": "starts_with?", "endsWith": "ends_with?", "startswith": "starts_with?",
        "endswith": "ends_with?", "toFixed": "round", "isEmpty": "blank?", "is_empty?": "blank?", "len": "length",
        "forEach": "each", "foreach": "each", "is_nil?": "nil?", "is_null?": "nil?", "isNull": "nil?",
        "null?": "nil?", "is_present?": "present?", "is_blank?": "blank?", "padStart": "rjust", "padEnd": "ljust",
        "flatMap": "flat_map", "findIndex": "find_index", "getFullYear": "year", "format": "strftime",
        "toISOString": "iso8601", "titlecase?": "titleize", "strip_html": "strip_tags", "average": "sum",
        "each_with_object": "reduce",
    ]

    /// Words for values.
    private static let values: [String: String] = [
        "None": "nil", "undefined": "nil", "NULL": "nil", "Null": "nil", "Nil": "nil", "NIL": "nil", "NaN": "nil",
        "True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "NOW": "now", "TODAY": "today",
        "SKIP": "skip", "CLEAR": "clear",
    ]

    /// Words that other languages put between two values.
    private static let operators: [String: String] = [
        "AND": "write && (or and, in small letters)", "OR": "write || (or or, in small letters)",
        "And": "write && (or and, in small letters)", "Or": "write || (or or, in small letters)",
        "contains": "write: a.include?(b)", "includes": "write: a.include?(b)", "in": "write: a.in?(list)",
        "is": "write: a == b, or a.nil?", "equals": "write: a == b", "eq": "write: a == b",
        "like": "write: a.include?(b)",
        "elif": "write elsif", "elseif": "write elsif", "ELSE": "write else, in small letters", "mod": "write %",
        "MOD": "write %", "div": "write a.div(b)", "xor": "write ^", "NOT": "write: !a",
    ]

    /// Signs that look like operators or quotes of formulas and are none.
    private static let signs: [Character: String] = [
        "“": "write ' or \" (straight quotes)", "”": "write ' or \" (straight quotes)",
        "„": "write ' or \" (straight quotes)", "‘": "write ' or \" (straight quotes)",
        "’": "write ' or \" (straight quotes)", "‚": "write ' or \" (straight quotes)",
        "«": "write ' or \" (straight quotes)", "»": "write ' or \" (straight quotes)",
        "`": "write texts in quotes: 'text'",
        "´": "write texts in quotes: 'text'", "×": "write *", "÷": "write /", "−": "write -", "–": "write -",
        "—": "write -",
        "≠": "write !=", "≤": "write <=", "≥": "write >=", "…": "write ..", "¬": "write !", "∧": "write &&",
        "∨": "write ||", "·": "write *", "→": "use a block: list.map { |x| … }",
    ]

    static func hint(forFunction name: String) -> String? { functions[name] ?? functions[name.lowercased()] }
    static func method(for name: String) -> String? {
        methods[name].flatMap { FunctionLibrary.shared.isMethod($0) ? $0 : nil }
    }
    /// What to write for a word for a value: `None`.
    public static func hint(forValue name: String) -> String? { values[name].map { "write \($0)" } }
    static func hint(forOperator word: String) -> String? { operators[word] }
    static func hint(forSign sign: Character) -> String? { signs[sign] }
}
