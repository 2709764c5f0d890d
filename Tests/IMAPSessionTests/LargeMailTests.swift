import Bytes
import Delivery
@testable import IMAPSession
import MailStore
import Model
import SessionKit
import Testing
import TestSupport

/// Pages, pieces and slow clients.
struct LargeMailTests {
    @Test func aLargeMessageGoesInAndComesOutByteForByte() async throws {
        let house = try await IMAPHouse()
        let client = await house.client()
        _ = await client.logIn()
        var message = Array("Subject: large\r\n\r\n".utf8)
        var value: UInt32 = 1
        while message.count < 700_000 {
            value = value &* 1_664_525 &+ 1_013_904_223
            message += Array("\(value)\r\n".utf8)
        }
        await client.send(Array("a APPEND INBOX {\(message.count)}\r\n".utf8))
        #expect(await client.heard() == "+ OK\r\n")
        var start = 0
        while start < message.count {
            let end = min(start + 10_007, message.count)
            await client.send(Array(message[start..<end]))
            start = end
        }
        #expect(await client.say("").hasPrefix("a OK [APPENDUID"))
        _ = await client.say("b SELECT INBOX")
        await hangingUp(client) { await client.say("c FETCH 1 BODY.PEEK[]") }
        let slow = await house.client()
        _ = await slow.logIn()
        _ = await slow.say("b SELECT INBOX")
        var heard: [UInt8] = []
        // The transport of a client that takes what it is given at once.
        slow.conversation.line.outbox.flush = { [outbox = slow.conversation.line.outbox] in heard += outbox.bytes.take() }
        let rest = await slow.say("c FETCH 1 BODY.PEEK[]")
        let text = heard + Array(rest.utf8)
        let head = Array("* 1 FETCH (BODY[] {\(message.count)}\r\n".utf8)
        #expect(Array(text.prefix(head.count)) == head)
        #expect(Array(text.dropFirst(head.count).prefix(message.count)) == message)
        #expect(String(decoding: text.dropFirst(head.count + message.count), as: UTF8.self) == ")\r\nc OK FETCH completed\r\n")
        let middle = await slow.say("d FETCH 1 BODY.PEEK[]<699000.10>")
        #expect(middle == "* 1 FETCH (BODY[]<699000> {10}\r\n" + String(decoding: message[699_000..<699_010], as: UTF8.self) + ")\r\nd OK FETCH completed\r\n")
    }
    /// A client that goes while it is being sent a message leaves nothing hanging.
    private func hangingUp(_ client: IMAPClient, _ ask: () async -> String) async {
        client.conversation.line.outbox.flush = { [line = client.conversation.line] in
            line.isClosed = true
            line.outbox.bytes.removeAll()
        }
        _ = await ask()
        #expect(client.isClosed)
    }

    @Test func manyMessagesComeInPagesAndInOrder() async throws {
        let house = try await IMAPHouse()
        let item = try await Ingest.item(from: Array("Subject: one of many\r\n\r\nx".utf8), date: Timestamp(seconds: 0))
        try await house.deliver(Array(repeating: item, count: 2_500))
        let client = await house.client()
        _ = await client.logIn()
        #expect(await client.say("a SELECT INBOX").contains("* 2500 EXISTS\r\n"))
        for what in ["UID", "ENVELOPE", "BODY.PEEK[TEXT]"] {
            let lines = await client.say("b FETCH 1:* (\(what))").split(separator: "\r\n").filter { $0.hasPrefix("* ") }
            #expect(lines.count == 2_500)
            #expect(lines.enumerated().allSatisfy { $0.element.hasPrefix("* \($0.offset + 1) FETCH (\(what.replacing(".PEEK", with: ""))") })
        }
        #expect(await client.say("c STORE 1:* +FLAGS (\\Seen)").split(separator: "\r\n").count == 2_501)
        #expect(await client.say("d COPY 1:* Archive").contains("[COPYUID"))
        #expect(await client.say("e SEARCH SEEN").split(separator: " ").count > 2_500)
        #expect(await client.say("f STORE 1:2499 +FLAGS.SILENT (\\Deleted)") == "f OK STORE completed\r\n")
        let gone = await client.say("g EXPUNGE").split(separator: "\r\n")
        #expect(gone.count == 2_500)
        #expect(gone.first == "* 2499 EXPUNGE")
        #expect(await client.say("h FETCH 1:* UID").hasPrefix("* 1 FETCH (UID 2500)\r\n"))
    }
}
