// Whole conversations over a real store: mail goes in by the rules, and nothing else does.
import Bytes
import Delivery
import Directory
import MailStore
import Model
import SMTPCodec
import SessionKit
import Telemetry
import Testing
import TestSupport

@testable import SMTPSession

struct SMTPSessionTests {
    static let transaction = "MAIL FROM:<eve@example.org>\r\nRCPT TO:<ann@demo.test>\r\nDATA\r\n"

    @Test func greets() async throws {
        let services = try await SMTPHouse().services()
        let conversation = await Conversation(service: "smtp") { services.makeSession($0) }
        #expect(conversation.heard() == "220 mx.demo.test ESMTP Martlet\r\n")
        #expect(conversation.line.deadline != nil)
    }

    @Test func aMailGoesInAndIsThereBeforeTheReply() async throws {
        let house = try await SMTPHouse()
        let client = await house.call()
        #expect(await client.say("EHLO client.example\r\n") == "250-mx.demo.test\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n250-SMTPUTF8\r\n250-DSN\r\n250-LIMITS RCPTMAX=1000 MAILMAX=10000\r\n250 STARTTLS\r\n")
        #expect(await client.say("MAIL FROM:<eve@example.org> SIZE=20\r\n") == "250 2.1.0 Ok\r\n")
        #expect(await client.say("RCPT TO:<ann@demo.test>\r\n") == "250 2.1.5 Ok\r\n")
        #expect(await client.say("DATA\r\n").replyCodes == [354])
        let before = house.store.commitsSynced
        let reply = await client.say("Subject: Gr\u{fc}\u{df}e\r\n\r\n..dot\r\n.\r\n")
        #expect(reply.hasPrefix("250 2.0.0 Ok: queued as "))
        #expect(house.store.commitsSynced > before)
        let mail = try #require(try await house.inbox("ann").first)
        #expect(mail.hasPrefix("Return-Path: <eve@example.org>\r\nReceived: from client.example ([127.0.0.1])\r\n\tby mx.demo.test (Martlet) with ESMTP id "))
        #expect(mail.contains("\r\n\tfor <ann@demo.test>; "))
        #expect(mail.withoutTrace == "Subject: Gr\u{fc}\u{df}e\r\n\r\n.dot\r\n")
        #expect(await client.say("QUIT\r\n") == "221 2.0.0 Bye\r\n")
        #expect(client.isClosed)
    }

    @Test func aGroupIsAnsweredInOneWrite() async throws {
        let house = try await SMTPHouse()
        let client = await house.call()
        #expect(await client.say("EHLO c\r\n").replyCodes == [250])
        let answer = await client.say("RSET\r\nMAIL FROM:<>\r\nRCPT TO:<nobody@demo.test>\r\nRCPT TO:<ann@demo.test>\r\nRCPT TO:<x@far.example>\r\nRCPT TO:<bob@demo.test>\r\nDATA\r\n")
        #expect(answer.replyCodes == [250, 250, 550, 250, 550, 250, 354])
        #expect(await client.say("\r\nboth\r\n.\r\n").replyCodes == [250])
        #expect(try await house.inbox("ann") == house.inbox("bob"))
        let mail = try #require(try await house.inbox("ann").first)
        #expect(mail.hasPrefix("Return-Path: <>\r\n") && !mail.contains("for <") && mail.withoutTrace == "\r\nboth\r\n")
    }

    @Test func aMailByteByByteIsTheSame() async throws {
        let house = try await SMTPHouse()
        let client = await house.call()
        var answers = ""
        for byte in Array(("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<ann@demo.test>\r\n").utf8) { answers += await client.say([byte]) }
        for byte in Array("DATA\r\n".utf8) { answers += await client.say([byte]) }
        for byte in Array("a: b\r\n\r\n..\r\n...x\r\n\0\r\n.\r\n".utf8) { answers += await client.say([byte]) }
        #expect(answers.replyCodes == [250, 250, 250, 354, 250])
        #expect(try await house.inbox("ann").map(\.withoutTrace) == ["a: b\r\n\r\n.\r\n..x\r\n\0\r\n"])
    }

