// Scripts/package: what the Debian package holds, and what its parts say.

import Foundation
import Testing

struct PackageTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func script(_ name: String) throws -> String {
        try String(contentsOf: repository.appendingPathComponent("Scripts/package.d/\(name)"), encoding: .utf8)
    }

    /// Runs a shell command in the place and gives what it prints.
    private static func sh(_ command: String, in place: CommandPlace) async throws -> String {
        try await GalleyProcess(["-c", command], in: place, program: URL(fileURLWithPath: "/bin/sh")).end().expect(0)
            .data
    }

    @Test(.timeLimit(.minutes(5)))
    func `the package has the program, its service, its words and its promises`() async throws {
        let place = try CommandPlace(empty: ())
        let built = try await GalleyProcess(
            ["--output", "out", "--compress", "none"], in: place,
            program: Self.repository.appendingPathComponent("Scripts/package"),
            environment: [
                "GALLEY": GalleyProcess.executable.path, "SOURCE_DATE_EPOCH": "1764000000",
                // Only binutils and dpkg-dev are missing on a bare machine; Scripts/test has installed them.
                "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
            ]
        ).end().expect(0)
        let package = built.data.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(package.hasPrefix(place.folder.path + "/out/galley_0.1.0_") && package.hasSuffix(".deb"))
        let listed = try await Self.sh("dpkg-deb -c '\(package)'", in: place).split(separator: "\n").map { line in
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            return (mode: String(words[0]), owner: String(words[1]), path: String(words[5]))
        }
        #expect(listed.allSatisfy { $0.owner == "root/root" && !$0.mode.contains("s") })
        let files = Dictionary(uniqueKeysWithValues: listed.map { ($0.path, $0.mode) })
        #expect(files["./usr/bin/galley"] == "-rwxr-xr-x")
        for name in [
            "./usr/lib/systemd/system/galley.service", "./etc/default/galley", "./usr/share/man/man1/galley.1.gz",
            "./usr/share/bash-completion/completions/galley", "./usr/share/zsh/vendor-completions/_galley",
            "./usr/share/fish/vendor_completions.d/galley.fish", "./usr/share/doc/galley/copyright",
            "./usr/share/doc/galley/changelog.gz", "./usr/share/doc/galley/README.md",
            "./usr/share/galley/connectors/slack/connector.json", "./usr/share/doc/galley/operate.md",
            "./usr/share/doc/galley/recipes.md",
        ] {
            #expect(files[name] == "-rw-r--r--", "\(name)")
        }
        #expect(!listed.contains { $0.path.hasPrefix("./var") }, "what people make is not the package's")
        #expect(FileManager.default.fileExists(atPath: place.folder.path + "/out/Containerfile"))

        let control = try await Self.sh("dpkg-deb -f '\(package)' Package Version Depends", in: place)
        #expect(control.contains("Package: galley\nVersion: 0.1.0\n"))
        for library in ["libc6 (>=", "libsqlite3-0 (>=", "libxml2 (>=", "libonig5 (>=", "adduser"] {
            #expect(control.contains(library), "\(control)")
        }
        _ = try await Self.sh(
            "dpkg-deb -R '\(package)' whole && cd whole && md5sum --quiet -c DEBIAN/md5sums && cat DEBIAN/conffiles",
            in: place)
        #expect(try place.text("whole/DEBIAN/conffiles") == "/etc/default/galley\n")
        for name in ["postinst", "prerm", "postrm"] { _ = try await Self.sh("sh -n whole/DEBIAN/\(name)", in: place) }
        // The program runs from there, and completions are for it.
        #expect(try await Self.sh("whole/usr/bin/galley --version", in: place) == "0.1.0\n")
        _ = try await Self.sh("bash -n whole/usr/share/bash-completion/completions/galley", in: place)
        let manual = try await Self.sh("zcat whole/usr/share/man/man1/galley.1.gz", in: place)
        #expect(manual.hasPrefix(#".TH GALLEY 1 "2025-11-24" "galley 0.1.0""#))
        for words in [
            #".SS "galley jobs retry""#, #"\fB\-\-tls\-certificate\fR \fItls\-certificate\fR"#, "/etc/default/galley",
        ] {
            #expect(manual.contains(words), "\(words)")
        }
    }

    @Test func `wrong words are told before anything is built`() async throws {
        let place = try CommandPlace(empty: ())
        for (arguments, program, code, sentence) in [
            (["--outptu"], "x", 64, #"no argument "--outptu""#), (["--compress", "zip"], "x", 64, "xz, gzip or none"),
            ([], "nowhere/galley", 66, "nowhere/galley is not a program"),
        ] {
            let ended = try await GalleyProcess(
                arguments, in: place, program: Self.repository.appendingPathComponent("Scripts/package"),
                environment: ["GALLEY": program, "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"]
            ).end().expect(Int32(code))
            #expect(ended.messages.contains(sentence))
        }
    }

    @Test func `no maintainer script deletes anything`() throws {
        for name in ["postinst", "prerm", "postrm"] {
            let words = try Self.script(name).split { " \n\t;&|(".contains($0) }
            for word in ["rm", "deluser", "userdel", "rmdir", "find", "mv"] {
                #expect(!words.contains(Substring(word)), "\(name): \(word)")
            }
        }
    }

    @Test func `the service runs as its own user, with no right that it does not need`() throws {
        let unit = try Self.script("galley.service")
        for line in [
            "User=galley", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "CapabilityBoundingSet=",
            "MemoryDenyWriteExecute=yes", "StateDirectory=galley galley-home", "SystemCallFilter=@system-service",
            "ExecStart=/usr/bin/galley serve --workspace /var/lib/galley $GALLEY_OPTIONS",
        ] {
            #expect(unit.contains(line + "\n"), "\(line)")
        }
    }
}
