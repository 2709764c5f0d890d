// Lines end with CR LF; everything else is told apart and bounded.
import Bytes
import SMTPCodec
import Testing

struct LineFramerTests {
    static func frame(_ text: String, piece: Int, limit: Int = 16) -> [LineFramer.Outcome] {
        var framer = LineFramer()
        var input = ByteBuffer()
        var outcomes: [LineFramer.Outcome] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let end = min(bytes.count, index + piece)
            input.append(bytes[index..<end])
            index = end
            loop: while true {
                let outcome = framer.next(&input, limit: limit)
                switch outcome {
                case .incomplete: break loop
                case .bareLineEnd, .endless: return outcomes + [outcome]
                default: outcomes.append(outcome)
                }
            }
        }
        return outcomes
    }
    static func line(_ text: String) -> LineFramer.Outcome { .line(Array(text.utf8)) }

    static let rows: [(String, [LineFramer.Outcome])] = [
        ("", []),
        ("NOOP", []),
        ("NOOP\r", []),
        ("NOOP\r\n", [line("NOOP")]),
        ("\r\n", [line("")]),
        ("A\r\nB\r\nC", [line("A"), line("B")]),
        ("12345678901234\r\n", [line("12345678901234")]),
        ("123456789012345\r\nNOOP\r\n", [.tooLong, line("NOOP")]),
        ("12345678901234567890123456789012345678901234567890\r\nNOOP\r\n", [.tooLong, line("NOOP")]),
        ("NOOP\n", [.bareLineEnd]),
        ("NOOP\nQUIT\r\n", [.bareLineEnd]),
        ("\nQUIT\r\n", [.bareLineEnd]),
        ("NO\rOP\r\n", [.bareLineEnd]),
        ("NOOP\r\r\n", [.bareLineEnd]),
        ("\rNOOP\r\n", [.bareLineEnd]),
        ("A\r\nB\nC\r\n", [line("A"), .bareLineEnd]),
        ("12345678901234567890123456789012345678901234567890\nNOOP\r\n", [.bareLineEnd]),
        ("12345678901234567890123456789012345678901234\r567890\r\nNOOP\r\n", [.bareLineEnd]),
    ]
    @Test(arguments: rows) func framesWholeAndPiecewise(_ text: String, _ expected: [LineFramer.Outcome]) {
        for piece in [1, 2, 3, 7, 17, 1000] { #expect(Self.frame(text, piece: piece) == expected, "in pieces of \(piece)") }
    }

    @Test func endlessLineIsGivenUp() {
        var framer = LineFramer()
        var taken = 0
        for _ in 0..<1_000 {
            var input = ByteBuffer([UInt8](repeating: 65, count: 4_096))
            let outcome = framer.next(&input)
            taken += 4_096
            #expect(input.isEmpty)
            if outcome == .endless { break }
        }
        #expect(taken > SyntaxLimits.discardedLine && taken < SyntaxLimits.discardedLine + 65_536)
    }
}
