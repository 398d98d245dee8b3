// What pages load besides themselves: style sheet, script and icons, all within the binary.

import Engine
import HTTPTypes
import Hummingbird
import NIOCore

enum Assets {
    /// Changes with the style sheet and the script, so that a browser may keep them for ever.
    static let stamp: String = {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in (styleSheet + script).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 36)
    }()

    static let routes: [Route] = [
        route("/assets/galley.css", "text/css; charset=utf-8", styleSheet),
        route("/assets/galley.js", "text/javascript; charset=utf-8", script),
        route("/assets/icon.svg", "image/svg+xml", icon),
    ]

    private static func route(_ pattern: RoutePattern, _ type: String, _ text: String) -> Route {
        let bytes = ByteBuffer(string: text)
        return Route(.get, pattern, .open) { _ in
            Response(
                status: .ok, headers: [.contentType: type, .cacheControl: "public, max-age=31536000, immutable"],
                body: ResponseBody(byteBuffer: bytes))
        }
    }

    private static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="5" fill="#2348b5"/>\
        <path d="M4 13h16l-2.5 5h-11zM12 4v9M12 5l6 6h-6" fill="none" stroke="#fff" stroke-width="1.8" \
        stroke-linejoin="round" stroke-linecap="round"/></svg>
        """
}
