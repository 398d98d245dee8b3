import JSONCore
extension Template.Bound { public var source: String { "" } }
public struct TK { public var phrase: String { "" } }
extension Value { public var kind: TK { TK() } }
extension InputTemplate { public func json(_ slots: [Value], _ evaluation: Evaluation, droppingNil: Bool) throws(InputError) -> JSON? { nil } }
extension Schema { public func placeholder(named: String) -> JSON { .null } }
