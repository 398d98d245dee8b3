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
    let links: [Link]

    init(first: Node, links: [Link]) { (self.first, self.links) = (first, links) }

    func evaluate(_ slots: [Value], _ run: Evaluation) throws(FormulaError) -> Value {
        var value = try first.evaluate(slots, run)
        for link in links {
            try run.tick(link.range)
            let right = try link.operand.evaluate(slots, run)
            value = try Arithmetic.apply(link, value, right, run)
        }
        return value
    }
}
