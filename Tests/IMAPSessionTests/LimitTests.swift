import Bytes
import Directory
@testable import IMAPCodec
import IMAPSession
import MailStore
import Model
import SessionKit
import Testing
import TestSupport

/// What a hostile or careless client may cost, with the figures of the threat list.
struct LimitTests {
    /// T6: parentheses, an endless line, a million atoms before log-in: BYE after at most 64 KiB, the input never kept.
    @Test(arguments: ["(", "a", "a ", "\r\n", "a b\r\n", "a LOGIN {10+}\r\n0123456789 x\r\n", "a LOGIN {9000}\r\n"])
    func beforeLogInLittleIsTaken(_ filler: String) async throws {
        let house = try await IMAPHouse()
        let client = await house.client()
        var sent = 0
        let piece = Array(String(repeating: filler, count: 2_048 / filler.utf8.count + 1).utf8)
        while !client.isClosed, sent < 1_000_000 {
            await client.send(piece)
            sent += piece.count
        }
        #expect(client.isClosed)
        #expect(sent <= Limits.sessionBeforeLogIn + 2 * piece.count)
        #expect(await client.heard().contains("* BYE "))
    }
    /// T32: one user has so many connections at once; who goes makes room.
    @Test func oneUserHasSoManyConnections() async throws {
        let house = try await IMAPHouse()
        var limits = Allowances.Limits()
        limits.connections = 2
        house.allowances = Allowances(limits)
        var clients: [IMAPClient] = []
        for _ in 0..<2 {
            let client = await house.client()
            #expect(await client.logIn().contains(" OK "))
            clients.append(client)
        }
        let third = await house.client()
        #expect(await third.logIn().contains(" NO [LIMIT] "))
        #expect(await third.say("n NOOP").contains("n OK") && !third.isClosed)
        clients[0].close()
        #expect(await third.logIn().contains(" OK "))
    }
    /// T7: literals of one command are limited together; the connection is lost where they cannot be refused otherwise.
    @Test func literalsAreLimitedAfterLogIn() async throws {
        let house = try await IMAPHouse()
        let client = await house.client()
        _ = await client.logIn()
        #expect(await client.say("a SEARCH SUBJECT {65537}").hasPrefix("a BAD"))
        #expect(await client.say("b SEARCH SUBJECT {4294967295}").hasPrefix("b BAD"))
        #expect(await client.say("c SEARCH SUBJECT {-1}").hasPrefix("c BAD"))
        #expect(await client.say("d NOOP") == "d OK NOOP completed\r\n")
        #expect(await client.say("e SEARCH SUBJECT {65537+}") == "* BYE Literal too large\r\n")
        #expect(client.isClosed)
    }
    @Test func aHundredThousandLiteralsEndTheLine() async throws {
        let house = try await IMAPHouse()
        let client = await house.client()
        _ = await client.logIn()
        await client.send(Array("a SEARCH".utf8))
        var count = 0
        while !client.isClosed, count < 100_000 {
            await client.send(Array(" SUBJECT {1+}\r\nx".utf8))
            count += 1
        }
        #expect(client.isClosed)
        #expect(count <= Limits.literalsInOneCommand + 1)
    }
    @Test func anOverlongLineIsRefusedAndTheNextOneHeard() async throws {
        let house = try await IMAPHouse()
        let client = await house.client()
        _ = await client.logIn()
        #expect(await client.say("a SEARCH " + String(repeating: "(", count: 100_000)) == "a BAD Command too long\r\n")
        #expect(await client.say("b SEARCH " + String(repeating: "(", count: 60_000)).hasPrefix("b BAD"))
        #expect(await client.say("c NOOP") == "c OK NOOP completed\r\n")
    }

    @Test func anOversizeMessageIsRefusedBeforeOrWhileItComes() async throws {
        let house = try await IMAPHouse()
        house.settings.messageLimit = 1_000
        let client = await house.client()
        _ = await client.logIn()
        #expect(await client.say("a APPEND INBOX {1001}") == "a NO [TOOBIG] Message larger than 1000 octets\r\n")
        let drained = await client.say("b APPEND INBOX {2000+}\r\n" + String(repeating: "b NOOP\r\n", count: 250))
        #expect(drained == "b NO [TOOBIG] Message larger than 1000 octets\r\n")
        #expect(await client.say("c APPEND INBOX {1000}").hasPrefix("+ "))
        await client.send(Array(String(repeating: "x", count: 1_000).utf8))
        #expect(await client.say("").hasPrefix("c OK [APPENDUID"))
        #expect(await client.say("d APPEND INBOX {999999999+}") == "* BYE Message too large\r\n")
    }
    @Test func aQuotaIsToldBeforeAndAfter() async throws {
        let house = try await IMAPHouse()
        try await house.directory.administration.setQuota("ann@example.org", 1_000)
        let client = await house.client()
        _ = await client.logIn()
        #expect(await client.say("a APPEND INBOX {1001}").hasPrefix("a NO [OVERQUOTA]"))
        #expect(await client.say("b APPEND INBOX {1001+}\r\n" + String(repeating: "x", count: 1_001)).hasPrefix("b NO [OVERQUOTA]"))
        #expect(await client.say("c STATUS INBOX (MESSAGES)").hasPrefix("* STATUS INBOX (MESSAGES 0)"))
    }

