// Builds nodes with places from the scanner's parts: the path of files that people write.

/// Keeps every member, repeated names included.
struct DocumentSink: JSONSink, ~Copyable {
    private var nodes = ScratchStack<JSONNode>(capacity: 64)
    private var names = ScratchStack<(key: String, range: Range<Int>)>(capacity: 64)

    /// Its node is made when it ends.
    func open() {}

    mutating func scalar(_ value: consuming JSON, range: Range<Int>) {
        let content: JSONNode.Content
        switch value {
        case .bool(let bool): content = .bool(bool)
        case .integer(let integer): content = .integer(integer)
        case .number(let number): content = .number(number)
        case .string(let string): content = .string(string)
        case .null, .array, .object: content = .null
        }
        nodes.push(JSONNode(content: content, range: range))
    }

    mutating func name(_ name: consuming String, hash: UInt32, range: Range<Int>) {
        names.push((key: name, range: range))
    }

    mutating func endArray(count: Int, range: Range<Int>) {
        nodes.push(JSONNode(content: .array(nodes.popArray(count)), range: range))
    }

    mutating func endObject(count: Int, range: Range<Int>) {
        let (keys, values) = (names.top(count), nodes.top(count))
        var members: [JSONMember] = []
        members.reserveCapacity(count)
        for number in 0..<count {
            let name = (keys + number).move()
            members.append(JSONMember(key: name.key, keyRange: name.range, value: (values + number).move()))
        }
        names.forget(count)
        nodes.forget(count)
        nodes.push(JSONNode(content: .object(members), range: range))
    }

    mutating func finish() -> JSONNode { nodes.pop() }
}
