import Bytes

/// Reads the lines of a head that is complete. Strict: what two readers could understand differently is refused. (RFC 9112 §3, §5, §6)
enum HTTPHeadParser {
    static func parse(_ input: ByteBuffer, _ lines: [Range<Int>]) throws(HTTPSyntaxError) -> HTTPRequestHead {
        guard let first = lines.first else { throw .bad("no request line") }
        let line = try RequestLine(input.bytes(first))
        var headers = HTTPHeaders()
        for range in lines.dropFirst() {
            let (name, value) = try field(input.bytes(range))
            headers.add(name, value)
        }
        try checkHost(headers, line.isHTTP11)
        return HTTPRequestHead(
            method: line.method, path: line.path, query: line.query, isHTTP11: line.isHTTP11, headers: headers, framing: try framing(headers, line.isHTTP11),
            keepsAlive: keepsAlive(headers, line.isHTTP11), expectsContinue: try expectsContinue(headers, line.isHTTP11))
    }

    // MARK: Fields

    /// field-name ":" OWS field-value OWS; no blank before the colon, no folded line. (RFC 9112 §5)
    static func field(_ line: [UInt8]) throws(HTTPSyntaxError) -> (String, String) {
        guard let first = line.first, !ASCII.isWhitespace(first) else { throw .bad("folded header line") }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { throw .bad("header line without a name") }
        let name = line[..<colon]
        guard name.allSatisfy(isTokenCharacter) else { throw .bad("header name") }
        var value = line[(colon + 1)...]
        while let byte = value.first, ASCII.isWhitespace(byte) { value.removeFirst() }
        while let byte = value.last, ASCII.isWhitespace(byte) { value.removeLast() }
        guard value.allSatisfy({ !ASCII.isControl($0) || $0 == ASCII.tab }) else { throw .bad("control in a header") }
        return (String(decoding: name, as: UTF8.self), text(value))
    }
    /// UTF-8 where it is that, else Latin-1. (RFC 9110 §5.5: obs-text)
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }
    /// tchar (RFC 9110 §5.6.2)
    static func isTokenCharacter(_ byte: UInt8) -> Bool {
        if ASCII.isAlphanumeric(byte) { return true }
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"),
            UInt8(ascii: "~"):
            return true
        default: return false
        }
    }
    /// Exactly one in HTTP/1.1, at most one in HTTP/1.0. (RFC 9112 §3.2)
    private static func checkHost(_ headers: HTTPHeaders, _ isHTTP11: Bool) throws(HTTPSyntaxError) {
        let hosts = headers.all("Host")
        guard hosts.count == 1 || hosts.isEmpty && !isHTTP11 else { throw .bad("Host must be there once") }
        let isFine = hosts.allSatisfy { host in
            host.utf8.allSatisfy { ASCII.isAlphanumeric($0) || ".-_:[]%~".utf8.contains($0) }
        }
        guard isFine else { throw .bad("Host") }
    }

    // MARK: The end of the body

    /// Content-Length or the chunked coding, one of them, once. (RFC 9112 §6.1, §6.3)
    private static func framing(_ headers: HTTPHeaders, _ isHTTP11: Bool) throws(HTTPSyntaxError) -> HTTPRequestHead.Framing {
        let lengths = headers.all("Content-Length"), codings = headers.all("Transfer-Encoding")
        if !codings.isEmpty {
            guard lengths.isEmpty else { throw .bad("Content-Length beside Transfer-Encoding") }
            guard isHTTP11 else { throw .bad("Transfer-Encoding in HTTP/1.0") }
            guard codings.count == 1 else { throw .bad("Transfer-Encoding twice") }
            guard ASCII.lowercased(codings[0]) == "chunked" else { throw .transferCoding }
            return .chunked
        }
        guard let text = lengths.first else { return .none }
        guard lengths.count == 1 else { throw .bad("Content-Length twice") }
        guard !text.isEmpty, text.utf8.allSatisfy(ASCII.isDigit) else { throw .bad("Content-Length") }
        guard let length = Int(text) else { throw .bodyTooLarge }
        return .length(length)
    }
    private static func keepsAlive(_ headers: HTTPHeaders, _ isHTTP11: Bool) -> Bool {
        let options = headers.all("Connection").flatMap { $0.utf8.split(separator: UInt8(ascii: ",")) }.map { option in
            ASCII.lowercased(String(decoding: option.filter { !ASCII.isWhitespace($0) }, as: UTF8.self))
        }
        if options.contains("close") { return false }
        return isHTTP11 || options.contains("keep-alive")
    }
    /// (RFC 9110 §10.1.1) An HTTP/1.0 client cannot wait for it.
    private static func expectsContinue(_ headers: HTTPHeaders, _ isHTTP11: Bool) throws(HTTPSyntaxError) -> Bool {
        let expectations = headers.all("Expect")
        guard let first = expectations.first, isHTTP11 else { return false }
        guard expectations.count == 1, ASCII.lowercased(first) == "100-continue" else { throw .expectation }
        return true
    }
}

