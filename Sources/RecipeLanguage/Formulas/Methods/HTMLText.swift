// The text of HTML: without tags, as the sanitizer of Rails gives it.

/// The text of HTML.
enum HTMLText {
    /// Elements whose content is no text.
    private static let dropped = ["script", "style", "form"]

    /// The text without tags, comments, scripts, styles and forms. Named characters are read; `&`, `<` and `>` come out as
    /// `&amp;`, `&lt;` and `&gt;`, so that the result can stand in HTML again.
    static func text(of html: String) -> String {
        let bytes = Array(html.utf8)
        var (made, index): ([UInt8], Int) = ([], 0)
        while index < bytes.count {
            switch bytes[index] {
            case 0x3C: index = markup(bytes, index, &made)
            case 0x3E:
                made += "&gt;".utf8
                index += 1
            case 0x26: index = reference(bytes, index, &made)
            default:
                made.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: made, as: UTF8.self)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    /// What begins with `<` at `index`; gives the place behind it.
    private static func markup(_ bytes: [UInt8], _ index: Int, _ made: inout [UInt8]) -> Int {
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        if isLetter(next) {
            let end = tagEnd(bytes, index + 1)
            let name = elementName(bytes, index + 1)
            return dropped.contains(name) ? contentEnd(bytes, end, name) : end
        }
        if next == 0x2F {
            let isTag = index + 2 < bytes.count && isLetter(bytes[index + 2])
            return isTag ? tagEnd(bytes, index + 2) : index + 2
        }
        if bytes[index...].starts(with: "<!--".utf8) {
            return TextSearch.find(Array("-->".utf8), in: bytes, from: index + 4).map { $0 + 3 } ?? bytes.count
        }
        if next == 0x3F || elementName(bytes, index + 2) == "doctype" && next == 0x21 {
            return bytes[index...].firstIndex(of: 0x3E).map { $0 + 1 } ?? bytes.count
        }
        made += "&lt;".utf8
        return index + 1
    }

    /// The name at `index`, its letters small; 16 letters at most.
    private static func elementName(_ bytes: [UInt8], _ index: Int) -> String {
        guard index < bytes.count else { return "" }
        return String(decoding: bytes[index...].prefix(16).prefix { isLetter($0) }.map { $0 | 0x20 }, as: UTF8.self)
    }

    /// The place behind the `>` of a tag; one in a quoted value does not end it.
    private static func tagEnd(_ bytes: [UInt8], _ begin: Int) -> Int {
        var (index, mayQuote) = (begin, false)
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case 0x3E: return index
            case 0x3D: mayQuote = true
            case 0x22 where mayQuote, 0x27 where mayQuote:
                guard let end = bytes[index...].firstIndex(of: byte) else { return bytes.count }
                (index, mayQuote) = (end + 1, false)
            case 0x20, 0x09, 0x0A, 0x0D: continue
            default: mayQuote = false
            }
        }
        return bytes.count
    }

    /// The place behind the end tag of an element.
    private static func contentEnd(_ bytes: [UInt8], _ begin: Int, _ name: String) -> Int {
        var index = begin
        while let open = bytes[index...].firstIndex(of: 0x3C) {
            if open + 2 < bytes.count, bytes[open + 1] == 0x2F, elementName(bytes, open + 2) == name {
                return tagEnd(bytes, open + 2)
            }
            index = open + 1
        }
        return bytes.count
    }

    /// What begins with `&` at `index`; gives the place behind it.
    private static func reference(_ bytes: [UInt8], _ index: Int, _ made: inout [UInt8]) -> Int {
        let name = bytes[(index + 1)...].prefix(10).prefix { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x23 }
        let end = index + 1 + name.count
        guard end < bytes.count, bytes[end] == 0x3B, let code = code(of: String(decoding: name, as: UTF8.self)) else {
            made += "&amp;".utf8
            return index + 1
        }
        switch code {
        case 0x26: made += "&amp;".utf8
        case 0x3C: made += "&lt;".utf8
        case 0x3E: made += "&gt;".utf8
        case 0: break
        default: made += String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8
        }
        return end + 1
    }

