// Which block parameters a part of a formula reads.

extension Syntax {
    /// Whether it reads a block parameter.
    func uses(local place: Int) -> Bool {
        switch kind {
        case .local(let local): return local == place
        case .literal, .name: return false
        case .interpolation(let parts), .array(let parts), .all(let parts), .anyOf(let parts), .regex(let parts, _):
            return parts.contains { $0.uses(local: place) }
        case .hash(let pairs): return pairs.contains { $0.key.uses(local: place) || $0.value.uses(local: place) }
        case .range(let first, let last, _):
            return first?.uses(local: place) ?? false || last?.uses(local: place) ?? false
        case .not(let inner), .negative(let inner): return inner.uses(local: place)
        case .binary(_, let left, let right): return left.uses(local: place) || right.uses(local: place)
        case .conditional(let condition, let yes, let no):
            return condition.uses(local: place) || yes.uses(local: place) || no?.uses(local: place) ?? false
        case .choice(let subject, let cases, let fallback):
            return subject?.uses(local: place) ?? false || fallback?.uses(local: place) ?? false
                || cases.contains { $0.result.uses(local: place) || $0.patterns.contains { $0.uses(local: place) } }
        case .call(let call):
            return call.receiver?.uses(local: place) ?? false || call.arguments.contains { $0.uses(local: place) }
                || call.keywords.contains { $0.key.uses(local: place) || $0.value.uses(local: place) }
                || call.block?.body.uses(local: place) ?? false
        case .index(let receiver, let arguments, _):
            return receiver.uses(local: place) || arguments.contains { $0.uses(local: place) }
        }
    }
}
