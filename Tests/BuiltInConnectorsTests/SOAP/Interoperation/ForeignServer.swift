// SOAP services that others wrote, for tests: of PHP, of Python's spyne, of gSOAP and of Java's JAX-WS and Axis, each on a free port, gone afterwards.

import ConnectorKit
import Foundation
import Testing

/// A running server.
final class ForeignServer: Sendable {
    enum Kind { case php, spyne, gsoap, jaxws, axis }

    /// What the servers are made of, beside this file.
    static let programs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Programs"

    @TaskLocal static var current: ForeignServer?

    let port: Int
    private let folder: String
    private let process: RunningProgram

    /// `http://127.0.0.1:PORT`
    var address: String { "http://127.0.0.1:\(port)" }

    init(_ kind: Kind) throws {
        folder = NSTemporaryDirectory() + "/galley-soap-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        port = try LocalProgram.freePort()
        let command: [String]
        switch kind {
        case .php: command = try Self.php(folder, port)
        case .spyne: command = ["/usr/bin/python3", Self.programs + "/python/spyne_service.py", "\(port)"]
        case .gsoap: command = try Self.gsoap(folder, port)
        case .jaxws: command = Self.jaxws(port)
        case .axis: command = try Self.axis(folder, port)
        }
        process = try LocalProgram.start(command)
        try LocalProgram.waitFor(port: port, of: process)
    }

    /// The scripts and descriptions in a folder of their own, with the server's address filled in.
    private static func php(_ folder: String, _ port: Int) throws -> [String] {
        let source = programs + "/php"
        for name in try FileManager.default.contentsOfDirectory(atPath: source) {
            let text = try String(contentsOfFile: "\(source)/\(name)", encoding: .utf8)
                .replacing("@ADDRESS@", with: "http://127.0.0.1:\(port)")
            try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        return [
            "/usr/bin/php", "-d", "session.save_path=\(folder)", "-S", "127.0.0.1:\(port)", "\(folder)/router.php",
        ]
    }

    /// soapcpp2 makes C from the headers, and a description of each service; a second's work together with the compiler.
    private static func gsoap(_ folder: String, _ port: Int) throws -> [String] {
        let source = programs + "/gsoap"
        for name in ["all", "graph", "files"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            try LocalProgram.run([
                "/usr/bin/soapcpp2", "-c", "-S", "-L", "-x", "-d\(folder)/\(name)",
                "-I\(source):/usr/share/gsoap/import", "\(source)/\(name).h",
            ])
        }
        for name in ["graph", "files"] {
            try FileManager.default.moveItem(atPath: "\(folder)/\(name)/\(name).wsdl", toPath: "\(folder)/\(name).wsdl")
        }
        try LocalProgram.run([
            "/usr/bin/gcc", "-O0", "-w", "-I\(folder)/all", "-o", "\(folder)/server", "\(source)/server.c",
            "\(folder)/all/soapC.c", "\(folder)/all/soapServer.c", "-lgsoap",
        ])
        return ["\(folder)/server", "\(port)", folder]
    }

    private static let javaOptions = ["-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"]

    private static func classPath(_ jars: [String]) -> String {
        jars.map { "/usr/share/java/\($0).jar" }.joined(separator: ":")
    }

    /// From its source: Java compiles it before it runs.
    private static func jaxws(_ port: Int) -> [String] {
        let jars = [
            "jaxws-rt", "jaxb-runtime", "jaxb-core", "jaxb-api", "jaxws-api", "jws-api", "istack-commons-runtime",
            "txw2",
            "javax.activation", "glassfish-pfl-basic", "glassfish-pfl-tf", "gmbal", "geronimo-annotation-1.3-spec",
            "javax.mail",
        ]
        return ["/usr/bin/java"] + javaOptions + [classPath(jars), programs + "/java/JaxwsService.java", "\(port)"]
    }

    /// Compiled for an old Java: Axis reads the names of parameters from the classes.
    private static func axis(_ folder: String, _ port: Int) throws -> [String] {
        let path = classPath([
            "axis", "axis-jaxrpc", "axis-saaj", "commons-discovery", "commons-logging", "wsdl4j", "javax.activation",
            "javax.mail",
        ])
        let sources = ["AxisService", "Line", "Refused", "Shop"].map { "\(programs)/java/axis/\($0).java" }
        try LocalProgram.run(
            ["/usr/bin/javac", "--release", "8", "-g", "-nowarn", "-cp", path, "-d", folder + "/classes"] + sources)
        return ["/usr/bin/java"] + javaOptions + ["\(path):\(folder)/classes", "AxisService", "\(port)"]
    }

    func stop() {
        process.terminate()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// Gives a suite one server, which ends with it.
struct ForeignServerTrait: SuiteTrait, TestScoping {
    let kind: ForeignServer.Kind

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let server = try await BlockingWork.run { [kind] _ in try ForeignServer(kind) }
        do {
            try await ForeignServer.$current.withValue(server) { try await function() }
        } catch {
            server.stop()
            throw error
        }
        server.stop()
    }
}

extension Trait where Self == ForeignServerTrait {
    static func foreignServer(_ kind: ForeignServer.Kind) -> Self { Self(kind: kind) }
}