/// method SP request-target SP HTTP-version (RFC 9112 §3)
private struct RequestLine {
    let method: String
    let path: String
    let query: String?
    let isHTTP11: Bool

    init(_ line: [UInt8]) throws(HTTPSyntaxError) {
        let parts = line.split(separator: ASCII.space, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].count <= HTTPCodecLimits.method, parts[0].allSatisfy(HTTPHeadParser.isTokenCharacter)
        else { throw .bad("request line") }
        switch String(decoding: parts[2], as: UTF8.self) {
        case "HTTP/1.1": isHTTP11 = true
        case "HTTP/1.0": isHTTP11 = false
        case let other where Self.isVersion(other): throw .version
        default: throw .bad("request line")
        }
        method = String(decoding: parts[0], as: UTF8.self)
        (path, query) = try Self.target(parts[1], method)
    }
    private static func isVersion(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 8 && text.hasPrefix("HTTP/") && ASCII.isDigit(bytes[5]) && bytes[6] == UInt8(ascii: ".") && ASCII.isDigit(bytes[7])
    }
    /// origin-form, absolute-form, or "*" for OPTIONS. (RFC 9112 §3.2)
    private static func target(_ whole: ArraySlice<UInt8>, _ method: String) throws(HTTPSyntaxError) -> (String, String?) {
        guard whole.allSatisfy({ !ASCII.isControl($0) && $0 != UInt8(ascii: "#") }) else { throw .bad("request target") }
        if whole.elementsEqual("*".utf8) {
            guard method == "OPTIONS" else { throw .bad("request target") }
            return ("*", nil)
        }
        let target = whole.first == UInt8(ascii: "/") ? whole : try afterAuthority(whole)
        let mark = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        let query = mark < target.endIndex ? String(decoding: target[(mark + 1)...], as: UTF8.self) : nil
        return (try path(target[..<mark]), query)
    }
    /// What follows "http://authority" or "https://authority". Who is named there does not matter: we answer for one site only.
    private static func afterAuthority(_ target: ArraySlice<UInt8>) throws(HTTPSyntaxError) -> ArraySlice<UInt8> {
        let text = ASCII.lowercased(String(decoding: target.prefix(8), as: UTF8.self))
        let scheme = text.hasPrefix("http://") ? 7 : text == "https://" ? 8 : 0
        guard scheme > 0 else { throw .bad("request target") }
        let rest = target.dropFirst(scheme)
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard end > rest.startIndex else { throw .bad("request target") }
        return end < rest.endIndex && rest[end] == UInt8(ascii: "/") ? rest[end...] : [UInt8(ascii: "/")] + rest[end...]
    }
    /// Decoded once, but for the escapes of `/`, `\` and `.`: they stay escapes, so that no route is reached by a second spelling. (threat T16)
    private static func path(_ raw: ArraySlice<UInt8>) throws(HTTPSyntaxError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var index = raw.startIndex
        while index < raw.endIndex {
            let byte = raw[index]
            guard byte == UInt8(ascii: "%") else {
                guard byte < 0x80 else { throw .bad("path") }
                bytes.append(byte)
                index += 1
                continue
            }
            guard raw.endIndex - index >= 3, let high = Hex.value(raw[index + 1]), let low = Hex.value(raw[index + 2]) else { throw .bad("escape in the path") }
            let value = high << 4 | low
            guard !ASCII.isControl(value) else { throw .bad("escaped control in the path") }
            switch value {
            case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "."): bytes += [byte, ASCII.upper(raw[index + 1]), ASCII.upper(raw[index + 2])]
            default: bytes.append(value)
            }
            index += 3
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .bad("path") }
        return text
    }
}
