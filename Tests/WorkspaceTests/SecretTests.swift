// Secrets: where they come from, how they are kept, and that they don't show.

import Foundation
import JSONCore
import Testing

@testable import Workspace

struct SecretTests {
    @Test func `a stored secret comes back, sealed on disk and the key elsewhere`() throws {
        try withWorkspace { (workspace) throws in
            let store = workspace.secrets
            try store.set("TOKEN", "s3cret-välue")
            try store.set("OTHER", "x")
            try store.set("TOKEN", "s3cret-väl2e")
            #expect(try store.value(of: "TOKEN") == "s3cret-väl2e")
            #expect(try store.list().map(\.name) == ["OTHER", "TOKEN"])
            #expect(try store.list().allSatisfy { ($0.setAtMilliseconds ?? 0) > 1_600_000_000_000 })
            let path = workspace.root + "/.galley/secrets.json"
            let text = String(decoding: try Disk.read(path), as: UTF8.self)
            #expect(!text.contains("s3cret") && text.contains("TOKEN"))
            #expect(Disk.access(of: path)?.mode == 0o600)
            let keys = workspace.root + "/home/.config/galley/keys"
            let key = try #require(Disk.names(in: keys).first)
            #expect(Disk.access(of: keys + "/" + key)?.mode == 0o600)
            #expect(Disk.names(in: workspace.root + "/.galley").sorted() == ["secrets.json", "secrets.lock"])
            #expect(try store.remove("TOKEN"))
            #expect(try !store.remove("TOKEN"))
            #expect(try workspaceError { _ = try store.value(of: "TOKEN") }?.kind == .notFound)
        }
    }

    @Test func `the environment wins over the store, its own prefix first`() throws {
        let variables = ["GALLEY_SECRET_A": "prefixed", "A": "plain", "B": "plain b"]
        try withWorkspace(variables: variables) { (workspace) throws in
            try workspace.secrets.set("A", "stored")
            try workspace.secrets.set("B", "stored b")
            try workspace.secrets.set("C", "stored c")
            #expect(try workspace.secrets.value(of: "A") == "prefixed")
            #expect(try workspace.secrets.value(of: "B") == "plain b")
            #expect(try workspace.secrets.value(of: "C") == "stored c")
        }
    }

    @Test func `each value is tied to its name`() throws {
        try withWorkspace { (workspace) throws in
            try workspace.secrets.set("ONE", "first value")
            try workspace.secrets.set("TWO", "other value")
            let path = workspace.root + "/.galley/secrets.json"
            let file = try JSON(parsing: Disk.read(path))
            var secrets = try #require(file["secrets"]?.object)
            (secrets["ONE"], secrets["TWO"]) = (secrets["TWO"], secrets["ONE"])
            var swapped = try #require(file.object)
            swapped["secrets"] = .object(secrets)
            try write(JSON.object(swapped).compact, to: path)
            let error = try workspaceError { _ = try workspace.secrets.value(of: "ONE") }
            #expect(error?.kind == .invalid && error?.message.contains("galley secrets set ONE") == true)
        }
    }

    @Test func `a key that others can read is refused, a lost one is named`() throws {
        try withWorkspace { (workspace) throws in
            try workspace.secrets.set("A", "value")
            let keys = workspace.root + "/home/.config/galley/keys"
            let key = keys + "/" + (try #require(Disk.names(in: keys).first))
            #expect(chmod(key, 0o644) == 0)
            let open = try workspaceError { _ = try workspace.secrets.value(of: "A") }
            #expect(open?.kind == .refused && open?.message.contains("chmod 600") == true)
            #expect(unlink(key) == 0)
            #expect(try workspaceError { _ = try workspace.secrets.value(of: "A") }?.kind == .notFound)
            // A new key would make the stored secrets unreadable for good.
            #expect(try workspaceError { try workspace.secrets.set("B", "value") }?.kind == .notFound)
            #expect(!Disk.isTaken(key))
            // The redactor still works: what can't be opened can't be in use.
            #expect(try workspace.redactor().isEmpty)
        }
    }

    @Test func `GALLEY_KEY_FILE says where the key is`() throws {
        try withFolder(["x": ""]) { (folder) throws in
            let path = folder + "/my.key"
            try withWorkspace(variables: ["GALLEY_KEY_FILE": path]) { (workspace) throws in
                try workspace.secrets.set("A", "value")
                #expect(Disk.access(of: path)?.mode == 0o600)
                #expect(try workspace.secrets.value(of: "A") == "value")
            }
        }
    }

    @Test(arguments: ["", "a b", "1A", "A-B", "../A", "A\n", "Ä"])
    func `names that no variable could have are refused`(name: String) throws {
        try withWorkspace { (workspace) throws in
            #expect(try workspaceError { try workspace.secrets.set(name, "value") }?.kind == .refused)
            #expect(try workspaceError { _ = try workspace.secrets.value(of: name) }?.kind == .refused)
        }
    }

    @Test(arguments: [
        "{}", "[", #"{"galley_secrets": 2}"#, #"{"galley_secrets": 1, "workspace": "../x", "secrets": {}}"#,
    ])
    func `a damaged store is an error and is not overwritten`(text: String) throws {
        try withWorkspace([".galley/secrets.json": text]) { (workspace) throws in
            #expect(try workspaceError { _ = try workspace.secrets.value(of: "A") }?.kind == .invalid)
            #expect(try workspaceError { try workspace.secrets.set("A", "value") }?.kind == .invalid)
            #expect(try Disk.read(workspace.root + "/.galley/secrets.json") == Array(text.utf8))
        }
    }

    @Test func `a store that changed on disk is read again`() throws {
        try withWorkspace { (workspace) throws in
            try workspace.secrets.set("A", "one")
            let second = SecretStore(dataFolder: workspace.dataFolder) {
                $0 == "HOME" ? workspace.root + "/home" : nil
            }
            #expect(try second.value(of: "A") == "one")
            try workspace.secrets.set("A", "the other")
            #expect(try second.value(of: "A") == "the other")
        }
    }
}
