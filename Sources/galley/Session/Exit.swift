// Exit codes, and how an error becomes a message and one of them.

import ArgumentParser
import ConnectorKit
import Engine
import Foundation
import JobHistory
import RecipeLanguage
import Workspace

/// The exit codes of design §7.
enum Exit {
    static let failed = ExitCode(1)
    static let usage = ExitCode(64)
    static let invalid = ExitCode(65)
    static let notFound = ExitCode(66)
    static let unavailable = ExitCode(69)
    static let internalError = ExitCode(70)
    static let disk = ExitCode(74)
    static let waiting = ExitCode(75)
    static let interrupted = ExitCode(130)
}

/// Prints why a command could not do its work, and ends it with the code for that.
///
/// - Throws: always an `ExitCode`; those that come in pass through.
func reportingErrors<Result>(_ body: () async throws -> Result) async throws -> Result {
    // Whatever else there is to say, data that reached nobody comes first.
    func checkOutput() throws {
        guard let code = StandardStreams.outputFailure else { return }
        Terminal.error("standard output can't be written: \(String(cString: strerror(code)))")
        throw Exit.disk
    }
    do {
        let result = try await body()
        try checkOutput()
        return result
    } catch let code as ExitCode {
        if code != Exit.disk { try checkOutput() }
        throw code
    } catch let error as WorkspaceError {
        DiagnosticPrinter.print(error.diagnostics)
        Terminal.error(error.message)
        throw exitCode(of: error)
    } catch let broken as RecipeBroken {
        DiagnosticPrinter.print(broken.diagnostics)
        throw Exit.invalid
    } catch is CancellationError {
        throw Exit.interrupted
    } catch let error as ValidationError {
        throw error
    } catch let error as CocoaError {
        Terminal.error(error.sentence)
        throw Exit.disk
    } catch {
        let failure = OwnerFailure(error)
        // It may hold words of a server elsewhere.
        Terminal.error(failure.description.split(separator: "\n").map { printable(String($0)) }.joined(separator: "\n"))
        throw exitCode(of: failure)
    }
}

private func exitCode(of error: WorkspaceError) -> ExitCode {
    switch error.kind {
    case .notFound: Exit.notFound
    case .invalid, .refused: Exit.invalid
    case .disk: Exit.disk
    }
}

private func exitCode(of failure: OwnerFailure) -> ExitCode {
    switch failure.kind {
    case "no_such_job": Exit.notFound
    case "broken", "refused", "invalid", "forbidden": Exit.invalid
    case "full", "owned", "gone", "denied", "schema", "unwritable": Exit.unavailable
    case "disk": Exit.disk
    default: Exit.internalError
    }
}

extension CocoaError {
    /// What a file operation of Foundation could not do, in words: its own description is a dump.
    var sentence: String {
        let name = filePath ?? url?.path
        let why =
            switch code {
            case .fileWriteVolumeReadOnly: "the file system is read-only"
            case .fileWriteOutOfSpace: "the disk is full"
            case .fileWriteNoPermission, .fileReadNoPermission: "the user that runs galley may not"
            case .fileWriteFileExists: "something else is there"
            case .fileNoSuchFile, .fileReadNoSuchFile: "it is not there"
            default: "the system refuses it (\(code.rawValue))"
            }
        return printable(name.map { "\($0) can't be read or written: \(why)" } ?? "a file can't be used: \(why)")
    }
}
