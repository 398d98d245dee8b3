// Where a job's steps are recorded, in a few bytes a step, so that a resumed job finds what it did without holding it.

/// The `seq` of each address of one job.
///
/// Addresses are kept as 128-bit hashes with a random key: two addresses of a job that agree in one are not to be expected
/// before some 10¹⁸ records.
public struct StepPlaces: Sendable {
    private struct Digest: Hashable, Sendable {
        let high: Int
        let low: Int

        init(_ address: UnsafeRawBufferPointer) {
            var hashers = (Hasher(), Hasher())
            hashers.1.combine(UInt8(0))
            hashers.0.combine(bytes: address)
            hashers.1.combine(bytes: address)
            (high, low) = (hashers.0.finalize(), hashers.1.finalize())
        }

        init(_ address: String) {
            var address = address
            self = address.withUTF8 { Digest(UnsafeRawBufferPointer($0)) }
        }
    }

    private var valid: [Digest: Int32] = [:]
    private var superseded: [Digest: Int32] = [:]

    init() {}

    /// - Parameter seq: larger than those before; of several at an address the last one stays.
    mutating func add(_ seq: Int, at address: UnsafeRawBufferPointer, isSuperseded: Bool) {
        let place = Int32(clamping: seq)
        if isSuperseded { superseded[Digest(address)] = place } else { valid[Digest(address)] = place }
    }

    /// Takes out the record at `address` that still counts.
    public mutating func take(_ address: String) -> Int? { valid.removeValue(forKey: Digest(address)).map { Int($0) } }

    /// The newest record at `address` that a retry took back.
    public func superseded(at address: String) -> Int? { superseded[Digest(address)].map { Int($0) } }
}