    @Test func strangersCannotRelayAndUsersAreTold() async throws {
        let house = try await SMTPHouse()
        let client = await house.call()
        _ = await client.say("EHLO c\r\nMAIL FROM:<a@b.c>\r\n")
        for address in ["x@far.example", "x%far.example@far2.example", "ann@demo.test.far.example", "@demo.test:x@far.example", "\"ann@demo.test\"@far.example", "ann@[127.0.0.1]"] {
            #expect(await client.say("RCPT TO:<\(address)>\r\n") == "550 5.7.1 Relaying denied\r\n", "\(address)")
        }
        for address in ["x%far.example@demo.test", "far.example!x@demo.test", "\"x@far.example\"@demo.test", "nobody@demo.test"] {
            #expect(await client.say("RCPT TO:<\(address)>\r\n") == "550 5.1.1 No such user here\r\n", "\(address)")
        }
        let user = await house.call("submission", secure: true) { $0.requiresLogIn = true }
        _ = await user.say("EHLO c\r\n")
        #expect(await user.say(Self.plain("ann@demo.test", SMTPHouse.password)) == "235 2.7.0 Welcome\r\n")
        #expect(await user.say("MAIL FROM:<ann@demo.test>\r\nRCPT TO:<x@far.example>\r\n")
            == "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n")
        #expect(await user.say("DATA\r\n") == "354 End data with <CR><LF>.<CR><LF>\r\n")
        #expect(await user.say("Subject: out\r\n\r\nx\r\n.\r\n").hasPrefix("250 2.0.0"))
        let queued = try await house.store.read { try $0.queued(after: QueueID(0), limit: 9) }
        #expect(queued.map(\.sender) == ["ann@demo.test"])
    }

    static func plain(_ name: String, _ password: String) -> String { "AUTH PLAIN \(Base64.encodeText([0] + Array(name.utf8) + [0] + Array(password.utf8)))\r\n" }

    @Test func submissionWantsALogInAndTheUsersOwnAddress() async throws {
        let house = try await SMTPHouse()
        try await house.directory.administration.addAddress("team@demo.test", to: ["ann@demo.test", "bob@demo.test"])
        let client = await house.call("submission") { $0.requiresLogIn = true }
        #expect(await client.say("EHLO c\r\n").contains("AUTH") == false)
        #expect(await client.say("MAIL FROM:<ann@demo.test>\r\n") == "530 5.7.0 Issue STARTTLS, then log in\r\n")
        #expect(await client.say(Self.plain("ann@demo.test", SMTPHouse.password)) == "538 5.7.11 Log-in needs TLS first\r\n")
        #expect(await client.say("STARTTLS\r\n") == "220 2.0.0 Ready to start TLS\r\n")
        #expect(client.wantsTLS)
        await client.beginTLS()
        #expect(await client.say("MAIL FROM:<ann@demo.test>\r\n").replyCodes == [503])
        #expect(await client.say("EHLO c\r\n").contains("AUTH PLAIN LOGIN") == true)
        #expect(await client.say("MAIL FROM:<ann@demo.test>\r\n") == "530 5.7.0 Log in first\r\n")
        #expect(await client.say(Self.plain("ann@demo.test", "wrong")) == "535 5.7.8 Wrong name or password\r\n")
        #expect(await client.say(Self.plain("ann@demo.test", SMTPHouse.password)) == "235 2.7.0 Welcome\r\n")
        #expect(client.line.user == "ann@demo.test")
        #expect(await client.say(Self.plain("ann@demo.test", SMTPHouse.password)).replyCodes == [503])
        #expect(await client.say("MAIL FROM:<bob@demo.test>\r\n") == "553 5.7.1 That sender address is not yours\r\n")
        #expect(await client.say("MAIL FROM:<ann@far.example>\r\n").replyCodes == [553])
        #expect(await client.say("MAIL FROM:<team@demo.test>\r\nRSET\r\n").replyCodes == [250, 250])
        #expect(await client.say("MAIL FROM:<ann@demo.test>\r\nRCPT TO:<bob@demo.test>\r\nDATA\r\n").replyCodes == [250, 250, 354])
        #expect(await client.say("Subject: s\r\n\r\n.\r\n").replyCodes == [250])
        #expect(try await house.inbox("bob").first?.contains("with ESMTPSA id ") == true)
    }

    @Test func loginMechanismAndBadData() async throws {
        let house = try await SMTPHouse()
        let client = await house.call(secure: true) { $0.logInFailures = 100 }
        _ = await client.say("EHLO c\r\n")
        #expect(await client.say("AUTH LOGIN\r\n").hasPrefix("334 "))
        #expect(await client.say("\(Base64.encodeText(Array("ann@demo.test".utf8)))\r\n").hasPrefix("334 "))
        #expect(await client.say("*\r\n") == "501 5.7.0 Authentication cancelled\r\n")
        #expect(await client.say("AUTH LOGIN\r\n").hasPrefix("334 "))
        #expect(await client.say("!!!\r\n") == "501 5.5.2 Cannot decode that response\r\n")
        #expect(await client.say("AUTH PLAIN !!!\r\n") == "501 5.5.2 Cannot decode that response\r\n")
        #expect(await client.say("AUTH PLAIN\r\n").hasPrefix("334 "))
        #expect(await client.say("\(String(repeating: "A", count: 12_000))\r\n").replyCodes != [500])
        #expect(await client.say("AUTH PLAIN\r\n").hasPrefix("334 "))
        #expect(await client.say("\(String(repeating: "A", count: 13_000))\r\n") == "500 5.5.6 Response too long\r\n")
        #expect(await client.say("AUTH NTLM\r\n").replyCodes == [504])
        #expect(await client.say("AUTH LOGIN \(Base64.encodeText(Array("ann@demo.test".utf8)))\r\n").hasPrefix("334 "))
        #expect(await client.say("\(Base64.encodeText(Array(SMTPHouse.password.utf8)))\r\n") == "235 2.7.0 Welcome\r\n")
        #expect(!client.isClosed)
    }

    @Test func passwordsFromTrustedNetworksNeedNoTLS() async throws {
        let house = try await SMTPHouse()
        let client = await house.call { $0.plaintextAllowed = { $0.isLoopback } }
        #expect(await client.say("EHLO c\r\n").contains("AUTH PLAIN LOGIN"))
        #expect(await client.say(Self.plain("ann@demo.test", SMTPHouse.password)).replyCodes == [235])
    }

    /// Threat T2: what stands behind STARTTLS in the clear is not run, neither now nor after the handshake.
    @Test(arguments: ["RSET\r\n", "MAIL FROM:<a@b.c>\r\n", "x"]) func nothingIsInjectedBeforeTLS(_ injected: String) async throws {
        let client = try await SMTPHouse().call()
        _ = await client.say("EHLO c\r\n")
        #expect(await client.say("STARTTLS\r\n\(injected)").replyCodes == [503])
        #expect(client.isClosed && !client.wantsTLS)
    }

    @Test func sizeIsLimitedBeforeAndDuring() async throws {
        let house = try await SMTPHouse()
        let client = await house.call { $0.messageSize = 1_000 }
        _ = await client.say("EHLO c\r\n")
        #expect(await client.say("MAIL FROM:<a@b.c> SIZE=1001\r\n") == "552 5.3.4 Message too large: the limit is 1000 octets\r\n")
        #expect(await client.say("MAIL FROM:<a@b.c> SIZE=99999999999999999999\r\n").replyCodes == [552])
        _ = await client.say(Self.transaction)
        for _ in 0..<100 { #expect(await client.say(String(repeating: "x", count: 98) + "\r\n") == "") }
        #expect(await client.say(".\r\n").replyCodes == [552])
        #expect(await client.say(Self.transaction).replyCodes == [250, 250, 354])
        #expect(await client.say(String(repeating: "x", count: 998) + "\r\n.\r\n").replyCodes == [250])
        #expect(try await house.inbox("ann").count == 1)
    }

    @Test func fullMailboxesAreRefusedByName() async throws {
        let house = try await SMTPHouse()
        try await house.directory.administration.setQuota("ann@demo.test", 2_000)
        let client = await house.call()
        _ = await client.say("EHLO c\r\n")
        #expect(await client.say("MAIL FROM:<a@b.c> SIZE=3000\r\nRCPT TO:<ann@demo.test>\r\n").replyCodes == [250, 452])
        _ = await client.say("RSET\r\n")
        #expect(await client.say(Self.transaction).replyCodes == [250, 250, 354])
        #expect(await client.say(String(repeating: "x", count: 3_000) + "\r\n.\r\n") == "452 4.2.2 Mailbox is full\r\n")
        #expect(try await house.inbox("ann").isEmpty)
        #expect(await client.say(Self.transaction).replyCodes == [250, 250, 354])
        #expect(await client.say("x\r\n.\r\n").replyCodes == [250])
    }

    @Test func recipientsAreLimited() async throws {
        let client = try await SMTPHouse().call { $0.recipients = 2 }
        let answer = await client.say("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<ann@demo.test>\r\nRCPT TO:<ann@demo.test>\r\nRCPT TO:<bob@demo.test>\r\nDATA\r\n")
        #expect(answer.replyCodes == [250, 250, 250, 250, 452, 354])
    }

    @Test func mailboxesBehindListsAreLimited() async throws {
        let house = try await SMTPHouse()
        try await house.directory.administration.addAddress("team@demo.test", to: ["ann@demo.test", "bob@demo.test"])
        let client = await house.call { $0.mailboxes = 2 }
        let answer = await client.say("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<ann@demo.test>\r\nRCPT TO:<team@demo.test>\r\nRCPT TO:<bob@demo.test>\r\n")
        #expect(answer.replyCodes == [250, 250, 250, 452, 250])
    }

    @Test func oneRecipientTwiceIsOneMail() async throws {
        let house = try await SMTPHouse()
        try await house.directory.administration.addAddress("alias@demo.test", to: ["ann@demo.test"])
        let client = await house.call()
        _ = await client.say("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<ann@demo.test>\r\nRCPT TO:<ALIAS@demo.test>\r\nRCPT TO:<ann+tag@demo.test>\r\nDATA\r\n")
        #expect(await client.say("x\r\n.\r\n").replyCodes == [250])
        #expect(try await house.inbox("ann").count == 1)
    }

    @Test func mailInCirclesIsRefused() async throws {
        let house = try await SMTPHouse()
        let client = await house.call()
        _ = await client.say("EHLO c\r\n\(Self.transaction)")
        #expect(await client.say(String(repeating: "Received: by a; b\r\n", count: 31) + "\r\n.\r\n").replyCodes == [554])
        _ = await client.say(Self.transaction)
        #expect(await client.say(String(repeating: "Received: by a; b\r\n", count: 30) + "\r\n.\r\n").replyCodes == [250])
    }

    @Test func postmasterOfTheHostIsPostmaster() async throws {
        let house = try await SMTPHouse()
        try await house.directory.administration.addAddress("postmaster@demo.test", to: ["bob@demo.test"])
        let client = await house.call()
        #expect(await client.say("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\nRCPT TO:<postmaster@mx.demo.test>\r\n").replyCodes == [250, 250, 250, 250])
    }

    @Test func timeEndsAConversation() async throws {
        let client = try await SMTPHouse().call()
        let first = client.line.deadline
        _ = await client.say("EH")
        #expect(client.line.deadline == first, "half a command earns no time")
        _ = await client.say("LO c\r\n")
        #expect(client.line.deadline != first)
        #expect(await client.expire().hasPrefix("421 4.4.2 "))
        #expect(client.isClosed)
    }

    @Test func aBareLineEndInACommandEndsTheSession() async throws {
        let house = try await SMTPHouse()
        let client = await house.call()
        #expect(await client.say("EHLO c\nMAIL FROM:<>\r\n").replyCodes == [500])
        #expect(client.isClosed)
    }

    @Test func countsWhatHappened() async throws {
        let house = try await SMTPHouse()
        let client = await house.call()
        _ = await client.say("EHLO c\r\n\(Self.transaction)")
        _ = await client.say("x\r\n.\r\n")
        _ = await client.say(Self.transaction)
        _ = await client.say("x\n.\r\n\r\n.\r\n")
        let values = Dictionary(house.metrics.values().map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        #expect(values["martlet_smtp_connections_total"] == 1)
        #expect(values["martlet_smtp_messages_accepted_total"] == 1)
        #expect(values["martlet_smtp_messages_refused_total"] == 1)
    }

    @Test func aStopLetsAMessageEnd() async throws {
        let house = try await SMTPHouse()
        let idle = await house.call(), busy = await house.call()
        #expect(idle.session.draining() == .close)
        #expect(idle.heard() == "421 4.3.2 mx.demo.test is shutting down\r\n")
        _ = await busy.say("EHLO c\r\n\(Self.transaction)")
        #expect(busy.session.draining() == .needMore)
        #expect(await busy.say("x\r\n.\r\nMAIL FROM:<>\r\n").replyCodes == [250, 421])
        #expect(busy.isClosed)
        #expect(try await house.inbox("ann").count == 1)
    }

    /// What the client pipelines after the end of its message is the next transaction, not a part of this one.
    @Test func transactionsFollowEachOther() async throws {
        let house = try await SMTPHouse()
        let client = await house.call()
        _ = await client.say("EHLO c\r\n\(Self.transaction)")
        #expect(await client.say("one\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<bob@demo.test>\r\nDATA\r\n").replyCodes == [250, 250, 250, 354])
        #expect(await client.say("two\r\n.\r\nQUIT\r\n").replyCodes == [250, 221])
        #expect(try await house.inbox("ann").map(\.withoutTrace) == ["one\r\n"])
        #expect(try await house.inbox("bob").map(\.withoutTrace) == ["two\r\n"])
    }
}
