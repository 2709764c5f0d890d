import Bytes
import Testing
@testable import HTTPCodec

@Suite struct ResponseReaderTests {
    /// What was read: "status body", "needs more", or "refused". An end of the input is told where `ends`.
    static func read(_ text: String, pieces: Int, ends: Bool, isHead: Bool = false, limit: Int = 20) -> String {
        var reader = HTTPResponseReader(limit: limit, isHead: isHead)
        var input = ByteBuffer()
        let bytes = Array(text.utf8)
        do throws(HTTPSyntaxError) {
            for start in stride(from: 0, to: bytes.count, by: pieces) {
                input.append(bytes[start..<min(start + pieces, bytes.count)])
                if let response = try reader.read(&input) { return shown(response) }
            }
            return ends ? shown(try reader.end()) : "needs more"
        } catch { return "refused" }
    }
    private static func shown(_ response: HTTPResponse) -> String { "\(response.status) \(String(decoding: response.body.flatMap { $0 }, as: UTF8.self))" }

    static let table: [(String, Bool, String)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", false, "200 hi"), ("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", false, "200 hi"),
        ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", false, "200 "), ("HTTP/1.1 204 No\r\n\r\n", false, "204 "),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", false, "200 hi"),
        ("HTTP/1.0 200 OK\r\n\r\nhi", true, "200 hi"), ("HTTP/1.0 200 OK\r\n\r\nhi", false, "needs more"),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Gone\r\nContent-Length: 1\r\n\r\nx", false, "404 x"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi", true, "refused"), ("HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n", false, "refused"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", false, "refused"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", false, "refused"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", false, "refused"), ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", false, "refused"),
        ("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 21), false, "refused"), ("HTTP/2 200 OK\r\n\r\n", false, "refused"),
        ("220 smtp\r\n\r\n", false, "refused"), ("\r\n\r\n", false, "refused"), ("HTTP/1.1 101 Switch\r\n\r\n", false, "refused"),
        (String(repeating: "HTTP/1.1 100 C\r\n\r\n", count: 5), false, "refused"), ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", false, "refused"),
        ("HTTP/1.1 200 OK\r\n" + String(repeating: "a: b\r\n", count: 101) + "\r\n", false, "refused"), (String(repeating: "x", count: 16_384), false, "refused"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n15\r\n", false, "refused"), ("HTTP/1.1 2", true, "refused"),
    ]
    @Test(arguments: table) func readsOrRefuses(_ text: String, _ ends: Bool, _ wanted: String) {
        for pieces in [1, 7, 100_000] where pieces > 1 || text.utf8.count < 2000 { #expect(Self.read(text, pieces: pieces, ends: ends) == wanted) }
    }
    @Test func anAnswerToHEADHasNoBody() {
        #expect(Self.read("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", pieces: 100, ends: false, isHead: true) == "200 ")
    }
}
