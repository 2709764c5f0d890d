// Answers that leave by themselves: who gets one, who never does, and what it says. (RFC 3834, threats T19, T20)
import Crypto
import Delivery
import Directory
import MailStore
import Model
import Synchronization
import Testing

struct AutomaticReplyTests {
    static func absence(_ state: AbsenceRow.State = .on, isHTML: Bool = false) -> AbsenceRow {
        var absence = AbsenceRow()
        absence.state = state
        absence.messages = [
            .internal: .init(isEnabled: true, isHTML: isHTML, text: isHTML ? "<p>Away, <b>colleague</b>.</p>" : "Away, colleague. ü"),
            .known: .init(isEnabled: false, isHTML: false, text: "never"),
            .unknown: .init(isEnabled: true, isHTML: false, text: "Away, stranger."),
        ]
        return absence
    }
    static func house(_ absence: AbsenceRow = absence()) async throws -> DeliveryHouse {
        let house = try await DeliveryHouse(), bob = try await house.user("bob").account
        try await house.store.write { try $0.setAbsence(absence, of: bob) }
        return house
    }
    static func mail(_ header: String = "", from: String = "ann", to: String = "bob@demo.test") -> String {
        "From: \(from)@demo.test\r\nTo: \(to)\r\nSubject: Lunch =?utf-8?q?=C3=BC?=\r\nMessage-ID: <one@demo.test>\r\n\(header)\r\nbody\r\n"
    }
    /// From a user of ours; nil: from a stranger.
    static func deliver(
        _ text: String, from sender: String?, to recipient: String = "bob@demo.test", user: String? = "ann", in house: DeliveryHouse,
        at seconds: Int64 = 1_000_000_000
    ) async throws {
        var logIn: LogIn?
        if let user { logIn = try await house.user(user) }
        let acceptance = Acceptance(store: house.store, directory: house.directory, hostname: "mx.demo.test", now: { Timestamp(seconds: seconds) })
        let envelope = Envelope(sender: sender.flatMap { MailAddress($0) }, recipients: [recipient].compactMap { MailAddress($0) })
        let origin = Origin(trace: "trace1", service: "smtp", address: "192.0.2.1", greeting: "c.example", transmission: "ESMTPS", logIn: logIn)
        _ = try await acceptance.accept(envelope, try OnwardTests.spool(house, text), origin)
    }

