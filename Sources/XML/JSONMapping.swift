// How XML reads as JSON, and where the two don't fit: the rules, in one place.

/// The rules by which an element becomes a JSON value, and back.
///
/// | XML | JSON |
/// |---|---|
/// | a child element | a member with its name; see `lists` |
/// | an attribute | a member `@name`, before the child elements |
/// | text, and nothing else | the text; with `lists: .always`, or beside attributes, the member `content!` |
/// | white space, and nothing else | the text; nothing with `lists: .always` |
/// | text among child elements | `content!`, all pieces joined; white space between elements doesn't count |
/// | nothing at all | `""`; `{}` with `lists: .always` |
/// | `xsi:nil="true"` and nothing else | `null`; its attributes as usual with `lists: .always` |
/// | comments, instructions | left out |
///
/// What is lost: where text stood among elements, in which order different elements alternated, comments. Values stay
/// texts: nothing in XML says what is a number.
///
/// The way back (`XMLElement(_:json:scope:)`) takes the same shapes: members become elements in their order, a list one
/// element for each of its values, `@name` an attribute, `content!` text, `null` an element with `xsi:nil="true"`, numbers
/// and truth values their JSON text. `@xmlns` and `@xmlns:p` declare namespaces.
public struct JSONMapping: Sendable, Hashable {
    /// Which children come as lists.
    public enum Lists: String, Sendable, CaseIterable {
        /// Only those whose name occurs again in the same element, or is in `alwaysLists`.
        case repeated
        /// All, so that paths stay the same whatever occurs how often; elements with only text become `{"content!": …}`.
        case always
    }

    /// What members are called.
    public enum Names: String, Sendable, CaseIterable {
        /// `Order` for `s:Order`: prefixes are the writer's choice. An attribute keeps its prefix where the name is taken.
        case local
        /// `s:Order` as the document has it, with declarations as `@xmlns:s`.
        case written
    }

    public var lists: Lists
    public var names: Names
    /// Names of elements that come as lists even when there is one; as `names` says.
    public var alwaysLists: Set<String>
    /// Nesting of the JSON value, beyond which reading fails: JSON itself is read to a depth of 128.
    public var depth = 112

    public init(lists: Lists = .repeated, names: Names = .local, alwaysLists: Set<String> = []) {
        (self.lists, self.names, self.alwaysLists) = (lists, names, alwaysLists)
    }

    /// What the formula `from_xml` gives: hashes of lists, names as written.
    public static let formula = JSONMapping(lists: .always, names: .written)

    /// The member that holds an element's text.
    public static let textMember = "content!"
}
