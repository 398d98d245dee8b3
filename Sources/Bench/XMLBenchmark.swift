// Trees of 50 KB made, written and read, next to libxml2 used from C; and 100 MB read as a stream.
import Foundation
import JSONCore
import XML

enum XMLBenchmark {
    private static let orders = 101
    private static let streamBytes = 100_000_000

    static func run(_ rounds: Rounds) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("galley-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let yardstick = try Yardstick(folder)

        let bytes = try envelope().write()
        let file = folder.appendingPathComponent("envelope.xml").path
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        let theirs = folder.appendingPathComponent("theirs.xml").path
        _ = try yardstick.nanoseconds(["build", "\(orders)", "1", theirs])
        let other = try XMLElement.parse(Array(Data(contentsOf: URL(fileURLWithPath: theirs))))
        guard try other.write() == bytes else { throw BenchError.wrongResult("C makes another envelope") }

        var size = 0
        let built = try rounds.nanoseconds(
            besides: { try yardstick.nanoseconds(["build", "\(orders)", "1"]) },
            { size = try envelope().write().count })
        guard size == bytes.count else { throw BenchError.wrongResult("xml.build") }
        report("xml.build", bytes.count, built)
        var read: XMLElement?
        let parsed = try rounds.nanoseconds(
            besides: { try yardstick.nanoseconds(["parse", file, "1"]) }, { read = try XMLElement.parse(bytes) })
        guard try read?.write() == bytes else { throw BenchError.wrongResult("xml.parse") }
        report("xml.parse", bytes.count, parsed)
        read = nil
        try stream(folder.appendingPathComponent("stream.xml").path)
    }

    /// Scripts/bench.d/xml_yardstick.c makes the same tree.
    private static func envelope() -> XMLElement {
        let (soap, shop) = ("http://schemas.xmlsoap.org/soap/envelope/", "urn:shop")
        func element(_ name: String, _ text: String) -> XMLNode {
            .element(XMLElement(name, namespace: shop, prefix: "s", text: text))
        }
        func element(_ name: String, _ attributes: [XMLAttribute], _ children: [XMLNode]) -> XMLNode {
            .element(XMLElement(name, namespace: shop, prefix: "s", attributes: attributes, children: children))
        }
        let orders: [XMLNode] = (0..<Self.orders).map { number in
            var children = [
                element("customer", "Customer \(number) & <Sons>"), element("placed", "2026-11-27T08:30:00Z"),
            ]
            for line in 0..<3 {
                children.append(
                    element(
                        "line", [],
                        [
                            element("sku", "SKU-\(number)-\(line)"), element("quantity", "\(line + 1)"),
                            element("price", [XMLAttribute("currency", "EUR")], [.text("\(number).50")]),
                        ]))
            }
            children.append(element("note", "deliver to the back door"))
            return element("order", [XMLAttribute("id", "o-\(number)"), XMLAttribute("state", "new")], children)
        }
        let message = element("PlaceOrders", [], orders)
        let body = XMLElement("Body", namespace: soap, prefix: "soap", children: [message])
        return XMLElement("Envelope", namespace: soap, prefix: "soap", children: [.element(body)])
    }

    private static func report(_ name: String, _ bytes: Int, _ result: Rounds.Comparison) {
        let (ours, theirs) = (result.ours, result.theirs)
        let line: JSON = [
            "bench": .string(name), "bytes": .integer(bytes), "ns": ours[ours.count / 2].json, "min": ours[0].json,
            "max": ours[ours.count - 1].json, "c_ns": theirs[theirs.count / 2].json, "c_min": theirs[0].json,
            "ratio": JSON(number: "\(Double(Int(result.ratio * 100 + 0.5)) / 100)") ?? nil,
            "rounds": .integer(ours.count),
        ]
        print(line.compact)
    }

    // MARK: - 100 MB

    private static func stream(_ path: String) throws {
        let count = try writeOrders(to: path)
        let before = try residentMegabytes(peak: false)
        let start = ContinuousClock.now
        let stream = try XMLStream(path: path)
        var (found, total) = (0, 0)
        while let order = try stream.next("order") {
            found += 1
            total += order.elements.count
        }
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        guard found == count, total == 6 * count else { throw BenchError.wrongResult("xml.stream") }
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        let line: JSON = [
            "bench": "xml.stream", "bytes": .integer(size), "elements": .integer(found),
            "mb_s": (Double(size) / (Double(seconds) * 1e6 + Double(attoseconds) * 1e-12)).json,
            "rss_before_mb": before.json, "peak_rss_mb": try residentMegabytes(peak: true).json,
        ]
        print(line.compact)
    }

    /// - Returns: how many orders the file has.
    private static func writeOrders(to path: String) throws -> Int {
        guard let order = envelope().at("Body", "PlaceOrders", "order") else {
            throw BenchError.wrongResult("no order")
        }
        let text = try order.write(declaration: false)
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw BenchError.wrongResult("the file can't be made") }
        defer { try? file.close() }
        try file.write(contentsOf: Data("<orders>".utf8))
        let together = Data(Array(repeating: text, count: 1_000).flatMap { $0 })
        var count = 0
        while count * text.count < streamBytes {
            try file.write(contentsOf: together)
            count += 1_000
        }
        try file.write(contentsOf: Data("</orders>".utf8))
        return count
    }

    /// Of this process, from /proc/self/status.
    private static func residentMegabytes(peak: Bool) throws -> Double {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(peak ? "VmHWM:" : "VmRSS:") }
        let words = line?.split(whereSeparator: \.isWhitespace) ?? []
        return words.count > 1 ? (Double(words[1]) ?? 0) / 1_024 : 0
    }
}

/// The C program beside the benchmark.
private struct Yardstick {
    private let path: String

    /// - Throws: `BenchError.noYardstick` when it can't be made.
    init(_ folder: URL) throws {
        path = folder.appendingPathComponent("xml_yardstick").path
        let flags = try Self.run(["pkg-config", "--cflags", "--libs", "libxml-2.0"]).split(
            whereSeparator: \.isWhitespace)
        _ = try Self.run(["gcc", "-O2", "-o", path, "Scripts/bench.d/xml_yardstick.c"] + flags.map { String($0) })
    }

    func nanoseconds(_ arguments: [String]) throws -> Double {
        let text = try Self.run([path] + arguments)
        guard let time = Double(text.split(separator: "\n").first ?? "") else { throw BenchError.noYardstick }
        return time
    }

    private static func run(_ command: [String]) throws -> String {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchError.noYardstick }
        return String(decoding: data, as: UTF8.self)
    }
}
