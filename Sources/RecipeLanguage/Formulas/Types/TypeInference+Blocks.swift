// What the parameters of a block stand for.

extension TypeInference {
    /// Ties a block's parameters to what `name` hands to it.
    func bind(
        _ parameters: [BlockParameter], for name: String, _ receiver: FormulaType, _ given: GivenArguments
    ) {
        let element = receiver.elements.isNever ? .unknown : receiver.elements
        switch name {
        case "each_with_index", "with_index", "each_with_index_from":
            bind(parameters, to: element, FormulaType(.integer))
        case "inject", "reduce": bind(parameters, to: .unknown, element)
        case "sort", "min", "max", "chunk_while", "slice_when": bind(parameters, to: element, element)
        case "select", "filter", "reject", "each_pair":
            guard !receiver.kinds.contains(.object) else {
                if receiver.kinds == .object {
                    bind(parameters, to: receiver.object?.keys ?? .unknown, receiver.object?.values ?? .unknown)
                } else {
                    bind(parameters, to: .unknown, .unknown)
                }
                return
            }
            bind(parameters, to: element)
        case "transform_values": bind(parameters, to: receiver.object?.values ?? .unknown)
        case "transform_keys": bind(parameters, to: receiver.object?.keys ?? .unknown)
        case "each_slice", "each_cons": bind(parameters, to: .list(of: element))
        case "gsub", "sub": bind(parameters, to: FormulaType(.string), FormulaType(.list))
        case "times": bind(parameters, to: FormulaType(.integer))
        case _ where receiver.kinds.isSubset(of: .enumerable) && Self.elementBlocks.contains(name):
            // After each_with_index some methods hand on the element only.
            bind(parameters, to: parameters.count == 1 && receiver.kinds.contains(.pending) ? .unknown : element)
        default: bind(parameters, to: .unknown)
        }
    }

    /// Methods whose block gets one element at a time.
    private static let elementBlocks: Set<String> = [
        "map", "collect", "flat_map", "collect_concat", "filter_map", "transform_select",
        "transform_find", "find", "detect", "find_all", "any?", "all?",
        "none?", "one?", "partition", "group_by", "index_by", "index_with", "each", "each_entry", "count", "many?",
        "index", "find_index", "rindex", "uniq", "sum", "min_by", "max_by", "sort_by", "take_while", "drop_while",
        "to_h", "tally_by", "each_entry", "minmax_by", "cycle", "exclude?",
    ]

    /// One value: a single parameter takes it whole, several take a list apart.
    func bind(_ parameters: [BlockParameter], to type: FormulaType) {
        if parameters.count == 1, case .local(let place) = parameters[0] {
            locals[place] = type
        } else if parameters.count == 1 {
            assign(parameters) { _ in type }
        } else {
            assign(parameters, type)
        }
    }

    private func bind(_ parameters: [BlockParameter], to one: FormulaType, _ two: FormulaType) {
        if parameters.count == 1, case .local(let place) = parameters[0] {
            locals[place] = one
        } else {
            assign(parameters) { $0 == 0 ? one : $0 == 1 ? two : .null }
        }
    }

    private func assign(_ parameters: [BlockParameter], _ type: FormulaType) {
        let whole = type.subtracting(.list)
        assign(parameters) { place in
            var made = place == 0 ? whole : whole.isNever ? .never : .null
            if type.kinds.contains(.list) {
                made = made.joined(type.list?.element(at: place) ?? .unknown)
            }
            return made
        }
    }

    private func assign(_ parameters: [BlockParameter], _ part: (Int) -> FormulaType) {
        for (place, parameter) in parameters.enumerated() {
            switch parameter {
            case .local(let local): locals[local] = part(place)
            case .list(let inner): assign(inner, part(place))
            case .rest(let local): locals[local] = FormulaType(.list)
            }
        }
    }
}
