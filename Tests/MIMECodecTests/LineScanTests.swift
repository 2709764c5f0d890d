import Testing
@testable import MIMECodec

struct LineScanTests {
    /// Every length about the places where the count begins a new part, and lines of nothing but ends.
    @Test func countsEveryLineEnd() {
        let lengths: [Int] = Array(0..<60) + Array(230..<260) + [480, 481, 719, 720, 721, 100_001]
        for length in lengths {
            let sparse: [UInt8] = (0..<length).map { index -> UInt8 in index % 7 == 3 ? 10 : 120 }
            let ends: Int = sparse.count { $0 == 10 }
            #expect(LineScan.count(sparse.span, 0..<length) == ends)
            let full = [UInt8](repeating: 10, count: length)
            #expect(LineScan.count(full.span, 0..<length) == length)
            #expect(LineScan.count(full.span, (length / 3)..<length) == length - length / 3)
        }
    }
}
