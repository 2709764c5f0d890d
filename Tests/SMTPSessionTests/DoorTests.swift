// Who is let in, and as whom: greeting pause, XCLIENT, limits of one user. (threats T5, T21, T32)
import Bytes
import Directory
import Model
import SMTPCodec
import SessionKit
import Testing
import TestSupport

@testable import SMTPSession

struct DoorTests {
    static func stranger(_ house: SMTPHouse, _ change: @escaping (inout SMTPSettings) -> Void = { _ in }) async -> Conversation {
        let services = house.services { $0.greetingPause = .seconds(2); change(&$0) }
        return await Conversation(service: "smtp", peer: Peer(address: "192.0.2.1", port: 4000)) { services.makeSession($0) }
    }

    @Test func whoSpeaksBeforeTheGreetingIsSentAway() async throws {
        let house = try await SMTPHouse()
        let early = await Self.stranger(house)
        #expect(early.heard().isEmpty && early.line.deadline != nil)
        #expect(await early.say("EHLO c\r\nMAIL FROM:<>\r\n").replyCodes == [554])
        #expect(early.isClosed)
        let patient = await Self.stranger(house)
        #expect(await patient.expire() == "220 mx.demo.test ESMTP Martlet\r\n")
        #expect(patient.line.deadline != nil)
        #expect(await patient.say("EHLO c\r\n").replyCodes == [250])
        let listed = await Self.stranger(house) { $0.greetedAtOnce = { $0.address == "192.0.2.1" } }
        #expect(listed.heard().hasPrefix("220 "))
        let services = house.services { $0.greetingPause = .seconds(2) }
        let loopback = await Conversation(service: "smtp") { services.makeSession($0) }
        #expect(loopback.heard().hasPrefix("220 "))
    }

    @Test func aListedProxySaysWhoseWordsItPassesOn() async throws {
        let house = try await SMTPHouse()
        let proxy = await house.call { $0.believesClient = { $0.isLoopback } }
        #expect(await proxy.say("EHLO proxy\r\n").contains("XCLIENT NAME ADDR PORT PROTO HELO LOGIN\r\n"))
        #expect(await proxy.say("XCLIENT ADDR=192.0.2.300\r\nXCLIENT LOGIN=nobody\r\n").replyCodes.first == 503 || proxy.isClosed)
        let client = await house.call { $0.believesClient = { $0.isLoopback } }
        _ = await client.say("EHLO proxy\r\n")
        for bad in ["ADDR=192.0.2.300", "ADDR=", "ADDR", "PORT=70000", "ADDR=1.2.3.4+0"] {
            #expect(await client.say("XCLIENT \(bad)\r\n").replyCodes == [501], "\(bad)")
        }
        #expect(await client.say("XCLIENT NAME=c.example ADDR=IPV6:2001:DB8::1 PORT=99 PROTO=ESMTP HELO=c+2Eexample\r\n").replyCodes == [220])
        #expect(client.line.peer == Peer(address: "2001:db8::1", port: 99))
        // It begins anew, and is believed again only because of who connected.
        #expect(await client.say("MAIL FROM:<>\r\n").replyCodes == [503])
        #expect(await client.say("EHLO c.example\r\nMAIL FROM:<>\r\nXCLIENT ADDR=192.0.2.7\r\nRCPT TO:<ann@demo.test>\r\n").replyCodes == [250, 250, 503, 250])
        _ = await client.say("DATA\r\n")
        #expect(await client.say("\r\nx\r\n.\r\n").replyCodes == [250])
        #expect(try await house.inbox("ann").last?.contains("from c.example ([IPv6:2001:db8::1])") == true)
        let stranger = await house.call()
        #expect(!(await stranger.say("EHLO c\r\n")).contains("XCLIENT"))
        #expect(await stranger.say("XCLIENT ADDR=192.0.2.7\r\n").replyCodes == [550])
        #expect(stranger.line.peer.isLoopback)
    }

