// A server on loopback that does to its clients whatever a broken or hostile one may do, each under a path of its own.

import Foundation

/// A Python program beside the test: plain http, another origin that must never see credentials, and https with certificates
/// that are good, expired, self-made and for another name.
final class MisbehavingServer: Sendable {
    struct Ports: Sendable {
        let plain: Int
        let other: Int
        let secure: Int
        let selfMade: Int
        let wrongName: Int
    }

    let folder: String
    let ports: Ports
    private let process: RunningProgram

    init(in root: URL) async throws {
        folder = root.appendingPathComponent("misbehaving").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, text) in [
            ("server.py", Self.program), ("ca.pem", TestCertificates.authority), ("good.pem", TestCertificates.server),
            ("good.key", TestCertificates.serverKey),
        ] { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
        try Self.makeCertificate(in: folder, "self", name: "localhost")
        try Self.makeCertificate(in: folder, "wrong", name: "elsewhere.example")
        process = try LocalProgram.start(
            ["/usr/bin/python3", "\(folder)/server.py", folder], log: "\(folder)/log")
        let file = "\(folder)/ports"
        try await eventually("the server listens") { FileManager.default.fileExists(atPath: file) }
        let numbers = try String(contentsOfFile: file, encoding: .utf8).split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 5 else { throw Failure("the server has no ports") }
        ports = Ports(
            plain: numbers[0], other: numbers[1], secure: numbers[2], selfMade: numbers[3], wrongName: numbers[4])
    }

    deinit { process.terminate() }

    /// Every header line that the other origin was sent.
    var seenElsewhere: String {
        (try? String(contentsOfFile: "\(folder)/elsewhere", encoding: .utf8)) ?? ""
    }

    private static func makeCertificate(in folder: String, _ file: String, name: String) throws {
        try LocalProgram.run([
            "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout",
            "\(folder)/\(file).key", "-out", "\(folder)/\(file).pem",
        ])
    }

    private static let program = #"""
        import gzip, os, socket, ssl, struct, sys, threading, time, zlib

        folder = sys.argv[1]
        elsewhere = open(folder + "/elsewhere", "w", buffering=1)
        counts = {}
        lock = threading.Lock()

        def head(status="200 OK", type="application/json", *more):
            lines = ["HTTP/1.1 " + status, "Content-Type: " + type, *more]
            return ("\r\n".join(lines) + "\r\n\r\n").encode()

        def whole(body, status="200 OK", type="application/json", *more):
            return head(status, type, "Content-Length: %d" % len(body), *more) + body

        def drip(connection, data, pause):
            for byte in data:
                connection.sendall(bytes([byte]))
                time.sleep(pause)

        def make_bomb():
            packer = zlib.compressobj(9, zlib.DEFLATED, 31)
            zeros = bytes(1 << 20)
            return b"".join(packer.compress(zeros) for _ in range(128)) + packer.flush()

        bomb = make_bomb()
        packed = gzip.compress(b'{"list": [' + b",".join(b"%d" % n for n in range(50000)) + b"]}")
        deep = b"[" * 100000 + b"]" * 100000

