// BDAT over a real store: what comes in chunks is stored octet by octet, and what fails leaves nothing behind. (RFC 3030; threat T4)
import Bytes
import Directory
import MailStore
import Model
import SMTPCodec
import Testing
import TestSupport

@testable import SMTPSession

struct ChunkTests {
    static let opening = "EHLO c\r\nMAIL FROM:<eve@example.org>\r\nRCPT TO:<ann@demo.test>\r\n"

    @Test func aMailInChunksIsThere() async throws {
        let house = try await SMTPHouse()
        let client = await house.call()
        _ = await client.say(Self.opening)
        #expect(await client.say("BDAT 12\r\nSubject: a\r\n") == "250 2.0.0 12 octets received\r\n")
        #expect(await client.say("BDAT 9\r\n\r\n.\r\n..\r\nBDAT 0 LAST\r\n").replyCodes == [250, 250])
        #expect(try await house.inbox("ann").map(\.withoutTrace) == ["Subject: a\r\n\r\n.\r\n..\r\n"])
        #expect(await client.say("MAIL FROM:<>\r\nRCPT TO:<ann@demo.test>\r\nBDAT 3 LAST\r\na:bMAIL FROM:<>\r\n").replyCodes == [250, 250, 250, 250])
        // A last line without an end gets one, as it may have to go on by DATA.
        #expect(try await house.inbox("ann").last?.withoutTrace == "a:b\r\n")
    }

    @Test func octetByOctetItIsTheSame() async throws {
        let house = try await SMTPHouse()
        let client = await house.call()
        var answers = ""
        for byte in Array((Self.opening + "BDAT 7\r\na: b\r\n\rBDAT 0\r\nBDAT 8 last\r\n\nDATA\0\r\nQUIT\r\n").utf8) { answers += await client.say([byte]) }
        #expect(answers.replyCodes == [250, 250, 250, 250, 250, 250, 221])
        #expect(try await house.inbox("ann").map(\.withoutTrace) == ["a: b\r\n\r\nDATA\0\r\n"])
    }

    /// The octets of every chunk are eaten, whatever is said about it: none is run. After an error nothing of the transaction is left.
    @Test func refusedChunksAreEatenAndEndTheTransaction() async throws {
        let house = try await SMTPHouse()
        let client = await house.call { $0.messageSize = 1_000; $0.errors = 1_000 }
        let command = "QUIT\r\n"
        #expect(await client.say("BDAT 6\r\n\(command)").replyCodes == [503])
        #expect(await client.say("EHLO c\r\nBDAT 6 LAST\r\n\(command)").replyCodes == [250, 503])
        #expect(await client.say("MAIL FROM:<>\r\nBDAT 6\r\n\(command)BDAT 6 LAST\r\n\(command)RCPT TO:<ann@demo.test>\r\n").replyCodes == [250, 554, 503, 503])
        // Too large by its number, before its octets are there; then the rest of the same message.
        let large = String(repeating: "QUIT\r\n", count: 200)
        let answer = await client.say(Self.opening + "BDAT 1200\r\n\(large)BDAT 6 LAST\r\n\(command)RCPT TO:<ann@demo.test>\r\nDATA\r\n")
        #expect(answer.replyCodes == [250, 250, 250, 552, 503, 503, 503])
        // Too large in sum.
        #expect(await client.say(Self.opening + "BDAT 900\r\n" + String(repeating: "x", count: 900)).replyCodes == [250, 250, 250, 250])
        #expect(await client.say("BDAT 101 LAST\r\n" + String(repeating: "x", count: 101)).replyCodes == [552])
        #expect(await client.say("MAIL FROM:<>\r\nRSET\r\n").replyCodes == [250, 250])
        #expect(try await house.inbox("ann").isEmpty)
    }

    @Test func nothingButChunksBetweenChunks() async throws {
        let house = try await SMTPHouse()
        let client = await house.call()
        _ = await client.say(Self.opening + "BDAT 2\r\nab")
        #expect(await client.say("RCPT TO:<bob@demo.test>\r\n").replyCodes == [503])
        #expect(await client.say("DATA\r\n").replyCodes == [503])
        #expect(await client.say("MAIL FROM:<>\r\nNOOP\r\nRSET\r\nBDAT 0 LAST\r\n").replyCodes == [503, 250, 250, 503])
        // What was sent before RSET is no part of the next message.
        #expect(await client.say("MAIL FROM:<>\r\nRCPT TO:<bob@demo.test>\r\nBDAT 6 LAST\r\nc: d\r\n").replyCodes == [250, 250, 250])
        #expect(try await house.inbox("bob").map(\.withoutTrace) == ["c: d\r\n"])
        #expect(try await house.inbox("ann").isEmpty)
    }

    /// CR and LF alone are refused here as after DATA: the message might be relayed by DATA. (threat T1)
    @Test(arguments: ["a\nb\r\n", "a\rb\r\n", "\n", "\r", "a\r\r\n", "a\r\n\n", "a\r"]) func bareLineEndsAreRefused(_ text: String) async throws {
        let house = try await SMTPHouse()
        for size in 1...max(1, text.utf8.count) {
            let client = await house.call()
            _ = await client.say(Self.opening)
            var answer = "", rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(size))
                rest = rest.dropFirst(size)
                answer += await client.say(Array("BDAT \(piece.count)\(rest.isEmpty ? " LAST" : "")\r\n".utf8) + piece)
            }
            #expect(answer.replyCodes.contains(554) && !answer.contains("queued as"), "\(text.debugDescription) in \(size)")
        }
        #expect(try await house.inbox("ann").isEmpty)
    }

    @Test func whatCannotBeCountedEndsTheSession() async throws {
        let house = try await SMTPHouse()
        for line in ["BDAT\r\n", "BDAT 5 LAST NOW\r\n", "BDAT five\r\n", "BDAT 99999999999999999999\r\n", "BDAT 2000000000\r\n"] {
            let client = await house.call()
            #expect(await client.say(Self.opening + line + "QUIT\r\n").replyCodes.count == 4)
            #expect(client.isClosed, "\(line)")
        }
    }

    /// Postfix, August 2026: memory by tiny chunks. Here they count as commands that do nothing.
    @Test func tinyChunksHaveALimit() async throws {
        let house = try await SMTPHouse()
        let client = await house.call()
        _ = await client.say(Self.opening)
        var codes: [Int] = []
        for _ in 0..<200 where !client.isClosed { codes += await client.say("BDAT 1\r\nx").replyCodes }
        #expect(codes.last == 421 && codes.count <= 101)
        #expect(client.isClosed)
    }
}
