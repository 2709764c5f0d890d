// Mail that arrives: one commit, one content, all recipients or none.
import Delivery
import Directory
import MailStore
import MIMECodec
import Model
import Testing

struct AcceptanceTests {
    static let origin = Origin(trace: "trace1", service: "smtp", address: "192.0.2.1", greeting: "c.example", transmission: "ESMTP", logIn: nil)
    static func envelope(_ recipients: String...) -> Envelope {
        Envelope(sender: MailAddress("x@far.example"), recipients: recipients.compactMap { MailAddress($0) })
    }

    @Test func allRecipientsShareOneContentAndOneCommit() async throws {
        let house = try await DeliveryHouse()
        let spool = house.store.spool()
        try spool.append(Array("Message-ID: <1@far.example>\r\nSubject: s\r\n\r\nbody\r\n".utf8))
        let before = house.store.commitsSynced
        let items = try await house.acceptance.accept(Self.envelope("ann@demo.test", "bob@demo.test", "ann+tag@demo.test"), spool, Self.origin)
        #expect(items.count == 2)
        #expect(house.store.commitsSynced == before + 1)
        let ann = try #require(try await house.items("ann").first), bob = try #require(try await house.items("bob").first)
        #expect(ann.row.state.content == bob.row.state.content)
        #expect([ann.row.state.id, bob.row.state.id] == items)
        #expect(ann.row.state.date == Timestamp(seconds: 1_000_000_000) && ann.row.state.flags == [])
        #expect(ann.text.hasPrefix("Return-Path: <x@far.example>\r\nReceived: from c.example ([192.0.2.1])\r\n"))
        #expect(ann.text.hasSuffix("Message-ID: <1@far.example>\r\nSubject: s\r\n\r\nbody\r\n"))
        #expect(!ann.text.contains("for <"))
        #expect(!ann.row.summary.isEmpty)
    }

    @Test func oneWithoutRoomKeepsItFromAll() async throws {
        let house = try await DeliveryHouse()
        try await house.directory.administration.setQuota("bob@demo.test", 10)
        let accounts = [try await house.user("ann").account, try await house.user("bob").account]
        let incoming = try house.acceptance.begin(Self.envelope("ann@demo.test", "bob@demo.test"), to: accounts, Self.origin)
        try incoming.spool.append(Array("\r\nx\r\n".utf8))
        await #expect(throws: AcceptanceFailure.overQuota) { try await house.acceptance.finish(incoming) }
        #expect(try await house.texts("ann").isEmpty)
        #expect(try await house.acceptance.router.route(MailAddress(localPart: "bob", domain: "demo.test"), size: 20) == .overQuota)
    }

    @Test func aRecipientWhoHasGoneIsToldSo() async throws {
        let house = try await DeliveryHouse()
        let incoming = try house.acceptance.begin(Self.envelope("bob@demo.test"), to: [try await house.user("bob").account], Self.origin)
        try await house.directory.administration.removeUser("bob@demo.test")
        await #expect(throws: AcceptanceFailure.noSuchMailbox) { try await house.acceptance.finish(incoming) }
        let spool = house.store.spool()
        await #expect(throws: AcceptanceFailure.noSuchMailbox) { try await house.acceptance.accept(Self.envelope("bob@demo.test"), spool, Self.origin) }
    }

    @Test func tooManyHopsAreACircle() async throws {
        let house = try await DeliveryHouse()
        let spool = house.store.spool()
        try spool.append(Array((String(repeating: "Received: x\r\n", count: 31) + "\r\n").utf8))
        await #expect(throws: AcceptanceFailure.looping) { try await house.acceptance.accept(Self.envelope("ann@demo.test"), spool, Self.origin) }
    }

    /// Above the memory of a spool and above what is parsed inline.
    @Test func aLargeMessageComesOutAsItCameIn() async throws {
        let house = try await DeliveryHouse()
        let body = String(repeating: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n", count: 20_000)
        let spool = house.store.spool()
        try spool.append(Array("Subject: large\r\n\r\n\(body)".utf8))
        _ = try await house.acceptance.accept(Self.envelope("ann@demo.test"), spool, Self.origin)
        let item = try #require(try await house.items("ann").first)
        #expect(item.text.hasSuffix("Subject: large\r\n\r\n\(body)"))
        #expect(item.row.state.size == item.text.utf8.count)
    }

    @Test func routesAreJudged() async throws {
        let house = try await DeliveryHouse()
        let router = house.acceptance.router
        try await house.directory.administration.addAddress("both@demo.test", to: ["ann@demo.test", "x@far.example"])
        try await house.directory.administration.addAddress("team@demo.test", to: ["ann@demo.test", "bob@demo.test"])
        let ann = try await house.user("ann"), bob = try await house.user("bob"), eve = try await house.user("eve")
        func route(_ text: String) async throws -> Route { try await router.route(try #require(MailAddress(text))) }
        #expect(try await route("Ann@DEMO.test") == .accounts([ann.account]))
        let both = Onward(address: try #require(MailAddress("x@far.example")), via: MailAddress("both@demo.test"))
        #expect(try await route("both@demo.test") == .onward([both], accounts: [ann.account]))
        #expect(try await route("nobody@demo.test") == .unknownUser)
        #expect(try await route("ann@far.example") == .elsewhere)
        let team = try #require(MailAddress("team@demo.test"))
        #expect(try await router.mayUse(team, ann))
        #expect(try await router.mayUse(team, bob))
        #expect(try await router.mayUse(team, eve) == false)
        #expect(try await router.mayUse(try #require(MailAddress("ann@far.example")), ann) == false)
    }

    @Test func threadsAreJoined() async throws {
        let house = try await DeliveryHouse()
        for header in ["Message-ID: <1@a>", "Message-ID: <2@a>\r\nIn-Reply-To: <1@a>", "Message-ID: <3@a>"] {
            let spool = house.store.spool()
            try spool.append(Array("\(header)\r\n\r\nx\r\n".utf8))
            _ = try await house.acceptance.accept(Self.envelope("ann@demo.test"), spool, Self.origin)
        }
        let threads = try await house.items("ann").map(\.row.state.thread)
        #expect(threads[0] == threads[1] && threads[0] != threads[2])
    }
}