    @Test func silenceEndsTheLine() async throws {
        let house = try await IMAPHouse()
        let early = await house.client()
        #expect(early.conversation.line.deadline != nil)
        #expect(await early.conversation.expire().contains("* BYE"))
        #expect(early.isClosed)
        let late = await house.client()
        #expect(late.conversation.line.user == nil)
        _ = await late.logIn()
        #expect(late.conversation.line.user == "ann@example.org")
        _ = await late.say("a IDLE")
        #expect(try #require(late.conversation.line.deadline) > .now + .seconds(1_700))
        #expect(await late.conversation.expire() == "* BYE Autologout; nothing was heard for too long\r\n")
        #expect(late.isClosed)
    }
    /// A download that took longer than a client may be silent does not count as silence.
    @Test func aLongAnswerIsNoSilence() async throws {
        let house = try await IMAPHouse()
        try await house.deliver("Subject: x\r\n\r\n" + String(repeating: "long\r\n", count: 100_000))
        let client = await house.client()
        _ = await client.logIn()
        _ = await client.say("a SELECT INBOX")
        let line = client.conversation.line
        var flushes = 0
        line.outbox.flush = {
            flushes += 1
            line.expire(in: .zero)
            line.outbox.bytes.removeAll()
        }
        _ = await client.say("b FETCH 1 BODY.PEEK[]")
        #expect(flushes > 0)
        #expect(try #require(line.deadline) > .now + .seconds(1_700))
    }
    /// News are not the client's doing: an idle client's time goes on.
    @Test func newsDoNotLengthenTheSilence() async throws {
        let house = try await IMAPHouse()
        let client = await house.client()
        _ = await client.logIn()
        _ = await client.say("a SELECT INBOX")
        _ = await client.say("b IDLE")
        client.conversation.line.expire(in: .seconds(10))
        try await house.deliver("Subject: x\r\n\r\ny")
        #expect(await client.heard().contains("* 1 EXISTS"))
        #expect(try #require(client.conversation.line.deadline) < .now + .seconds(20))
    }
    @Test func aStoppingServerSaysGoodbye() async throws {
        let house = try await IMAPHouse()
        let client = await house.client()
        _ = await client.logIn()
        #expect(client.conversation.session.draining() == .close)
        #expect(await client.heard() == "* BYE Server is shutting down\r\n")
    }
    @Test func aDisabledAccountIsShownOut() async throws {
        let house = try await IMAPHouse()
        let client = await house.client()
        _ = await client.logIn()
        _ = await client.say("a IDLE")
        try await house.directory.administration.setEnabled("ann@example.org", false)
        #expect(await client.heard().contains("* BYE The account is closed"))
        #expect(client.isClosed)
    }

    /// T2 on our side: what was said before TLS is forgotten, and passwords wait for TLS.
    @Test func tlsBeginsAnew() async throws {
        let house = try await IMAPHouse()
        house.settings.plaintextAllowed = { _ in false }
        let client = await house.client()
        #expect(await client.say("a CAPABILITY").contains("LOGINDISABLED"))
        #expect(await client.say("b LOGIN ann@example.org secret").hasPrefix("b NO [PRIVACYREQUIRED]"))
        #expect(await client.say("c AUTHENTICATE PLAIN AGFubkBleGFtcGxlLm9yZwBzZWNyZXQ=").hasPrefix("c NO [PRIVACYREQUIRED]"))
        await client.send(Array("d STARTTLS\r\ne LOGIN ann@example.org secret\r\n".utf8))
        #expect(await client.heard() == "d OK Begin TLS negotiation now\r\n")
        #expect(client.conversation.wantsTLS)
        await client.conversation.beginTLS()
        let secure = await house.client(secure: true)
        let capabilities = await secure.say("a CAPABILITY")
        #expect(!capabilities.contains("STARTTLS") && capabilities.contains("AUTH=PLAIN"))
        #expect(await secure.say("b STARTTLS") == "b BAD TLS is already active\r\n")
        #expect(await secure.logIn().hasPrefix("login OK"))
    }

    /// Any octets at any state: an answer or a goodbye, never a trap; a second client is not disturbed.
    @Test(arguments: 1...4) func noiseIsAnswered(_ seed: UInt64) async throws {
        let house = try await IMAPHouse()
        let quiet = await house.client()
        _ = await quiet.logIn()
        try await house.deliver("Subject: x\r\n\r\ny")
        var state = seed
        func roll(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33) % limit
        }
        let words = [
            "FETCH", "1:*", "(", ")", "BODY[", "]", "<0.4294967295>", "UID", "STORE", "+FLAGS", "\\Seen", "SEARCH", "NOT", "OR", "{3}", "{2+}", "\r\n", "\"",
            "\\", "APPEND", "INBOX", "COPY", "SELECT", "LIST", "%", "*", "\0", "é", "IDLE", "DONE", "1.2.3", "HEADER.FIELDS", "MOVE", "4294967295", "NIL", "ID",
        ]
        for _ in 0..<40 {
            let client = await house.client()
            if roll(4) > 0 { _ = await client.logIn() }
            if roll(4) > 0 { _ = await client.say("s SELECT INBOX") }
            for _ in 0..<20 where !client.isClosed {
                var line = "a\(roll(10))"
                for _ in 0..<(1 + roll(8)) { line += (roll(5) == 0 ? "" : " ") + words[roll(words.count)] }
                _ = await client.say(line)
            }
        }
        #expect(await quiet.say("z NOOP") == "z OK NOOP completed\r\n")
    }
}
