// Mail that leaves: who may send it, under which sender, in the same commit as the copies delivered here.
import Crypto
import Delivery
import Directory
import MailStore
import Model
import Synchronization
import Testing

struct OnwardTests {
    static let mail = "From: ann@demo.test\r\nTo: x@far.example\r\nSubject: s\r\n\r\nbody\r\n"
    static func spool(_ house: DeliveryHouse, _ text: String = mail) throws -> Spool {
        let spool = house.store.spool()
        try spool.append(Array(text.utf8))
        return spool
    }
    static func origin(_ user: LogIn?) -> Origin {
        Origin(trace: "trace1", service: "submission", address: "192.0.2.1", greeting: "c.example", transmission: "ESMTPSA", logIn: user)
    }

    @Test func aUsersMailIsQueuedInTheCommitOfItsLocalCopies() async throws {
        let house = try await DeliveryHouse()
        let ann = try await house.user("ann"), before = house.store.commitsSynced
        let recipients = ["bob@demo.test", "x@far.example", "y@far.example", "z@near.example", "X@far.example"].compactMap { MailAddress($0) }
        var envelope = Envelope(sender: MailAddress("ann@demo.test"), recipients: recipients)
        envelope.options.identifier = "env1"
        envelope.options.returned = .headers
        var asked = RecipientOptions()
        asked.notify = [.success, .delay]
        asked.original = "rfc822;y@far.example"
        envelope.recipientOptions[recipients[2]] = asked
        asked.notify = []
        envelope.recipientOptions[recipients[3]] = asked
        let hinted = Mutex<[String]>([])
        var entrance = QueueEntrance()
        entrance.hint = { names in hinted.withLock { $0 += names } }
        let acceptance = Acceptance(
            store: house.store, directory: house.directory, hostname: "mx.demo.test", queue: entrance, now: { Timestamp(seconds: 1_000_000_000) })
        let items = try await acceptance.accept(envelope, try Self.spool(house), Self.origin(ann))
        #expect(items.count == 1 && house.store.commitsSynced == before + 1)
        #expect(hinted.withLock { $0 } == ["far.example", "near.example"])
        let queue = try await house.queue()
        let queued = try #require(queue.first)
        #expect(queue.count == 1 && queued.recipients.map(\.address) == ["x@far.example", "y@far.example", "z@near.example"])
        #expect(queued.message.sender == "ann@demo.test" && queued.message.identifier == "env1" && queued.message.returnsAll == false)
        #expect(queued.recipients.map(\.notify) == [nil, 5, 0])
        #expect(queued.recipients[1].original == "rfc822;y@far.example")
        #expect(queued.recipients.map { $0.warn == nil } == [false, false, true])
        #expect(queued.message.content == (try await house.items("bob").first?.row.state.content), "one content for both")
        let history = try await house.store.read { try $0.history(of: "trace1") }
        #expect(history.map(\.event) == ["received", "queued"])
        #expect(try await house.store.check(.everything) == [])
    }

    /// Threat T18: only users relay; nothing that looks like a route makes a stranger's mail leave.
    @Test func strangersDoNotRelay() async throws {
        let house = try await DeliveryHouse()
        let forms = [
            "x@far.example", "x%far.example@demo.test", "far.example!x@demo.test", "\"x@far.example\"@demo.test", "x@[192.0.2.9]", "x@demo.test.far.example",
            "SRS0=aaaaaaaa=ab=far.example=x@demo.test", "SRS1=aaaaaaaa=far.example==aaaaaaaa=ab=far.example=x@demo.test", "@far.example:x@demo.test",
            "x@DEMO.test.", "x@xn--dmo-bma.test", "x@localhost", "x@mx.demo.test",
        ]
        for form in forms {
            for isBounce in [true, false] {
                guard let address = MailAddress(form) else { continue }
                let route = try await house.acceptance.router.route(address, isBounce: isBounce)
                #expect([.unknownUser, .elsewhere].contains(route), "\(form): \(route)")
            }
        }
    }

