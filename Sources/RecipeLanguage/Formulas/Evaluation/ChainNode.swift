// Operators in a row: `a + b - c`, worked off from the left without nesting.

/// A value and the operators applied to it one after another.
final class ChainNode: Sendable {
    /// One operator. A class, because going through structures of so many parts costs more than the arithmetic does.
    final class Link: Sendable {
        let operation: BinaryOperator
        let operand: Node
        /// Both sides as they are written, for messages.
        let left: Written
        let right: Written
        let range: Range<Int>

        init(operation: BinaryOperator, operand: Node, left: Written, right: Written, range: Range<Int>) {
            (self.operation, self.operand, self.range) = (operation, operand, range)
            (self.left, self.right) = (left, right)
        }
    }

    let first: Node
    /// The first operator, which mostly is the only one.
    let link: Link
    let others: [Link]

    init(first: Node, link: Link, others: [Link]) { (self.first, self.link, self.others) = (first, link, others) }

    func evaluate(_ slots: [Value], _ run: Evaluation) throws(FormulaError) -> Value {
        let left = try first.evaluate(slots, run)
        try run.tick(link.range)
        let value = try Arithmetic.apply(link, left, try link.operand.evaluate(slots, run), run)
        return others.isEmpty ? value : try evaluateOthers(value, slots, run)
    }

    @inline(never)
    private func evaluateOthers(_ value: Value, _ slots: [Value], _ run: Evaluation) throws(FormulaError) -> Value {
        var value = value
        for link in others {
            try run.tick(link.range)
            value = try Arithmetic.apply(link, value, try link.operand.evaluate(slots, run), run)
        }
        return value
    }
}
