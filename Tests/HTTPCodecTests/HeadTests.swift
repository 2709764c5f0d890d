import Bytes
import HTTPCodec
import TestSupport
import Testing

/// Feeds a request whole or byte by byte: what is found must not depend on it.
enum Feed {
    static func head(_ text: String, byByte: Bool) throws -> (head: HTTPRequestHead?, left: Int) {
        var framer = HTTPHeadFramer(), input = ByteBuffer()
        guard byByte else {
            input.append(text)
            return (try framer.take(from: &input), input.count)
        }
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            input.append(byte)
            if let head = try framer.take(from: &input) { return (head, bytes.count - index - 1 + input.count) }
        }
        return (nil, input.count)
    }
}

@Suite struct HeadTests {
    static let good: [(line: String, path: String, query: String?)] = [
        ("GET / HTTP/1.1", "/", nil), ("POST /a/b?c=d&e HTTP/1.1", "/a/b", "c=d&e"), ("GET /? HTTP/1.1", "/", ""), ("GET /a%20b HTTP/1.1", "/a b", nil),
        ("OPTIONS * HTTP/1.1", "*", nil), ("GET http://example.org/x?y HTTP/1.1", "/x", "y"), ("GET https://example.org HTTP/1.1", "/", nil),
        ("GET HTTP://example.org?q HTTP/1.1", "/", "q"), ("GET /%2e%2E/x HTTP/1.1", "/%2E%2E/x", nil), ("GET /a%2fb%5C HTTP/1.1", "/a%2Fb%5C", nil),
        ("GET //x HTTP/1.1", "//x", nil), ("GET /../x HTTP/1.1", "/../x", nil), ("GET /%C3%BC HTTP/1.1", "/ü", nil), ("GET /%25 HTTP/1.1", "/%", nil),
        ("POST /x?User=DOM\\ann&q=a?b HTTP/1.1", "/x", "User=DOM\\ann&q=a?b"),
    ]
    @Test(arguments: Self.good, [false, true]) func readsTheRequestLine(_ row: (line: String, path: String, query: String?), _ byByte: Bool) throws {
        let (found, left) = try Feed.head(row.line + "\r\nHost: x\r\n\r\nrest", byByte: byByte)
        let head = try #require(found)
        #expect(head.path == row.path)
        #expect(head.query == row.query)
        #expect(head.method == row.line.split(separator: " ")[0])
        #expect(left == 4)
    }