    @Test func forwardedMailLeavesUnderAnAddressOfOurs() async throws {
        let house = try await DeliveryHouse()
        try await house.directory.administration.addAddress("away@demo.test", to: ["ann@demo.test", "ann@other.example"])
        let envelope = Envelope(sender: MailAddress("sender@far.example"), recipients: [MailAddress("away@demo.test")].compactMap { $0 })
        _ = try await house.acceptance.accept(envelope, try Self.spool(house), Self.origin(nil))
        #expect(try await house.texts("ann").count == 1)
        let queued = try #require(try await house.queue().first)
        #expect(queued.recipients.map(\.address) == ["ann@other.example"] && queued.recipients[0].original == "rfc822;away@demo.test")
        #expect(queued.message.sender.hasPrefix("SRS0=") && queued.message.sender.hasSuffix("=far.example=sender@demo.test"))
        // A bounce finds the way back; other mail does not, nor does a bounce to an address that was changed.
        let address = try #require(MailAddress(queued.message.sender))
        let back = Onward(address: try #require(MailAddress("sender@far.example")), via: nil)
        #expect(try await house.acceptance.router.route(address, isBounce: true) == .onward([back], accounts: []))
        #expect(try await house.acceptance.router.route(address) == .unknownUser)
        let forged = try #require(MailAddress(queued.message.sender.replacing("far.example", with: "victim.example")))
        #expect(try await house.acceptance.router.route(forged, isBounce: true) == .unknownUser)
    }

    @Test func ownSendersAndBouncesAreNotRewritten() async throws {
        let house = try await DeliveryHouse()
        try await house.directory.administration.addAddress("away@demo.test", to: ["ann@other.example"])
        for sender in [MailAddress("bob@demo.test"), nil] {
            let envelope = Envelope(sender: sender, recipients: [MailAddress("away@demo.test")].compactMap { $0 })
            _ = try await house.acceptance.accept(envelope, try Self.spool(house), Self.origin(nil))
        }
        #expect(try await house.queue().map(\.message.sender) == ["bob@demo.test", ""])
    }

    @Test func aPhonesMailIsQueuedToo() async throws {
        let house = try await DeliveryHouse()
        let mail = "From: ann@demo.test\r\nTo: x@far.example\r\nBcc: secret@near.example\r\n\r\nx"
        try await house.submission.submit(Array(mail.utf8), by: house.user("ann"), saveInSent: true, trace: "t")
        let queued = try #require(try await house.queue().first)
        #expect(queued.recipients.map(\.address) == ["x@far.example", "secret@near.example"])
        #expect(!queued.text.contains("secret"))
        #expect(try await house.texts("ann", .sent).first?.contains("secret") == true)
        #expect(queued.message.account != nil)
    }

    @Test func successIsReportedForMailboxesHere() async throws {
        let house = try await DeliveryHouse()
        var envelope = Envelope(sender: MailAddress("ann@demo.test"), recipients: [MailAddress("bob@demo.test")].compactMap { $0 })
        var options = RecipientOptions()
        options.notify = [.success]
        envelope.recipientOptions[envelope.recipients[0]] = options
        _ = try await house.acceptance.accept(envelope, try Self.spool(house), Self.origin(house.user("ann")))
        #expect(try await house.texts("bob").count == 1)
        let notice = try #require(try await house.texts("ann").first)
        #expect(notice.hasPrefix("Return-Path: <>") && notice.contains("Action: delivered") && notice.contains("Final-Recipient: rfc822; bob@demo.test"))
        #expect(try await house.store.check(.everything) == [])
    }
}

struct SRSTests {
    static let srs = SRS(key: Array("key".utf8)), day = Timestamp(seconds: 1_700_000_000)

    @Test(arguments: ["ann@far.example", "a=b+c@far.example", "\"a b\"@far.example", "SRS@far.example", "srs0@far.example"])
    func goesAndComesBack(_ text: String) throws {
        let sender = try #require(MailAddress(text))
        let rewritten = Self.srs.rewritten(sender, domain: "us.example", at: Self.day)
        #expect(rewritten.domain == "us.example" && SRS.looksLikeOne(rewritten))
        #expect(Self.srs.original(of: rewritten, at: Self.day) == sender)
        // Case may change on the way.
        let shouted = MailAddress(localPart: rewritten.localPart.uppercased(), domain: "us.example")
        #expect(Self.srs.original(of: shouted, at: Self.day)?.key == sender.key)
    }
    @Test func anotherForwardersAddressIsWrappedOnce() throws {
        let first = SRS(key: Array("other".utf8)).rewritten(try #require(MailAddress("ann@far.example")), domain: "first.example", at: Self.day)
        let second = Self.srs.rewritten(first, domain: "us.example", at: Self.day)
        #expect(second.localPart.hasPrefix("SRS1="))
        #expect(Self.srs.original(of: second, at: Self.day) == first)
        let third = SRS(key: Array("third".utf8)).rewritten(second, domain: "third.example", at: Self.day)
        #expect(third.localPart.utf8.count <= second.localPart.utf8.count)
        #expect(SRS(key: Array("third".utf8)).original(of: third, at: Self.day) == first)
    }
    @Test func oldOnesAndForgedOnesLeadNowhere() throws {
        let rewritten = Self.srs.rewritten(try #require(MailAddress("ann@far.example")), domain: "us.example", at: Self.day)
        #expect(Self.srs.original(of: rewritten, at: Timestamp(seconds: Self.day.seconds + 21 * 86_400)) != nil)
        #expect(Self.srs.original(of: rewritten, at: Timestamp(seconds: Self.day.seconds + 23 * 86_400)) == nil)
        #expect(Self.srs.original(of: rewritten, at: Timestamp(seconds: Self.day.seconds - 2 * 86_400)) == nil)
        #expect(SRS(key: Array("k".utf8)).original(of: rewritten, at: Self.day) == nil)
        let letters = Array(rewritten.localPart)
        for index in 5..<letters.count {
            var changed = letters
            changed[index] = letters[index] == "q" ? "r" : "q"
            let address = MailAddress(localPart: String(changed), domain: "us.example")
            #expect(Self.srs.original(of: address, at: Self.day) == nil)
            #expect(Self.srs.original(of: MailAddress(localPart: String(letters[..<index]), domain: "us.example"), at: Self.day) == nil)
        }
    }
}
