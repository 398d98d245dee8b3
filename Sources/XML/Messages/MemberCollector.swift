// The children of one element, on their way into an object.

import JSONCore

/// Gathers the children of an element into members, lists and groups.
struct MemberCollector {
    private(set) var object = JSONObject()
    /// Where the last element of the current occurrence of each repeated group stood, by the way to the group.
    private var places: [String: Int] = [:]

    mutating func add(_ value: JSON, _ entry: ParticleIndex.Entry) {
        var whole = object
        object = [:]
        add(value, entry, entry.groups[...], path: "", &whole)
        object = whole
    }

    mutating func addOpen(_ value: JSON) { Self.append(value, MessageWriter.anyMember, &object) }

    /// Adds to the list that a member is.
    static func append(_ value: JSON, _ key: String, _ object: inout JSONObject) {
        var list = object[key]?.array ?? []
        object[key] = .null
        list.append(value)
        object[key] = .array(list)
    }

    private mutating func add(
        _ value: JSON, _ entry: ParticleIndex.Entry, _ groups: ArraySlice<ParticleIndex.Group>, path: String,
        _ object: inout JSONObject
    ) {
        guard let group = groups.first else { return Self.put(value, entry.use.key, isList: entry.isList, &object) }
        let path = path + group.key
        var list = object[group.key]?.array ?? []
        object[group.key] = .null
        var current = list.popLast()?.object ?? [:]
        if !current.isEmpty, !goesOn(current, entry, group, groups.dropFirst(), path) {
            list.append(.object(current))
            current = [:]
            for inner in places.keys where inner.hasPrefix(path) { places[inner] = nil }
        }
        places[path] = group.place
        add(value, entry, groups.dropFirst(), path: path, &current)
        list.append(.object(current))
        object[group.key] = .array(list)
    }

    static func put(_ value: JSON, _ key: String, isList: Bool, _ object: inout JSONObject) {
        if isList { return append(value, key, &object) }
        // More than the schema allows is kept all the same.
        object[key] = object[key].map { .array(($0.array ?? [$0]) + [value]) } ?? value
    }

    /// Whether an element belongs to the occurrence of the group before it.
    private func goesOn(
        _ current: JSONObject, _ entry: ParticleIndex.Entry, _ group: ParticleIndex.Group,
        _ inner: ArraySlice<ParticleIndex.Group>, _ path: String
    ) -> Bool {
        let place = places[path] ?? 0
        if inner.isEmpty, !entry.isList, current[entry.use.key] != nil { return false }
        return group.order == .sequence ? group.place >= place : group.place == place
    }
}
