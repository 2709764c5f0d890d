import Bytes
import Testing

@Suite struct ByteCursorTests {
    static let decimals: [(String, Int?, Int)] = [
        ("0", 0, 1), ("42x", 42, 2), ("", nil, 0), ("x", nil, 0), ("-1", nil, 0),
        ("9223372036854775807", .max, 19), ("9223372036854775808", nil, 0), ("99999999999999999999", nil, 0),
    ]
    @Test(arguments: decimals) func takesADecimal(_ text: String, _ value: Int?, _ offset: Int) {
        let bytes = Array(text.utf8)
        var cursor = ByteCursor(bytes.span)
        let taken = cursor.takeDecimal()
        let reached = cursor.offset
        #expect(taken == value)
        #expect(reached == offset)
    }

    @Test func goesForwardOnly() {
        let bytes = Array("MAIL From:<a@b>".utf8)
        var cursor = ByteCursor(bytes.span)
        let verb = [cursor.take(ignoringCase: "mail"), cursor.take(ignoringCase: "mail"), cursor.take(32)]
        #expect(verb == [true, false, true])
        let word = cursor.take { $0 != UInt8(ascii: ":") }
        let from = cursor.text(word), colon = cursor.peek
        #expect(from == "From" && colon == UInt8(ascii: ":"))
        let skips = [cursor.skip(1), cursor.skip(6), cursor.skip(-1), cursor.remaining == 5, cursor.skip(5)]
        #expect(skips == [true, false, false, true, true])
        let end = [cursor.isAtEnd, cursor.next() == nil, cursor.peek == nil, !cursor.take(ignoringCase: "x")]
        #expect(end == [true, true, true, true])
    }
}