    static let bad: [(text: String, status: Int)] = [
        // Lines
        ("GET / HTTP/1.1\nHost: x\n\n", 400), ("GET / HTTP/1.1\r\nHost: x\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: x\r\n\n", 400), ("\nGET / HTTP/1.1\r\n", 400),
        ("\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: x\rY: z\r\n\r\n", 400),
        // Request line
        ("GET /\r\n\r\n", 400), ("GET  / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1 \r\n\r\n", 400), (" GET / HTTP/1.1\r\n\r\n", 400), ("GET\t/ HTTP/1.1\r\n\r\n", 400),
        ("G(T / HTTP/1.1\r\n\r\n", 400), ("\u{0}\u{1}\u{2}\r\n\r\n", 400), ("GET / http/1.1\r\n\r\n", 400), ("GET / HTTP/2.0\r\n\r\n", 505), ("GET / HTTP/1.2\r\n\r\n", 505),
        ("GET / HTTP/1.1x\r\n\r\n", 400), ("GET x HTTP/1.1\r\n\r\n", 400), ("GET * HTTP/1.1\r\n\r\n", 400), ("CONNECT a:1 HTTP/1.1\r\n\r\n", 400),
        ("GET ftp://a/ HTTP/1.1\r\n\r\n", 400), ("GET http:///x HTTP/1.1\r\n\r\n", 400), ("GET /a#b HTTP/1.1\r\n\r\n", 400), ("GET /%zz HTTP/1.1\r\n\r\n", 400),
        ("GET /%4 HTTP/1.1\r\n\r\n", 400), ("GET /%00 HTTP/1.1\r\n\r\n", 400), ("GET /%0d%0a HTTP/1.1\r\n\r\n", 400), ("GET /%FF HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /ü HTTP/1.1\r\n\r\n", 400), ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505), (String(repeating: "A", count: 33) + " / HTTP/1.1\r\n\r\n", 400),
        // Fields
        ("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: x\r\n\tfolded\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: x\r\nA: b\u{0}c\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nA(: b\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
        // The end of the body (T17)
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", 400), ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n", 400), ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n", 400), ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\n", 400), ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501), ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \"chunked\"\r\n\r\n", 501), ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding\u{b}: chunked\r\n\r\n", 400), ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n", 417),
        // Limits
        ("GET /" + String(repeating: "a", count: 8192) + " HTTP/1.1\r\n\r\n", 414), (String(repeating: "a", count: 9000), 414),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "a", count: 32_768) + "\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 40_000), 431),
        ("GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "A: b\r\n", count: 101) + "\r\n", 431),
    ]
    @Test(arguments: Self.bad, [false, true]) func refuses(_ row: (text: String, status: Int), _ byByte: Bool) {
        let error = #expect(throws: HTTPSyntaxError.self) { try Feed.head(row.text, byByte: byByte) }
        #expect(error?.status == row.status)
    }

    static let framings: [(fields: String, framing: HTTPRequestHead.Framing, keeps: Bool, waits: Bool)] = [
        ("", .none, true, false), ("Content-Length: 0\r\n", .length(0), true, false), ("content-length:  12 \r\n", .length(12), true, false),
        ("Transfer-Encoding: Chunked\r\n", .chunked, true, false), ("Connection: close\r\n", .none, false, false),
        ("Connection: foo, Close\r\n", .none, false, false), ("Connection: keep-alive\r\n", .none, true, false),
        ("Expect: 100-Continue\r\nContent-Length: 3\r\n", .length(3), true, true),
    ]
    @Test(arguments: Self.framings) func understandsTheFields(_ row: (fields: String, framing: HTTPRequestHead.Framing, keeps: Bool, waits: Bool)) throws {
        let head = try #require(try Feed.head("POST / HTTP/1.1\r\nHost: x\r\n\(row.fields)\r\n", byByte: false).head)
        #expect(head.framing == row.framing)
        #expect(head.keepsAlive == row.keeps)
        #expect(head.expectsContinue == row.waits)
    }
    @Test func httpOneZeroClosesUnlessAskedNotTo() throws {
        #expect(try #require(try Feed.head("GET / HTTP/1.0\r\n\r\n", byByte: false).head).keepsAlive == false)
        #expect(try #require(try Feed.head("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", byByte: false).head).keepsAlive)
        #expect(try #require(try Feed.head("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", byByte: false).head).expectsContinue == false)
    }
    @Test func headersAreFoundInAnyCaseAndOldTextIsLatin1() throws {
        var framer = HTTPHeadFramer(), input = ByteBuffer("\r\nGET / HTTP/1.1\r\nHost: x\r\nX-One: a\r\nx-one: b\r\nY: j")
        input.append([0xFC])
        input.append("r\r\nZ: \u{fc}\r\n\r\n")
        let head = try #require(try framer.take(from: &input))
        #expect(head.headers["X-ONE"] == "a")
        #expect(head.headers.all("x-One") == ["a", "b"])
        #expect(head.headers["y"] == "jür")
        #expect(head.headers["z"] == "ü")
    }
    @Test func everythingUpToItsLimitIsTaken() throws {
        let line = "GET /" + String(repeating: "a", count: 8192 - 14) + " HTTP/1.1\r\n"
        let fields = "Host: x\r\n" + String(repeating: "A: b\r\n", count: 99)
        #expect(try Feed.head(line + fields + "\r\n", byByte: false).head?.headers.fields.count == 100)
    }
    /// Whatever comes, the framer answers, and what it leaves does not depend on how the bytes were cut.
    @Test func bytesOfAnyKindEndInAnAnswer() {
        var random = SeededGenerator(seed: 17)
        let words = ["GET ", "/", " HTTP/1.1", "\r\n", "\n", "\r", "Host: x", ": ", "Content-Length: ", "9", "Transfer-Encoding: chunked", " ", "\t", "%", "%41", "\u{0}", "ü", "?", "\r\n\r\n"]
        for _ in 0..<HeadTests.rounds {
            let text = (0..<Int(random.next() % 20)).map { _ in words[Int(random.next() % UInt64(words.count))] }.joined()
            let whole = Result { try Feed.head(text, byByte: false) }, parts = Result { try Feed.head(text, byByte: true) }
            switch (whole, parts) {
            case (.success(let a), .success(let b)):
                #expect(a.head == b.head)
                #expect(a.left == b.left)
            case (.failure(let a as HTTPSyntaxError), .failure(let b as HTTPSyntaxError)): #expect(a.status == b.status, "\(text.debugDescription)")
            default: Issue.record("cut by bytes it reads otherwise: \(text.debugDescription)")
            }
        }
    }
    static let rounds = 3000
}