        def answer(connection, path, request, ports):
            plain, other = ports["plain"], ports["other"]
            if path == "/fine": connection.sendall(whole(b'{"ok": true}'))
            elif path == "/hang": time.sleep(30)
            elif path == "/drip_head": drip(connection, head(), 0.2)
            elif path == "/drip_body":
                connection.sendall(head("200 OK", "application/json", "Content-Length: 100000"))
                drip(connection, b"[" + b" " * 1000, 0.05)
            elif path == "/reset":
                connection.sendall(head("200 OK", "application/json", "Content-Length: 1000") + b'{"half":')
                time.sleep(0.1)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif path == "/reset_at_once":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif path == "/short":
                connection.sendall(head("200 OK", "application/json", "Content-Length: 1000") + b'{"half": 1}')
            elif path == "/long": connection.sendall(head("200 OK", "application/json", "Content-Length: 2") + b'{}{"more": 1}')
            elif path == "/two_lengths":
                connection.sendall(head("200 OK", "application/json", "Content-Length: 2", "Content-Length: 12") + b'{"half": 1}')
            elif path == "/length_and_chunks":
                connection.sendall(head("200 OK", "application/json", "Content-Length: 2", "Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\n\r\n")
            elif path == "/odd_length": connection.sendall(head("200 OK", "application/json", "Content-Length: 0x2") + b"{}")
            elif path == "/bad_chunk": connection.sendall(head("200 OK", "application/json", "Transfer-Encoding: chunked") + b"zz\r\n{}\r\n0\r\n\r\n")
            elif path == "/no_last_chunk": connection.sendall(head("200 OK", "application/json", "Transfer-Encoding: chunked") + b"2\r\n{}\r\n")
            elif path == "/no_length": connection.sendall(head() + b'{"ok": true}')
            elif path == "/truncated_gzip": connection.sendall(whole(packed[:len(packed) // 2], "200 OK", "application/json", "Content-Encoding: gzip"))
            elif path == "/no_gzip": connection.sendall(whole(b'{"ok": true}', "200 OK", "application/json", "Content-Encoding: gzip"))
            elif path == "/unknown_coding": connection.sendall(whole(b"??", "200 OK", "application/json", "Content-Encoding: rot13"))
            elif path == "/gzip_bomb": connection.sendall(whole(bomb, "200 OK", "application/json", "Content-Encoding: gzip"))
            elif path == "/endless":
                connection.sendall(head("200 OK", "application/json", "Transfer-Encoding: chunked"))
                piece = b"10000\r\n" + b" " * 65536 + b"\r\n"
                while True: connection.sendall(piece)
            elif path == "/endless_head":
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                while True: connection.sendall(b"X-More: " + b"a" * 8000 + b"\r\n")
            elif path == "/too_long": connection.sendall(whole(b"[" + b"1," * (6 << 20) + b"1]"))
            elif path == "/loop": connection.sendall(whole(b"", "302 Found", "text/plain", "Location: /loop"))
            elif path.startswith("/longer"): connection.sendall(whole(b"", "302 Found", "text/plain", "Location: %sx" % path))
            elif path.startswith("/to_"):
                where = {"/to_file": "file:///etc/passwd", "/to_ftp": "ftp://127.0.0.1/x", "/to_script": "javascript:alert(1)",
                    "/to_inside": "http://169.254.169.254/latest/meta-data", "/to_other": "http://127.0.0.1:%d/collect" % other,
                    "/to_other_name": "http://localhost:%d/collect" % other, "/to_user": "http://user:password@127.0.0.1:%d/collect" % other,
                    "/to_nowhere": ""}[path]
                connection.sendall(whole(b"", "307 Temporary Redirect", "text/plain", "Location: " + where))
            elif path == "/bad_utf8": connection.sendall(whole(b'{"name": "\xff\xfe\xc3"}'))
            elif path == "/deep": connection.sendall(whole(deep))
            elif path == "/twice": connection.sendall(whole(b'{"id": 1, "id": 2}'))
            elif path == "/no_json": connection.sendall(whole(b"<html>We are sorry</html>"))
            elif path == "/huge_number": connection.sendall(whole(b'{"n": 1e99999999999}'))
            elif path == "/storm": connection.sendall(whole(b'{"error": "slow down"}', "429 Too Many Requests", "application/json", "Retry-After: 7"))
            elif path == "/storm_for_years": connection.sendall(whole(b"{}", "429 Too Many Requests", "application/json", "Retry-After: 99999999999999999999"))
            elif path == "/down": connection.sendall(whole(b"", "503 Service Unavailable", "text/plain"))
            elif path == "/bad_status": connection.sendall(b"HTTP/1.1 999999 What\r\nContent-Length: 0\r\n\r\n")
            elif path == "/no_http": connection.sendall(b"220 mail.example ESMTP\r\n")
            elif path == "/closes": pass
            elif path == "/interim":
                for _ in range(200): connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")
                connection.sendall(whole(b'{"ok": true}'))
            else: connection.sendall(whole(b"{}", "404 Not Found"))

        def serve(listener, name, context, ports):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=talk, args=(connection, name, context, ports), daemon=True).start()

        def talk(connection, name, context, ports):
            try:
                if context: connection = context.wrap_socket(connection, server_side=True)
                data = b""
                while b"\r\n\r\n" not in data:
                    more = connection.recv(65536)
                    if not more: return
                    data += more
                    if not context and data[0] == 0x16:
                        connection.sendall(whole(b"", "400 Bad Request", "text/plain"))
                        return
                request = data.split(b"\r\n\r\n")[0].decode("latin-1")
                path = request.split(" ")[1].split("?")[0]
                if name == "other":
                    elsewhere.write(request + "\n")
                    connection.sendall(whole(b'{"collected": true}'))
                elif name == "secure" and path == "/to_plain":
                    connection.sendall(whole(b"", "302 Found", "text/plain", "Location: http://127.0.0.1:%d/collect" % ports["other"]))
                else: answer(connection, path, request, ports)
            except OSError: pass
            finally:
                try: connection.close()
                except OSError: pass

        names = ["plain", "other", "secure", "self", "wrong"]
        listeners, ports = {}, {}
        for name in names:
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", 0))
            listener.listen(64)
            listeners[name], ports[name] = listener, listener.getsockname()[1]
        for name in names:
            context = None
            if name in ("secure", "self", "wrong"):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                file = folder + "/" + {"secure": "good", "self": "self", "wrong": "wrong"}[name]
                context.load_cert_chain(file + ".pem", file + ".key")
            threading.Thread(target=serve, args=(listeners[name], name, context, ports), daemon=True).start()
        with open(folder + "/ports.new", "w") as file: file.write(" ".join(str(ports[name]) for name in names))
        os.rename(folder + "/ports.new", folder + "/ports")
        threading.Event().wait()
        """#
}
