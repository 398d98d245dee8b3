// The documents of a WSDL: from beside it, or from its server; from elsewhere only when that was asked for.

import ConnectorKit
import Foundation
import Synchronization
import XML

/// A document that was read, and where its copy goes.
struct DescriptionFile: Sendable {
    /// Below the connector's folder `wsdl`.
    let path: String
    let bytes: [UInt8]
}

/// Finds documents for one import. Blocks its thread while it waits for a server.
final class DescriptionFiles: Sendable {
    private static let mostBytes = 64 << 20

    private let http: any HTTPClient
    private let permissions: NetworkPermissions
    private let allowsRemote: Bool
    private let givenFolder: String?
    /// The folder that files may be in, links resolved; of an address, its server.
    private let root = Mutex<(folder: String?, origin: HTTPOrigin?)>((nil, nil))
    private let files = Mutex<[String: DescriptionFile]>([:])

    init(_ http: any HTTPClient, permissions: NetworkPermissions, folder: String?, allowsRemote: Bool) {
        (self.http, self.permissions, self.allowsRemote) = (http, permissions, allowsRemote)
        givenFolder = folder
    }

    /// All that was read.
    var read: [DescriptionFile] { files.withLock { $0.values.sorted { $0.path < $1.path } } }

    func path(of name: String) -> String { files.withLock { $0[name]?.path } ?? name }

    /// The document that is imported.
    func open(_ document: String) throws(DescriptionLoader.Refusal) -> DescriptionLoader.Found {
        if let origin = HTTPOrigin(of: document) {
            root.withLock { $0 = (nil, origin) }
            return try download(document)
        }
        guard let file = Self.resolved(document) else {
            throw DescriptionLoader.Refusal("there is no file \(document)")
        }
        let own = URL(fileURLWithPath: file).deletingLastPathComponent().path
        let folder = givenFolder.map { Self.resolved($0) ?? $0 } ?? own
        guard file.hasPrefix(folder == "/" ? "/" : folder + "/") else {
            throw DescriptionLoader.Refusal("\(document) is not below the folder \(givenFolder ?? "")")
        }
        root.withLock { $0 = (folder, nil) }
        return try local(file)
    }

    /// - Parameters:
    ///   - location: as a document writes it.
    ///   - base: the name of that document: a path below the folder, or an address.
    func find(_ location: String, from base: String) throws(DescriptionLoader.Refusal) -> DescriptionLoader.Found {
        let plain = location.trimmingCharacters(in: .whitespacesAndNewlines)
        let (folder, origin) = root.withLock { $0 }
        let lower = plain.lowercased()
        if lower.hasPrefix("http://") || lower.hasPrefix("https://") || HTTPOrigin(of: base) != nil {
            guard let url = URL(string: plain, relativeTo: URL(string: base))?.absoluteURL.absoluteString,
                let target = HTTPOrigin(of: url)
            else { throw DescriptionLoader.Refusal("it is no address") }
            if target == origin || allowsRemote { return try download(url) }
            // A document that was saved together with what it imports.
            if let folder, let name = URL(string: url)?.lastPathComponent, !name.isEmpty, name != "/",
                let file = Self.resolved(folder + "/" + name), file.hasPrefix(folder + "/")
            {
                return try local(file)
            }
            throw DescriptionLoader.Refusal(
                "it is on another server; --remote-refs reads it, or put the document beside this one")
        }
        guard let folder else { throw DescriptionLoader.Refusal("it is a file, and this document is not") }
        guard !lower.contains("://"), !plain.hasPrefix("/"), !lower.hasPrefix("file:") else {
            throw DescriptionLoader.Refusal("only files beside the document and http addresses are read")
        }
        let start = URL(fileURLWithPath: folder + "/" + base).deletingLastPathComponent().path
        let relative = plain.removingPercentEncoding ?? plain
        let wanted = URL(fileURLWithPath: start + "/" + relative).standardizedFileURL.path
        guard wanted.hasPrefix(folder == "/" ? "/" : folder + "/") else {
            throw DescriptionLoader.Refusal("it is outside the document's folder; --folder names one above both")
        }
        guard let file = Self.resolved(wanted) else { throw DescriptionLoader.Refusal("there is no such file") }
        guard file.hasPrefix(folder == "/" ? "/" : folder + "/") else {
            throw DescriptionLoader.Refusal("it is a link that leads outside the document's folder")
        }
        return try local(file)
    }

    private func local(_ path: String) throws(DescriptionLoader.Refusal) -> DescriptionLoader.Found {
        let folder = root.withLock { $0.folder } ?? "/"
        let name = String(path.dropFirst(folder == "/" ? 1 : folder.utf8.count + 1))
        // Opening a pipe waits for somebody who writes to it.
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        guard type == .typeRegular else { throw DescriptionLoader.Refusal("\(name) is no regular file") }
        let handle = FileHandle(forReadingAtPath: path)
        defer { try? handle?.close() }
        guard let handle, let data = try? handle.read(upToCount: Self.mostBytes + 1) ?? Data() else {
            throw DescriptionLoader.Refusal("\(name) can't be read")
        }
        guard data.count <= Self.mostBytes else {
            throw DescriptionLoader.Refusal("\(name) is larger than \(Self.mostBytes >> 20) MB")
        }
        return keep(name, Array(data), as: name)
    }

    private func download(_ url: String) throws(DescriptionLoader.Refusal) -> DescriptionLoader.Found {
        // A document that is cut short is no XML: none has to say how long it is.
        var permissions = permissions
        permissions.bodiesWithoutLength = true
        let request = HTTPRequest(
            "GET", url, headers: [("Accept", "text/xml, application/xml, application/wsdl+xml, */*")],
            isRepeatable: true, permissions: permissions)
        let (client, done) = (http, DispatchSemaphore(value: 0))
        let result = Mutex<Result<HTTPAnswer, ConnectorError>?>(nil)
        Task {
            let answer: Result<HTTPAnswer, ConnectorError>
            do { answer = .success(try await client.send(request)) } catch {
                answer = .failure(
                    error as? ConnectorError ?? ConnectorError(type: "internal", "the request failed"))
            }
            result.withLock { $0 = answer }
            done.signal()
        }
        done.wait()
        switch result.withLock({ $0 }) {
        case .success(let answer)? where answer.status == 200:
            let path = url.split(separator: "?").first.map { String($0) } ?? url
            let last = URL(string: path)?.lastPathComponent ?? "service"
            let safe = last.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
            let count = files.withLock { $0.count }
            return keep(
                url, answer.body, as: count == 0 ? "\(safe.isEmpty ? "service" : safe).wsdl" : "\(count)-\(safe)")
        case .success(let answer)?:
            throw DescriptionLoader.Refusal("\(url) can't be read: the server answered \(answer.status)")
        case .failure(let error)?:
            let hint = error.type == "too_large" ? "; download it and import the file" : ""
            throw DescriptionLoader.Refusal("\(url) can't be read: \(error.message)\(hint)")
        case nil: throw DescriptionLoader.Refusal("\(url) can't be read")
        }
    }

    private func keep(_ name: String, _ bytes: [UInt8], as path: String) -> DescriptionLoader.Found {
        files.withLock { $0[name] = DescriptionFile(path: path, bytes: bytes) }
        return DescriptionLoader.Found(name: name, bytes: bytes)
    }

    private static func resolved(_ path: String) -> String? {
        realpath(path, nil).map { pointer in
            defer { free(pointer) }
            return String(cString: pointer)
        }
    }
}
