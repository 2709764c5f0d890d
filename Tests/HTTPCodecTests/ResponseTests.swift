import Bytes
import HTTPCodec
import Testing

@Suite struct ResponseTests {
    func head(_ response: HTTPResponse, keepsAlive: Bool = true, isHTTP11: Bool = true) -> String {
        var output = ByteBuffer()
        HTTPResponseWriter.writeHead(response, keepsAlive: keepsAlive, isHTTP11: isHTTP11, seconds: 784_111_777, to: &output)
        return String(decoding: output.bytes, as: UTF8.self)
    }
    // MS-ASHTTP_R170 MS-ASHTTP_R172 MS-ASHTTP_R199 MS-ASHTTP_R216 MS-ASHTTP_R241 MS-ASHTTP_R521
    @Test func writesDateLengthAndConnection() {
        let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        #expect(head(HTTPResponse(200, text: "ok")) == "HTTP/1.1 200 OK\r\n\(date)Content-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n\r\n")
        #expect(head(HTTPResponse(204)) == "HTTP/1.1 204 No Content\r\n\(date)\r\n")
        #expect(head(HTTPResponse(404), keepsAlive: false).hasSuffix("Content-Length: 0\r\nConnection: close\r\n\r\n"))
        #expect(head(HTTPResponse(404), isHTTP11: false).hasSuffix("Content-Length: 0\r\nConnection: keep-alive\r\n\r\n"))
        #expect(head(HTTPResponse(449)).hasPrefix("HTTP/1.1 449 Retry after sending a PROVISION command\r\n"))
        #expect(!head(HTTPResponse(200)).lowercased().contains("server"))
    }
    @Test func noValueEndsItsLine() {
        let text = head(HTTPResponse(200, ["X": "a\r\nSet-Cookie: b", "Y\r\n\r\n": "c", "Content-Length": "99", "transfer-encoding": "chunked"]))
        #expect(text.contains("\r\nX: a  Set-Cookie: b\r\n"))
        #expect(text.contains("\r\nY    : c\r\n"))
        #expect(text.hasSuffix("Content-Length: 0\r\n\r\n"))
        #expect(!text.contains("chunked"))
    }
    /// As `date -u -d @seconds` prints them.
    static let dates: [(Int64, String)] = [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
        (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (Int64.max, "Fri, 31 Dec 9999 23:59:59 GMT"), (Int64.min, "Thu, 01 Jan 1970 00:00:00 GMT"),
    ]
    @Test(arguments: Self.dates) func writesDates(_ seconds: Int64, _ text: String) { #expect(HTTPDate.text(seconds) == text) }
}
