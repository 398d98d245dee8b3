// Passwords as scrypt hashes (RFC 7914). Slow and heavy on memory on purpose, so never on Swift's pool.

import Crypto
import CryptoExtras
import Dispatch
import Foundation
import RecipeLanguage
import Synchronization

/// What one hash costs: 128 × 2^`logRounds` × `blockSize` bytes of memory, `passes` times over.
public struct PasswordCost: Sendable, Hashable {
    public var logRounds: Int
    public var blockSize: Int
    public var passes: Int

    /// 32 MiB, three passes (OWASP's password storage sheet).
    public init(logRounds: Int = 15, blockSize: Int = 8, passes: Int = 3) {
        (self.logRounds, self.blockSize, self.passes) = (logRounds, blockSize, passes)
    }
}

/// Hashes and verifies one password after the other on a thread of its own: many at once would fill the memory.
final class PasswordHasher: Sendable {
    private static let mostWaiting = 16
    private let queue = DispatchQueue(label: "galley.passwords")
    private let waiting = Atomic<Int>(0)
    private let cost: PasswordCost

    init(cost: PasswordCost) { self.cost = cost }

    /// `scrypt$15$8$3$salt$hash`, the last two in base64.
    func hash(_ password: String) async throws -> String {
        let cost = cost
        return try await run {
            let salt = Secret.random(16)
            let key = try Self.key(password, salt, cost)
            return [
                "scrypt", "\(cost.logRounds)", "\(cost.blockSize)", "\(cost.passes)", Data(salt).base64EncodedString(),
                Data(key).base64EncodedString(),
            ].joined(separator: "$")
        }
    }

    /// - Parameter stored: what `hash` made; nil takes as long and is never right.
    func verify(_ password: String, _ stored: String?) async throws -> Bool {
        let cost = cost
        return try await run {
            guard let stored, let (itsCost, salt, wanted) = Self.read(stored) else {
                _ = try Self.key(password, Secret.random(16), cost)
                return false
            }
            return Secret.areEqual(try Self.key(password, salt, itsCost), wanted)
        }
    }

    private func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.mostWaiting else {
            waiting.subtract(1, ordering: .relaxed)
            throw AccessError.tooManyAttempts(retryAfterSeconds: 5)
        }
        defer { waiting.subtract(1, ordering: .relaxed) }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try work() }) }
        }
    }

    private static func read(_ stored: String) -> (cost: PasswordCost, salt: [UInt8], hash: [UInt8])? {
        let parts = stored.split(separator: "$")
        guard parts.count == 6, parts[0] == "scrypt", let log = Int(parts[1]), let block = Int(parts[2]),
            let passes = Int(parts[3]), (1...24).contains(log), (1...32).contains(block), (1...16).contains(passes),
            let salt = Data(base64Encoded: String(parts[4])), let hash = Data(base64Encoded: String(parts[5]))
        else { return nil }
        return (PasswordCost(logRounds: log, blockSize: block, passes: passes), Array(salt), Array(hash))
    }

    private static func key(_ password: String, _ salt: [UInt8], _ cost: PasswordCost) throws -> [UInt8] {
        try KDF.Scrypt.deriveKey(
            from: Array(password.utf8), salt: salt, outputByteCount: 32, rounds: 1 << cost.logRounds,
            blockSize: cost.blockSize, parallelism: cost.passes
        ).withUnsafeBytes { Array($0) }
    }
}

/// Random values that are shown once and kept as hashes.
enum Secret {
    static func random(_ count: Int) -> [UInt8] {
        SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
    }

    /// 256 random bits as text for addresses, cookies and headers.
    static func text() -> String {
        Base64Text.encodeForURL(random(32))
    }

    static func hash(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    /// Takes as long for any two of one length.
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
