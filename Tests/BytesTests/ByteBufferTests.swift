import Bytes
import Testing

@Suite struct ByteBufferTests {
    @Test func consumesFromTheFrontAndKeepsTheRest() {
        var buffer = ByteBuffer("hello world")
        buffer.consume(6)
        #expect(buffer.bytes == Array("world".utf8))
        #expect(buffer.count == 5)
        #expect(buffer[0] == UInt8(ascii: "w"))
        buffer.append("!")
        #expect(buffer.bytes(4..<6) == Array("d!".utf8))
        buffer.consume(6)
        #expect(buffer.isEmpty)
    }

    @Test func reclaimsAConsumedFrontWithoutLosingBytes() {
        var buffer = ByteBuffer()
        var expected: [UInt8] = []
        for round in 0..<400 {
            let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: 1000)
            buffer.append(piece)
            expected += piece
            buffer.consume(700)
            expected.removeFirst(700)
        }
        #expect(buffer.bytes == expected)
        #expect(buffer.storage.count < expected.count * 2 + 70_000)
    }

    @Test func findsAByteCountedFromTheConsumedFront() {
        var buffer = ByteBuffer("a\nb\nc")
        #expect(buffer.firstIndex(of: 10) == 1)
        buffer.consume(2)
        #expect(buffer.firstIndex(of: 10) == 1)
        #expect(buffer.firstIndex(of: 10, from: 2) == nil)
        #expect(buffer.firstIndex(of: 10, from: 99) == nil)
        #expect(ByteBuffer().firstIndex(of: 10) == nil)
    }

    static let numbers: [Int] = [0, 7, 10, 99, 100, 1_234_567, -1, -90, .max, .min]
    @Test(arguments: numbers) func writesDecimals(_ number: Int) {
        var buffer = ByteBuffer("x")
        buffer.append(decimal: number)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == "x\(number)")
    }

    @Test func givesItsBytesUp() {
        var buffer = ByteBuffer("abc")
        buffer.consume(1)
        #expect(buffer.take() == Array("bc".utf8))
        #expect(buffer.isEmpty)
    }

    @Test func appendsASpanOfItself() {
        let source = ByteBuffer("span")
        var target = ByteBuffer("a ")
        target.append(source.span)
        #expect(target.bytes == Array("a span".utf8))
    }
}
