// Random octets, cut at random, to a whole session: it never traps, always ends, and what it acknowledged is exactly what is there.
import Bytes
import Model
import Testing
import TestSupport

@testable import SMTPSession

struct RandomDialogueTests {
    static let dialogues = 250
    static let fragments = [
        "EHLO c\r\n", "HELO c\r\n", "MAIL FROM:<a@b.c>\r\n", "MAIL FROM:<>", "RCPT TO:<ann@demo.test>\r\n", "RCPT TO:<nobody@demo.test>\r\n", "DATA\r\n", "RSET\r\n",
        "NOOP\r\n", "QUIT\r\n", "AUTH PLAIN\r\n", "AUTH LOGIN YQ==\r\n", "*\r\n", "STARTTLS\r\n", "\r\n.\r\n", ".\r\n", "\r\n", "\n", "\r", "\0", "Subject: x\r\n",
        "BDAT 5\r\na: b\n", "BDAT 6\r\na: b\r\n", "BDAT 0\r\n", "BDAT 0 LAST\r\n", "BDAT 8 LAST\r\nDATA\r\n\r\n", "BDAT 6000\r\n", "BDAT x\r\n", "BDAT 9 last\r\nQUIT", "\u{fc}", "AAAA",
        String(repeating: "x", count: 3_000),
    ]

    @Test func whatIsAcknowledgedIsThere() async throws {
        var random = SeededGenerator(seed: 20_251)
        let house = try await SMTPHouse()
        var acknowledged = 0, cut = 0
        for _ in 0..<Self.dialogues {
            let client = await house.call(secure: random.next() % 3 == 0) { $0.messageSize = 5_000 }
            for _ in 0..<Int.random(in: 5...30, using: &random) {
                var text = Self.fragments.randomElement(using: &random) ?? ""
                switch random.next() % 8 {
                case 0: text = "EHLO c\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<ann@demo.test>\r\nDATA\r\n"
                case 1: text = "hello\r\n.\r\n"
                default: break
                }
                var rest = Array(text.utf8)[...]
                while !rest.isEmpty {
                    let piece = rest.prefix(Int.random(in: 1...40, using: &random))
                    rest = rest.dropFirst(piece.count)
                    let answer = await client.say(Array(piece))
                    acknowledged += answer.split(separator: "\r\n").count { $0.contains("queued as") }
                    if client.isClosed || client.wantsTLS { break }
                }
                if client.wantsTLS { await client.beginTLS() }
                if client.isClosed { cut += 1; break }
            }
            client.close()
        }
        #expect(try await house.inbox("ann").count == acknowledged)
        #expect(acknowledged > 20 && cut > 20)
    }
}