    private static func code(of name: String) -> UInt32? {
        guard name.hasPrefix("#") else { return named[name] }
        let digits = name.dropFirst()
        if digits.first == "x" || digits.first == "X" { return UInt32(digits.dropFirst(), radix: 16) }
        return UInt32(digits)
    }

    private static let named: [String: UInt32] = {
        var found: [String: UInt32] = [:]
        for (place, name) in latin.split(separator: " ").enumerated() { found[String(name)] = 160 + UInt32(place) }
        for pair in others.split(separator: " ") {
            let parts = pair.split(separator: "=")
            if parts.count == 2, let code = UInt32(parts[1], radix: 16) { found[String(parts[0])] = code }
        }
        return found
    }()

    /// The names of HTML 4 for the characters from 160 to 255.
    private static let latin = """
        nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 \
        acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml \
        Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde \
        Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig \
        ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide \
        oslash ugrave uacute ucirc uuml yacute thorn yuml
        """

    /// The other names of HTML 4, with their hexadecimal codes.
    private static let others = """
        quot=22 amp=26 apos=27 lt=3C gt=3E OElig=152 oelig=153 Scaron=160 scaron=161 Yuml=178 fnof=192 circ=2C6 \
        tilde=2DC Alpha=391 Beta=392 Gamma=393 Delta=394 Epsilon=395 Zeta=396 Eta=397 Theta=398 Iota=399 Kappa=39A \
        Lambda=39B Mu=39C Nu=39D Xi=39E Omicron=39F Pi=3A0 Rho=3A1 Sigma=3A3 Tau=3A4 Upsilon=3A5 Phi=3A6 Chi=3A7 \
        Psi=3A8 Omega=3A9 alpha=3B1 beta=3B2 gamma=3B3 delta=3B4 epsilon=3B5 zeta=3B6 eta=3B7 theta=3B8 iota=3B9 \
        kappa=3BA lambda=3BB mu=3BC nu=3BD xi=3BE omicron=3BF pi=3C0 rho=3C1 sigmaf=3C2 sigma=3C3 tau=3C4 \
        upsilon=3C5 phi=3C6 chi=3C7 psi=3C8 omega=3C9 thetasym=3D1 upsih=3D2 piv=3D6 ensp=2002 emsp=2003 \
        thinsp=2009 zwnj=200C zwj=200D lrm=200E rlm=200F ndash=2013 mdash=2014 lsquo=2018 rsquo=2019 sbquo=201A \
        ldquo=201C rdquo=201D bdquo=201E dagger=2020 Dagger=2021 bull=2022 hellip=2026 permil=2030 prime=2032 \
        Prime=2033 lsaquo=2039 rsaquo=203A oline=203E frasl=2044 euro=20AC image=2111 weierp=2118 real=211C \
        trade=2122 alefsym=2135 larr=2190 uarr=2191 rarr=2192 darr=2193 harr=2194 crarr=21B5 lArr=21D0 uArr=21D1 \
        rArr=21D2 dArr=21D3 hArr=21D4 forall=2200 part=2202 exist=2203 empty=2205 nabla=2207 isin=2208 notin=2209 \
        ni=220B prod=220F sum=2211 minus=2212 lowast=2217 radic=221A prop=221D infin=221E ang=2220 and=2227 \
        or=2228 cap=2229 cup=222A int=222B there4=2234 sim=223C cong=2245 asymp=2248 ne=2260 equiv=2261 le=2264 \
        ge=2265 sub=2282 sup=2283 nsub=2284 sube=2286 supe=2287 oplus=2295 otimes=2297 perp=22A5 sdot=22C5 \
        lceil=2308 rceil=2309 lfloor=230A rfloor=230B lang=2329 rang=232A loz=25CA spades=2660 clubs=2663 \
        hearts=2665 diams=2666
        """
}
