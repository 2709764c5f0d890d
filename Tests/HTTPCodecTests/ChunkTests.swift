import Bytes
import HTTPCodec
import Testing

@Suite struct ChunkTests {
    func decode(_ text: String, limit: Int = 1000, byByte: Bool) throws -> (body: String, left: Int)? {
        var chunks = HTTPChunkedBody(limit: limit), body: [UInt8] = [], input = ByteBuffer()
        let bytes = Array(text.utf8)
        for piece in byByte ? bytes.map({ [$0] }) : [bytes] {
            input.append(piece)
            if try chunks.decode(&input, into: &body) { return (String(decoding: body, as: UTF8.self), input.count) }
        }
        return nil
    }
    static let good: [(String, String?)] = [
        ("0\r\n\r\n", ""), ("5\r\nhello\r\n0\r\n\r\n", "hello"), ("3\r\nabc\r\n2;x=y\r\nde\r\n0;z\r\nTrailer: x\r\n\r\n", "abcde"), ("a\r\n0123456789\r\n000\r\n\r\n", "0123456789"),
        ("3 ; x\r\nabc\r\n0\r\n\r\n", "abc"), ("00000003\r\nabc\r\n0\r\n\r\n", "abc"), ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n"), ("5\r\nhel", nil), ("5", nil), ("0\r\n", nil), ("0\r\nA: b\r\n", nil),
        ("", nil), ("1\r\na", nil), ("1\r\na\r", nil),
    ]
    @Test(arguments: Self.good, [false, true]) func decodes(_ row: (String, String?), _ byByte: Bool) throws {
        #expect(try decode(row.0, byByte: byByte)?.body == row.1)
    }
    static let bad: [(String, Int)] = [
        ("5\nhello\r\n0\r\n\r\n", 400), ("5\r\nhello\n0\r\n\r\n", 400), ("5\r\nhelloX\r\n", 400), ("\r\n", 400), ("x\r\n", 400), ("-1\r\n", 400), ("0x5\r\nhello\r\n", 400), ("5 \r\nhello\r\n", 400),
        ("5 5\r\nhello\r\n", 400), ("5\u{0}\r\n", 400), ("3e9\r\n", 413), ("ffffffffffffffff\r\n", 413), ("FFFFFFFFFFFFFFFFF\r\n", 413), ("7fffffff\r\n", 413),
        ("5;" + String(repeating: "x", count: 300) + "\r\n", 400), (String(repeating: "0", count: 300), 400),
        (String(repeating: "1;" + String(repeating: "x", count: 200) + "\r\na\r\n", count: 30), 400),
        ("0\r\nA: " + String(repeating: "x", count: 9000) + "\r\n\r\n", 431), ("0\r\n" + String(repeating: "A: b\r\n", count: 2000) + "\r\n", 431),
        ("0\r\nA: " + String(repeating: "x", count: 9000), 431), ("0\r\nnonsense\r\n\r\n", 400), ("0\r\nA: b\n\r\n", 400), ("0\r\nA: \u{0}\r\n\r\n", 400),
    ]
    @Test(arguments: Self.bad, [false, true]) func refuses(_ row: (String, Int), _ byByte: Bool) {
        let error = #expect(throws: HTTPSyntaxError.self) { try decode(row.0, byByte: byByte) }
        #expect(error?.status == row.1)
    }
    @Test func whatFollowsIsLeftAlone() throws {
        #expect(try decode("1\r\na\r\n0\r\n\r\nGET /", byByte: false)?.left == 5)
        #expect(try decode("1\r\na\r\n0\r\n\r\n", limit: 1, byByte: true)?.body == "a")
        let error = #expect(throws: HTTPSyntaxError.self) { try decode("1\r\na\r\n1\r\nb\r\n", limit: 1, byByte: false) }
        #expect(error?.status == 413)
    }
}
