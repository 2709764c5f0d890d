// What a user hands in by SMTP: whose From it may have, what is added, what never leaves. (RFC 6409 §6, §8)
import Bytes
import Directory
import MailStore
import Model
import SMTPCodec
import Testing
import TestSupport

@testable import SMTPSession

struct SubmissionTests {
    static let opening = "MAIL FROM:<ann@demo.test>\r\nRCPT TO:<bob@demo.test>\r\nDATA\r\n"

    static func user(_ house: SMTPHouse) async -> Conversation {
        let client = await house.call("submission", secure: true) { $0.requiresLogIn = true; $0.errors = 1_000 }
        _ = await client.say("EHLO c\r\n" + "AUTH PLAIN \(Base64.encodeText(Array("\0ann@demo.test\0\(SMTPHouse.password)".utf8)))\r\n")
        return client
    }
    static func send(_ client: Conversation, _ header: String, body: String = "body\r\n") async -> String {
        _ = await client.say(opening)
        return await client.say("\(header)\r\n\(body).\r\n")
    }

    @Test func whatIsMissingIsAdded() async throws {
        let house = try await SMTPHouse()
        let client = await Self.user(house)
        #expect(await Self.send(client, "Subject: a\r\n").replyCodes == [250])
        let mail = try #require(try await house.inbox("bob").first).withoutTrace
        #expect(mail.contains("\r\nDate: ") || mail.hasPrefix("Date: ") || mail.hasPrefix("From: "))
        #expect(mail.contains("From: <ann@demo.test>\r\n") && mail.contains("Message-ID: <") && mail.hasSuffix("Subject: a\r\n\r\nbody\r\n"))
        // What is whole stays as it is, octet by octet.
        let whole = "From: Ann <ann@demo.test>\r\nDate: Sat, 28 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@demo.test>\r\nTo: bob@demo.test\r\n"
        #expect(await Self.send(client, whole).replyCodes == [250])
        #expect(try await house.inbox("bob").last?.withoutTrace == whole + "\r\nbody\r\n")
        // No header at all.
        #expect(await Self.send(client, "").replyCodes == [250])
        #expect(try await house.inbox("bob").last?.hasSuffix("@mx.demo.test>\r\n\r\nbody\r\n") == true)
    }

    @Test func bccAndReturnPathNeverLeave() async throws {
        let house = try await SMTPHouse()
        let client = await Self.user(house)
        let header = "Return-Path: <x@y.z>\r\nFrom: ann@demo.test\r\nbCC : hidden@demo.test,\r\n\tfolded@demo.test\r\nSubject: a\r\nResent-Bcc: more@demo.test\r\nX-Bcc: stays\r\n"
        #expect(await Self.send(client, header, body: "Bcc: body\r\n").replyCodes == [250])
        let mail = try #require(try await house.inbox("bob").first)
        #expect(!mail.contains("hidden") && !mail.contains("folded") && !mail.contains("more@") && !mail.contains("x@y.z"))
        #expect(mail.contains("X-Bcc: stays\r\n") && mail.hasSuffix("\r\n\r\nBcc: body\r\n"))
        // Behind a megabyte of other fields none can hide: such a header is refused.
        let padding = String(repeating: "X-Padding: \(String(repeating: "x", count: 900))\r\n", count: 1_200)
        #expect(await Self.send(client, "From: ann@demo.test\r\n\(padding)Bcc: hidden@demo.test\r\n").replyCodes == [554])
        // A large body is no header.
        #expect(await Self.send(client, "From: ann@demo.test\r\nBcc: hidden@demo.test\r\n", body: padding + padding).replyCodes == [250])
        #expect(try await house.inbox("bob").last?.contains("hidden") == false)
        #expect(try await house.inbox("bob").count == 2)
    }

    @Test func fromAndSenderBelongToTheUser() async throws {
        let house = try await SMTPHouse()
        try await house.directory.administration.addAddress("team@demo.test", to: ["ann@demo.test", "bob@demo.test"])
        let client = await Self.user(house)
        for header in ["From: bob@demo.test\r\n", "From: ann@demo.test\r\nSender: bob@demo.test\r\n", "From: ann@demo.test, bob@demo.test\r\n", "From: x@far.example\r\n"] {
            #expect(await Self.send(client, header).hasPrefix("550 5.7.1 "), "\(header)")
        }
        // What two readers may read differently is nobody's From.
        for header in ["From: ann@demo.test\r\nFrom: bob@demo.test\r\n", "From: nobody\r\n", "From: undisclosed:;\r\n", "Sender: a@b.c\r\nSender: ann@demo.test\r\n"] {
            #expect(await Self.send(client, header).hasPrefix("554 5.6.0 "), "\(header)")
        }
        for header in ["From: The Team <Team@demo.test>\r\n", "From: ann+tag@demo.test\r\n", "From: team@demo.test\r\nSender: ann@demo.test\r\n"] {
            #expect(await Self.send(client, header).replyCodes == [250], "\(header)")
        }
        #expect(try await house.inbox("bob").last?.contains("Sender: ann@demo.test\r\n") == true)
        #expect(await client.say("MAIL FROM:<bob@demo.test>\r\n").hasPrefix("553 5.7.1 "))
        #expect(await client.say("MAIL FROM:<team@demo.test>\r\n").replyCodes == [250])
        // Strangers' mail is as it is: nothing is added to it and nobody's From is theirs to prove here.
        let stranger = await house.call()
        _ = await stranger.say("EHLO c\r\n" + Self.opening)
        #expect(await stranger.say("From: bob@demo.test\r\nBcc: x@y.z\r\n\r\n.\r\n").replyCodes == [250])
        #expect(try await house.inbox("bob").last?.withoutTrace == "From: bob@demo.test\r\nBcc: x@y.z\r\n\r\n")
    }

    /// Sub-addresses, aliases, lists and catch-all, each by its RCPT. (RFC 5233 §1)
    @Test func recipientsBehindAddresses() async throws {
        let house = try await SMTPHouse()
        let administration = house.directory.administration
        try await administration.addAddress("info@demo.test", to: ["ann@demo.test"])
        try await administration.addAddress("all@demo.test", to: ["info@demo.test", "bob@demo.test", "ann@demo.test"])
        try await administration.addAddress("loop@demo.test", to: ["loop@demo.test", "all@demo.test"])
        try await administration.addDomain("catch.test")
        try await administration.addAddress("@catch.test", to: ["bob@demo.test"])
        var expected = (ann: 0, bob: 0)
        for (address, ann, bob) in [
            ("ann+anything+more@demo.test", 1, 0), ("INFO+x@Demo.Test", 1, 0), ("all@demo.test", 1, 1), ("loop@demo.test", 1, 1), ("whoever@catch.test", 0, 1),
            ("postmaster@demo.test", 1, 0),
        ] {
            let client = await house.call()
            #expect(await client.say("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<\(address)>\r\nDATA\r\n").replyCodes == [250, 250, 250, 354], "\(address)")
            #expect(await client.say("\r\nx\r\n.\r\n").replyCodes == [250])
            expected = (expected.ann + ann, expected.bob + bob)
            let found = (ann: try await house.inbox("ann").count, bob: try await house.inbox("bob").count)
            #expect(found == expected, "\(address)")
        }
        let client = await house.call()
        // VRFY and EXPN tell nobody who lives here.
        #expect(await client.say("VRFY ann@demo.test\r\nVRFY nobody@demo.test\r\nEXPN all@demo.test\r\nEXPN nobody@demo.test\r\n").replyCodes == [252, 252, 502, 502])
    }
}
