// galley serve over TLS: a real client, certificates made by openssl, and what is said of files that can't be used.

import Foundation
import Testing

struct ServeTLSTests {
    /// Makes NAME.pem and NAME.key in the workspace: a certificate of its own authority for localhost and 127.0.0.1.
    private static let maker = """
        set -e; name=$1
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout $name.key -out $name.csr \
            -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1
        printf '%s\\n' '[ca]' default_ca=own '[own]' new_certs_dir=. database=index.$name serial=serial.$name \
            default_md=sha256 policy=any copy_extensions=copy '[any]' commonName=supplied > $name.cnf
        : > index.$name; echo 01 > serial.$name
        openssl ca -batch -notext -selfsign -config $name.cnf -keyfile $name.key -startdate $2 -enddate $3 \
            -in $name.csr -out $name.pem
        """

    private static func certificate(
        _ name: String, from: String = "20200101000000Z", until: String = "20991231235959Z", in place: CommandPlace
    ) async throws {
        try await GalleyProcess(
            ["-c", maker, "sh", name, from, until], in: place, program: URL(fileURLWithPath: "/bin/sh")
        ).end().expect(0)
    }

    /// Signs in over HTTPS, trusting nothing but the server's own certificate, and prints the cookie and who that is.
    private static let client = """
        import json, ssl, sys, urllib.request
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *arguments): return None
        url, trusted = sys.argv[1:3]
        context = ssl.create_default_context(cafile=trusted)
        opener = urllib.request.build_opener(Stay, urllib.request.HTTPSHandler(context=context))
        try:
            opener.open(urllib.request.Request(url + "/sign-in", b"name=ann&password=four+words+make+one", {"Origin": url}))
        except urllib.error.HTTPError as answer:
            print(answer.status, answer.headers["Set-Cookie"])
            cookie = answer.headers["Set-Cookie"].split(";")[0]
        print(json.load(opener.open(urllib.request.Request(url + "/api/v1/me", headers={"Cookie": cookie})))["name"])
        context = ssl.create_default_context(cafile=trusted)
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        try:
            urllib.request.urlopen(url + "/health", context=context)
            print("TLS 1.1 was accepted")
        except urllib.error.URLError as refusal: print("TLS 1.1 is refused")
        """

    @Test func `a browser that trusts the certificate signs in, with a cookie that never leaves https`() async throws {
        let place = try await CommandPlace()
        try await Self.certificate("own", in: place)
        try await place.galley("users", "add", "ann", "--role", "viewer", input: "four words make one\n").expect(0)
        let server = try place.start("serve", "--port", "0", "--tls-certificate", "own.pem", "--tls-key", "own.key")
        try await server.wait { $0.contains("galley serves") }
        let url = try #require(
            server.messages.split { " \n".contains($0) }.first { $0.hasPrefix("https://127.0.0.1:") })
        let python = URL(fileURLWithPath: "/usr/bin/python3")
        let ended = try await GalleyProcess(
            ["-c", Self.client, String(url), "own.pem"], in: place, program: python
        ).end().expect(0)
        let lines = ended.data.split(separator: "\n").map { String($0) }
        try #require(lines.count == 3, "\(ended)")
        #expect(lines[0].hasPrefix("303 __Host-galley=") && lines[0].hasSuffix("; Secure"))
        #expect(lines[1] == "ann")
        #expect(lines[2] == "TLS 1.1 is refused")
        // Whoever trusts somebody else does not get through, and the server goes on.
        try await Self.certificate("other", in: place)
        let stranger = try await GalleyProcess(
            ["-c", Self.client, String(url), "other.pem"], in: place, program: python
        ).end()
        #expect(stranger.messages.contains("CERTIFICATE_VERIFY_FAILED"))
        // Renewed while it runs. Between the two files the pair does not fit, and the one before goes on.
        let (pem, key) = (try place.text("other.pem"), try place.text("other.key"))
        try place.write("trusted.pem", try place.text("own.pem"))
        for (file, text, trusted) in [("own.pem", pem, "trusted.pem"), ("own.key", key, "other.pem")] {
            try place.write(file, text)
            try await GalleyProcess(["-c", Self.client, String(url), trusted], in: place, program: python).end()
                .expect(0)
        }
        #expect(server.messages.contains("the new certificate can't be used; the one before goes on"))
        #expect(server.messages.contains("the certificate was renewed"))
        server.send(SIGTERM)
        try await server.end().expect(0)
    }

    @Test func `files that can't be used are told apart, each with what to do`() async throws {
        let place = try await CommandPlace()
        try await Self.certificate("own", in: place)
        try await Self.certificate("other", in: place)
        try await Self.certificate("old", until: "20210101000000Z", in: place)
        try await Self.certificate("early", from: "20980101000000Z", in: place)
        let pem = try place.text("own.pem")
        try place.write("cut.pem", String(pem.prefix(pem.count / 2)) + "\n-----END CERTIFICATE-----\n")
        let key = try place.text("own.key")
        try place.write("cut.key", String(key.prefix(60)) + "\n-----END PRIVATE KEY-----\n")
        try await GalleyProcess(
            ["pkey", "-in", "own.key", "-aes256", "-passout", "pass:word", "-out", "locked.key"], in: place,
            program: URL(fileURLWithPath: "/usr/bin/openssl")
        ).end().expect(0)
        for (certificate, key, sentence) in [
            ("none.pem", "own.key", "none.pem can't be read: No such file or directory"),
            ("own.pem", "none.key", "none.key can't be read: No such file or directory"),
            ("Recipes", "own.key", "Recipes can't be read: it is not a file"),
            ("own.key", "own.pem", "own.key holds a private key and no certificate: is it the one for --tls-key?"),
            (
                "own.pem", "own.pem",
                "own.pem holds a certificate and no private key: is it the one for --tls-certificate?"
            ),
            ("galley.json", "own.key", "galley.json holds no certificate in PEM"),
            ("own.pem", "galley.json", "galley.json holds no private key in PEM"),
            ("cut.pem", "own.key", "cut.pem has a certificate that can't be read"),
            ("own.pem", "cut.key", "cut.key has a private key that can't be read"),
            ("own.pem", "locked.key", "the key in locked.key is locked with a passphrase"),
            ("own.pem", "other.key", "the key in other.key is not that of the certificate in own.pem"),
            ("old.pem", "old.key", "the certificate in old.pem expired at 2021-01-01T00:00:00Z"),
            ("early.pem", "early.key", "the certificate in early.pem is not valid before 2098-01-01T00:00:00Z"),
        ] {
            let ended = try await place.galley(
                "serve", "--port", "0", "--tls-certificate", certificate, "--tls-key", key)
            #expect(ended.code == 65 && ended.messages.hasPrefix("error: \(sentence)"), "\(ended)")
            #expect(ended.messages.split(separator: "\n").count == 1, "\(ended)")
        }
        try await place.galley("serve", "--tls-certificate", "own.pem").expect(64)
    }
}
