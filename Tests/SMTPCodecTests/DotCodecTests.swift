// Data comes out undotted, ends at CR LF . CR LF alone, and is malformed by any other use of CR and LF; also in segments of one octet.
import SMTPCodec
import TestSupport
import Testing

struct DotCodecTests {
    struct Outcome: Equatable {
        var content: [UInt8]
        var isMalformed: Bool
        /// Octets after the end; nil when there was no end.
        var rest: [UInt8]?
    }

    static func decode(_ input: [UInt8], piece: Int) -> Outcome {
        var codec = DotCodec()
        var content: [UInt8] = []
        var index = 0
        while index < input.count {
            let end = min(index + piece, input.count)
            let segment = Array(input[index..<end])
            let progress = codec.decode(segment.span) { run in
                for offset in run.indices { content.append(run[offset]) }
            }
            index += progress.consumed
            if progress.isComplete { return Outcome(content: codec.isMalformed ? [] : content, isMalformed: codec.isMalformed, rest: Array(input[index...])) }
            #expect(progress.consumed == segment.count)
        }
        return Outcome(content: codec.isMalformed ? [] : content, isMalformed: codec.isMalformed, rest: nil)
    }

    /// RFC 5321 §4.5.2 by searching and splitting: nothing in common with the codec.
    static func reference(_ input: [UInt8]) -> Outcome {
        let all = Array("\r\n".utf8) + input
        let mark = Array("\r\n.\r\n".utf8)
        var end: Int?
        if all.count >= mark.count { end = (0...(all.count - mark.count)).first { Array(all[$0..<($0 + mark.count)]) == mark } }
        let body = end.map { Array(all[0..<($0 + 2)]) } ?? all
        var lines: [[UInt8]] = [[]]
        var isMalformed = false
        var index = 0
        while index < body.count {
            if body[index] == 13, index + 1 < body.count, body[index + 1] == 10 {
                lines.append([])
                index += 2
                continue
            }
            // A CR at the very end of unfinished data may still become a CR LF.
            if body[index] == 10 || body[index] == 13 && index + 1 < body.count { isMalformed = true }
            lines[lines.count - 1].append(body[index])
            index += 1
        }
        guard let end else { return Outcome(content: [], isMalformed: isMalformed, rest: nil) }
        let content = lines.dropFirst().map { $0.first == UInt8(ascii: ".") ? Array($0.dropFirst()) : $0 }.joined(separator: [13, 10])
        return Outcome(content: isMalformed ? [] : Array(content), isMalformed: isMalformed, rest: Array(all[(end + mark.count)...]))
    }

    @Test(arguments: [
        (".\r\n", "", ""),
        ("\r\n.\r\n", "\r\n", ""),
        ("a\r\n.\r\nQUIT\r\n", "a\r\n", "QUIT\r\n"),
        ("..\r\n...\r\n.a\r\n.\r\n", ".\r\n..\r\na\r\n", ""),
        ("a.\r\n.\r\n", "a.\r\n", ""),
        ("a\0b\u{e9}\r\n.\r\n", "a\0b\u{e9}\r\n", ""),
        (".\0\r\n.\r\n", "\0\r\n", ""),
    ])
    func takesDotsOut(_ input: String, _ content: String, _ rest: String) {
        for piece in [1, 2, 3, 5, 1000] {
            let outcome = Self.decode(Array(input.utf8), piece: piece)
            #expect(outcome == Outcome(content: Array(content.utf8), isMalformed: false, rest: Array(rest.utf8)))
        }
    }

    /// Threat T1: every combination of up to `longest` octets between two lines of a message that looks like two.
    @Test func noOtherSequenceEndsData() {
        let longest = 4
        let alphabet: [UInt8] = [13, 10, UInt8(ascii: "."), 0, UInt8(ascii: "x")]
        let second = Array("MAIL FROM:<evil@example.org>\r\n".utf8)
        var tried = 0, ended = 0
        var words: [[UInt8]] = [[]]
        for _ in 0..<longest {
            words = words.flatMap { word in alphabet.map { word + [$0] } }
            for word in words {
                for lead in ["a", "a\r\n", "\r\n.", "a\r"] {
                    let input = Array(lead.utf8) + word + second + Array("\r\n.\r\nNOOP\r\n".utf8)
                    let expected = Self.reference(input)
                    for piece in [1, 3, input.count] { #expect(Self.decode(input, piece: piece) == expected, "\(lead.debugDescription) \(word)") }
                    tried += 1
                    if expected.rest?.count ?? 0 > 6 { ended += 1 }
                }
            }
        }
        #expect(tried == (5 + 25 + 125 + 625) * 4)
        // The true end does occur among them, so the comparison has both outcomes to judge.
        #expect(ended > 0 && ended < 40)
    }

    @Test(arguments: ["a\n.\n", "a\n.\r\n", "a\r.\r", "a\r\n.\n", "a\r\n.\r", "a\n\n.\r\n", "a\r\r\n.\r\n", "a\r\n\0.\r\n", "a\r\n.\0\r\n", "a\r\0\n.\r\n"])
    func knownSmugglingEndsNothing(_ sequence: String) {
        for piece in [1, 2, 1000] {
            let outcome = Self.decode(Array((sequence + "RSET\r\n").utf8), piece: piece)
            // The first two end with CR LF . CR LF only if their LF before the dot were taken for CR LF.
            if outcome.rest != nil { #expect(outcome.isMalformed && sequence == "a\r\r\n.\r\n") }
            #expect(outcome.content.isEmpty || !outcome.isMalformed)
        }
    }

    @Test func agreesWithTheReferenceOnRandomData() {
        var random = SeededGenerator(seed: 4_711)
        let alphabet: [UInt8] = [13, 10, 13, 10, UInt8(ascii: "."), UInt8(ascii: "a"), UInt8(ascii: "b"), 0]
        for _ in 0..<3_000 {
            var input: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<24, using: &random) {
                if Bool.random(using: &random) { input += [13, 10] } else { input.append(alphabet.randomElement(using: &random) ?? 0) }
            }
            var expected = Self.reference(input)
            for piece in [1, 2, 7, 100] {
                var outcome = Self.decode(input, piece: piece)
                // What of an unfinished message has been handed over is nobody's business.
                if outcome.rest == nil { outcome.content = []; expected.content = [] }
                #expect(outcome == expected, "\(input)")
            }
        }
    }

    /// 64 KiB of the octets that are worst for a searcher take as long per octet as anything else.
    @Test(arguments: [[UInt8](repeating: 13, count: 65_536), [UInt8](repeating: 10, count: 65_536), [UInt8](repeating: 46, count: 65_536)])
    func hostileDataIsLinear(_ segment: [UInt8]) {
        var codec = DotCodec()
        let clock = ContinuousClock()
        let time = clock.measure { for _ in 0..<4 { _ = codec.decode(segment.span) { _ in } } }
        #expect(time < .seconds(2))
    }
}