    /// Whom the proxy has let in is let in here, where there is such a user; the next XCLIENT forgets it.
    @Test func aListedProxySaysWhoHasLoggedIn() async throws {
        let house = try await SMTPHouse()
        let client = await house.call("submission") { $0.believesClient = { $0.isLoopback }; $0.requiresLogIn = true }
        _ = await client.say("EHLO proxy\r\n")
        #expect(await client.say("XCLIENT LOGIN=eve@demo.test\r\n").replyCodes == [501])
        #expect(await client.say("EHLO proxy\r\nMAIL FROM:<ann@demo.test>\r\n").replyCodes == [250, 530])
        #expect(await client.say("XCLIENT ADDR=192.0.2.7 LOGIN=ann@demo.test\r\n").replyCodes == [220])
        #expect(client.line.user == "ann@demo.test")
        #expect(await client.say("EHLO c.example\r\nMAIL FROM:<bob@demo.test>\r\nMAIL FROM:<ann@demo.test>\r\nRSET\r\n").replyCodes == [250, 553, 250, 250])
        #expect(await client.say("XCLIENT ADDR=192.0.2.8 LOGIN=[UNAVAILABLE]\r\n").replyCodes == [220])
        #expect(await client.say("EHLO c.example\r\nMAIL FROM:<ann@demo.test>\r\n").replyCodes == [250, 530])
        let stranger = await house.call("submission") { $0.requiresLogIn = true }
        #expect(await stranger.say("EHLO c\r\n").replyCodes == [250])
        #expect(await stranger.say("XCLIENT LOGIN=ann@demo.test\r\n").replyCodes == [550])
        #expect(await stranger.say("MAIL FROM:<ann@demo.test>\r\n").replyCodes == [530])
    }

    @Test func oneUserHasOnlySoMuch() async throws {
        let house = try await SMTPHouse()
        var limits = Allowances.Limits()
        limits.messagesPerHour = 2
        limits.recipientsPerHour = 3
        limits.connections = 2
        let services = house.services(allowances: Allowances(limits)) { $0.requiresLogIn = true }
        func client() async -> (Conversation, String) {
            let conversation = await Conversation(service: "submission", secure: true) { services.makeSession($0) }
            _ = await conversation.say("EHLO c\r\n")
            return (conversation, await conversation.say("AUTH PLAIN \(Base64.encodeText(Array("\0ann@demo.test\0\(SMTPHouse.password)".utf8)))\r\n"))
        }
        let (first, _) = await client(), (second, welcome) = await client(), (third, word) = await client()
        #expect(welcome.hasPrefix("235") && word.hasPrefix("421 4.7.0") && third.isClosed)
        second.close()
        #expect(await client().1.hasPrefix("235"))
        let opening = "MAIL FROM:<ann@demo.test>\r\nRCPT TO:<bob@demo.test>\r\n"
        #expect(await first.say(opening + "RCPT TO:<ann@demo.test>\r\nDATA\r\n").replyCodes == [250, 250, 250, 354])
        #expect(await first.say("\r\n.\r\n").replyCodes == [250])
        #expect(await first.say(opening + "RCPT TO:<ann@demo.test>\r\nDATA\r\n").replyCodes == [250, 250, 450, 354])
        #expect(await first.say("\r\n.\r\n").replyCodes == [250])
        #expect(await first.say("MAIL FROM:<ann@demo.test>\r\n").replyCodes == [450])
    }
    @Test func anHourGivesBackWhatItTook() {
        var limits = Allowances.Limits()
        limits.messagesPerHour = 10
        let allowances = Allowances(limits), user = AccountID(1), now = ContinuousClock.now
        for _ in 0..<10 {
            #expect(allowances.hasRoom(user, recipients: 1, now: now))
            allowances.took(user, recipients: 1, now: now)
        }
        #expect(!allowances.hasRoom(user, recipients: 1, now: now + .seconds(300)))
        #expect(allowances.hasRoom(user, recipients: 1, now: now + .seconds(400)))
        #expect(allowances.hasRoom(AccountID(2), recipients: 1, now: now))
    }
}
