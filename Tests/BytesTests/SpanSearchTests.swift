// The first octet of a kind in a range, and none outside of it.
import Bytes
import Testing

struct SpanSearchTests {
    @Test(arguments: [(0..<5, 1), (2..<5, 3), (2..<3, nil), (4..<5, nil), (0..<0, nil), (5..<5, nil)] as [(Range<Int>, Int?)])
    func finds(_ range: Range<Int>, _ expected: Int?) {
        let bytes: [UInt8] = [0, 10, 5, 10, 7]
        #expect(bytes.span.firstIndex(of: 10, in: range) == expected)
    }
}