    @Test func aColleagueIsAnsweredInTheCommitOfTheDelivery() async throws {
        let house = try await Self.house(), before = house.store.commitsSynced
        try await Self.deliver(Self.mail(), from: "ann@demo.test", in: house)
        #expect(house.store.commitsSynced == before + 1)
        #expect(try await house.texts("bob").count == 1)
        let answers = try await house.texts("ann")
        let answer = try #require(answers.first)
        #expect(answers.count == 1)
        #expect(answer.contains("Return-Path: <>\r\n") && answer.contains("\r\nAuto-Submitted: auto-replied\r\n"))
        #expect(answer.contains("\r\nFrom: bob@demo.test\r\nTo: ann@demo.test\r\nSubject: =?utf-8?"))
        #expect(answer.contains("\r\nIn-Reply-To: <one@demo.test>\r\nReferences: <one@demo.test>\r\n"))
        #expect(answer.contains("Away, colleague. =C3=BC"))
        // A conversation with itself: the answer belongs to the thread of the question.
        let threads = try await (house.items("bob").map(\.row.state.thread), house.items("ann").map(\.row.state.content))
        #expect(threads.0.count == 1 && threads.1.count == 1)
        #expect(try await house.queue().isEmpty)
    }
    @Test func aStrangerIsAnsweredByTheQueueWhereSomebodySpokeForThem() async throws {
        let house = try await Self.house()
        try await Self.deliver(Self.mail(), from: "x@far.example", user: nil, in: house)
        #expect(try await house.queue().isEmpty, "nobody spoke for the sender")
        try await Self.deliver("Authentication-Results: mx.demo.test; spf=pass\r\n" + Self.mail(), from: "x@far.example", user: nil, in: house)
        let queue = try await house.queue()
        let queued = try #require(queue.first)
        #expect(queue.count == 1 && queued.message.sender.isEmpty && queued.recipients.map(\.address) == ["x@far.example"])
        #expect(queued.text.contains("Away, stranger.") && !queued.text.contains("colleague"))
    }
    @Test func onceInSevenDays() async throws {
        let house = try await Self.house()
        for _ in 0..<3 { try await Self.deliver(Self.mail(), from: "Ann@demo.test", in: house) }
        #expect(try await house.texts("ann").count == 1)
        // Others have their own answer; other words are new words.
        try await Self.deliver(Self.mail(from: "eve"), from: "eve@demo.test", user: "eve", in: house)
        #expect(try await house.texts("eve").count == 1)
        let bob = try await house.user("bob").account
        try await house.store.write { try $0.setAbsence(Self.absence(), of: bob) }
        try await Self.deliver(Self.mail(), from: "ann@demo.test", in: house)
        #expect(try await house.texts("ann").count == 2)
    }
    /// By the store's clock: what is old is forgotten and may be answered again.
    @Test func thePeriodEnds() async throws {
        let house = try await Self.house(), bob = try await house.user("bob").account
        #expect(try await house.store.write { try $0.takeAnswer(of: bob, to: "a@b.example", every: 1_000_000) })
        #expect(try await !house.store.write { try $0.takeAnswer(of: bob, to: "a@b.example", every: 1_000_000) })
        #expect(try await house.store.write { try $0.takeAnswer(of: bob, to: "a@b.example", every: -1_000_000) })
        #expect(try await house.store.prune(now: Timestamp(seconds: 4_000_000_000)).answers == 1)
        #expect(try await house.store.write { try $0.takeAnswer(of: bob, to: "a@b.example", every: 1_000_000) })
    }
    static let never: [(String, String, String?, String)] = [
        ("a list", mail("List-Id: <x.example>\r\n"), "ann@demo.test", "bob@demo.test"),
        ("bulk", mail("Precedence: bulk\r\n"), "ann@demo.test", "bob@demo.test"),
        ("another program's answer", mail("Auto-Submitted: auto-replied\r\n"), "ann@demo.test", "bob@demo.test"),
        ("generated", mail("Auto-Submitted: auto-generated (x)\r\n"), "ann@demo.test", "bob@demo.test"),
        ("who asks for none", mail("X-Auto-Response-Suppress: DR, OOF\r\n"), "ann@demo.test", "bob@demo.test"),
        ("a report", mail("Content-Type: multipart/report; boundary=x\r\n"), "ann@demo.test", "bob@demo.test"),
        ("the null sender", mail(), nil, "bob@demo.test"),
        ("a robot", mail(), "noreply@demo.test", "bob@demo.test"),
        ("a list's owner", mail(), "owner-x@demo.test", "bob@demo.test"),
        ("a list's request", mail(), "x-request@demo.test", "bob@demo.test"),
        ("oneself", mail(), "bob@demo.test", "bob@demo.test"),
        ("a blind copy", mail(to: "eve@demo.test"), "ann@demo.test", "bob@demo.test"),
        ("a list here", mail(to: "all@demo.test"), "ann@demo.test", "all@demo.test"),
        ("a catch-all", mail(to: "whoever@demo.test"), "ann@demo.test", "whoever@demo.test"),
    ]
    @Test(arguments: Self.never.indices) func someAreNeverAnswered(_ index: Int) async throws {
        let (name, text, sender, recipient) = Self.never[index]
        let house = try await Self.house(), bob = try await house.user("bob").account
        try await house.store.write { store in
            try store.addAddress(AddressRow(address: "all@demo.test", target: .account(bob)))
            try store.addAddress(AddressRow(address: "all@demo.test", target: .forward("z@far.example")))
            try store.addAddress(AddressRow(address: "@demo.test", target: .account(bob)))
        }
        try await Self.deliver(text, from: sender, to: recipient, in: house)
        #expect(try await house.texts("bob").count == 1, "\(name)")
        #expect(try await house.texts("ann").isEmpty, "\(name)")
        #expect(try await house.queue().allSatisfy { !$0.message.sender.isEmpty }, "\(name)")
    }
    @Test func aliasesAndTagsAreTheUsersOwn() async throws {
        let house = try await Self.house(), bob = try await house.user("bob").account
        try await house.store.write { try $0.addAddress(AddressRow(address: "robert@demo.test", target: .account(bob))) }
        try await Self.deliver(Self.mail(to: "Robert <Robert@demo.test>"), from: "ann@demo.test", to: "robert@demo.test", in: house)
        #expect(try await house.texts("ann").first?.contains("\r\nFrom: Robert@demo.test\r\n") == true)
        try await Self.deliver(Self.mail(from: "eve", to: "bob+shop@demo.test"), from: "eve@demo.test", to: "bob+shop@demo.test", user: "eve", in: house)
        #expect(try await house.texts("eve").first?.contains("\r\nFrom: bob@demo.test\r\n") == true)
    }
    @Test func anEmptyTextAndAClosedTimeAnswerNobody() async throws {
        var silent = Self.absence()
        silent.messages[.internal] = .init(isEnabled: true, isHTML: true, text: "<p> </p>")
        var later = Self.absence(.timed)
        (later.starts, later.ends) = (Timestamp(seconds: 1_000_000_001), Timestamp(seconds: 1_000_000_100))
        for absence in [silent, later, Self.absence(.off)] {
            let house = try await Self.house(absence)
            try await Self.deliver(Self.mail(), from: "ann@demo.test", in: house)
            #expect(try await house.texts("ann").isEmpty)
        }
        let house = try await Self.house(later)
        try await Self.deliver(Self.mail(), from: "ann@demo.test", in: house, at: 1_000_000_050)
        #expect(try await house.texts("ann").count == 1)
    }
    @Test func anAnswerInHTMLIsHTMLAndTwoWhoAreAwayStopAtOnce() async throws {
        let house = try await Self.house(Self.absence(isHTML: true)), ann = try await house.user("ann")
        try await house.store.write { try $0.setAbsence(Self.absence(), of: ann.account) }
        try await house.submission.submit(Array(Self.mail().utf8), by: ann, saveInSent: false, trace: "trace2")
        let answers = try await house.texts("ann")
        #expect(answers.count == 1 && answers[0].contains("Content-Type: text/html") && answers[0].contains("<b>colleague</b>"))
        #expect(try await house.texts("bob").count == 1)
    }
}
