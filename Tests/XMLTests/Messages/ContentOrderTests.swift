// Content models in which only the order of elements tells what belongs together.

import JSONCore
import Testing
import XML

struct ContentOrderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let content: String
        var further = ""
        let json: String
        /// The elements inside the message's own.
        let xml: String
        var testDescription: String { name }
    }

    private static func element(_ name: String, _ rest: String = "", _ type: String = "xs:string") -> String {
        "<xs:element name=\"\(name)\" type=\"\(type)\" \(rest)/>"
    }

    private static let any = "maxOccurs=\"unbounded\""
    private static let optional = "minOccurs=\"0\""

    static let cases: [Case] = [
        Case(
            name: "a choice and what may follow it",
            content: "<xs:sequence \(any)><xs:choice>\(element("a", "", "xs:int"))\(element("b"))</xs:choice>"
                + "\(element("c", optional))</xs:sequence>",
            json: #"{"group!":[{"a":1},{"a":2},{"b":"x"},{"a":3,"c":"y"},{"b":"z"}]}"#,
            xml: "<a>1</a><a>2</a><b>x</b><a>3</a><c>y</c><b>z</b>"),
        Case(
            name: "two groups that repeat and share a name",
            content: "<xs:sequence><xs:sequence \(any)>\(element("k"))\(element("v"))</xs:sequence>\(element("sep"))"
                + "<xs:choice \(optional) \(any)>\(element("k"))\(element("w"))</xs:choice></xs:sequence>",
            json:
                #"{"group!":[{"k":"1","v":"2"},{"k":"3","v":"4"}],"sep":"-","group2!":[{"w":"5"},{"k":"6"},{"w":"7"}]}"#,
            xml: "<k>1</k><v>2</v><k>3</k><v>4</v><sep>-</sep><w>5</w><k>6</k><w>7</w>"),
        Case(
            name: "a group used twice",
            content: "<xs:sequence><xs:group ref=\"t:G\"/>\(element("m"))<xs:group ref=\"t:G\" \(optional) "
                + "maxOccurs=\"3\"/></xs:sequence>",
            further: "<xs:group name=\"G\"><xs:choice>\(element("g1"))\(element("g2"))</xs:choice></xs:group>",
            json: #"{"g1":"a","m":"b","group!":[{"g2":"c"},{"g1":"d"},{"g1":"e"}]}"#,
            xml: "<g1>a</g1><m>b</m><g2>c</g2><g1>d</g1><g1>e</g1>"),
        Case(
            name: "alternatives that are lists and sequences",
            content: "<xs:choice \(any)>\(element("a", "maxOccurs=\"2\"", "xs:int"))\(element("b"))"
                + "<xs:sequence>\(element("c"))\(element("d"))</xs:sequence></xs:choice>",
            json: #"{"group!":[{"b":"x"},{"a":[1,2]},{"a":[3]},{"c":"y","d":"z"},{"c":"u","d":"v"}]}"#,
            xml: "<b>x</b><a>1</a><a>2</a><a>3</a><c>y</c><d>z</d><c>u</c><d>v</d>"),
        Case(
            name: "groups in groups",
            content: "<xs:sequence \(any)>\(element("h"))<xs:sequence \(optional) \(any)>\(element("i"))"
                + "\(element("j", optional))</xs:sequence></xs:sequence>",
            json:
                #"{"group!":[{"h":"1","group!":[{"i":"2"},{"i":"3","j":"4"}]},{"h":"5"},{"h":"6","group!":[{"i":"7"}]}]}"#,
            xml: "<h>1</h><i>2</i><i>3</i><j>4</j><h>5</h><h>6</h><i>7</i>"),
        Case(
            name: "rows of two of one name",
            content: "<xs:sequence \(any)>\(element("a"))\(element("b"))\(element("a"))</xs:sequence>",
            json: #"{"group!":[{"a":["1","3"],"b":"2"},{"a":["4","6"],"b":"5"}]}"#,
            xml: "<a>1</a><b>2</b><a>3</a><a>4</a><b>5</b><a>6</a>"),
        Case(
            name: "a limited number of rows, then one more element",
            content:
                "<xs:sequence><xs:sequence minOccurs=\"2\" maxOccurs=\"2\">\(element("a"))\(element("b", optional))"
                + "</xs:sequence>\(element("a"))</xs:sequence>",
            json: #"{"group!":[{"a":"1"},{"a":"2","b":"3"}],"a":"4"}"#,
            xml: "<a>1</a><a>2</a><b>3</b><a>4</a>"),
        Case(
            name: "open places in rows",
            content: "<xs:sequence \(any)>\(element("a"))<xs:any namespace=\"##other\" \(optional)/></xs:sequence>",
            json: #"{"group!":[{"a":"1","any!":[{"x":"2","@xmlns":"urn:x"}]},{"a":"3"}]}"#,
            xml: "<a>1</a><x xmlns=\"urn:x\">2</x><a>3</a>"),
    ]

    @Test(arguments: cases)
    func `what is written reads back as it was given`(_ test: Case) throws {
        let service = try ReadService(.holding(test.content, further: test.further))
        #expect(service.description.findings == [])
        let json = try JSON(parsing: test.json)
        let text = try service.written(json)
        #expect(try XMLElement.parse(text) == XMLElement.parse("<Do xmlns=\"urn:t\">\(test.xml)</Do>"), "\(text)")
        let read = try service.read(text)
        #expect(read == json, "\(read.compact)")
    }

    @Test func `elements in another namespace are in their places, and unknown ones are kept`() throws {
        let test = Self.cases[0]
        let service = try ReadService(.holding(test.content))
        let foreign = try service.read("<Done>\(test.xml)</Done>")
        #expect(foreign == (try JSON(parsing: test.json)), "\(foreign.compact)")
        let more = try service.read("<Done xmlns=\"urn:t\"><a>1</a><new>2</new><a>3</a></Done>")
        #expect(more["group!"] == [["a": 1], ["a": 3]] && more["any!"]?.array?.count == 1, "\(more.compact)")
    }

    @Test func `elements that don't follow the schema are read by their names`() throws {
        let service = try ReadService(.holding(Self.cases[1].content))
        let read = try service.read("<Done xmlns=\"urn:t\"><k>1</k><sep>-</sep><v>2</v></Done>")
        #expect(read["group!"]?.array?.isEmpty == false && read["sep"] == "-", "\(read.compact)")
    }

    @Test(.timeLimit(.minutes(1))) func `many rows are read in time`() throws {
        let service = try ReadService(.holding(Self.cases[0].content))
        let rows = String(repeating: "<a>1</a><c>x</c><b>y</b>", count: 20_000)
        #expect(try service.read("<Done xmlns=\"urn:t\">\(rows)</Done>")["group!"]?.array?.count == 40_000)
    }
}
