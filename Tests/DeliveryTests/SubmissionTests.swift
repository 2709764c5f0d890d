// Mail that users write: delivered and kept in Sent in one commit, or neither.
import Delivery
import Directory
import MailStore
import Model
import Testing

struct SubmissionTests {
    static let mail = "From: ann@demo.test\nTo: bob@demo.test\nBcc: eve@demo.test\nSubject: s\n\ntext\n"

    @Test func deliversAndSavesInOneCommit() async throws {
        let house = try await DeliveryHouse()
        let before = house.store.commitsSynced
        try await house.submission.submit(Array(Self.mail.utf8), by: house.user("ann"), saveInSent: true, trace: "t1")
        #expect(house.store.commitsSynced == before + 1)
        let sent = try #require(try await house.items("ann", .sent).first)
        #expect(sent.row.state.flags == .seen)
        #expect(sent.text.contains("\r\nBcc: eve@demo.test\r\nSubject: s\r\n\r\ntext\r\n"))
        #expect(sent.text.hasPrefix("Date: Sun, 09 Sep 2001 01:46:40 +0000\r\nMessage-ID: <"))
        for name in ["bob", "eve"] {
            let text = try #require(try await house.texts(name).first)
            #expect(text.hasPrefix("Return-Path: <ann@demo.test>\r\nReceived: by mx.demo.test (Martlet) id t1; Sun, 09 Sep 2001 01:46:40 +0000\r\nDate: "))
            #expect(!text.contains("eve"))
            #expect(text.hasSuffix("From: ann@demo.test\r\nTo: bob@demo.test\r\nSubject: s\r\n\r\ntext\r\n"))
        }
        #expect(try await house.texts("ann").isEmpty)
    }

    @Test func sentIsOptionalAndMadeAnewWhereItIsMissing() async throws {
        let house = try await DeliveryHouse()
        let ann = try await house.user("ann")
        try await house.submission.submit(Array(Self.mail.utf8), by: ann, saveInSent: false, trace: "t")
        #expect(try await house.texts("ann", .sent).isEmpty)
        try await house.store.write { transaction in
            if let folder = try transaction.folder(of: ann.account, role: .sent) { try transaction.removeFolder(folder.id) }
        }
        try await house.submission.submit(Array(Self.mail.utf8), by: ann, saveInSent: true, trace: "t")
        #expect(try await house.texts("ann", .sent).count == 1)
    }

    @Test func whoCannotBeReachedIsNamedAndNobodyGetsIt() async throws {
        let house = try await DeliveryHouse()
        let mail = "To: bob@demo.test, x@far.example\r\nCc: nobody@demo.test\r\n\r\nx"
        await #expect(throws: SubmissionFailure.undeliverable([MailAddress(localPart: "nobody", domain: "demo.test")])) {
            try await house.submission.submit(Array(mail.utf8), by: house.user("ann"), saveInSent: true, trace: "t")
        }
        #expect(try await house.texts("bob").isEmpty)
        #expect(try await house.texts("ann", .sent).isEmpty)
        #expect(try await house.queue().isEmpty)
    }

    @Test(arguments: [
        ("Subject: s\r\n\r\nx", SubmissionFailure.noRecipients), ("To: undisclosed:;\r\n\r\nx", .noRecipients), ("", .malformed), ("\r\nno header", .malformed),
    ])
    func refuses(_ mail: String, _ expected: SubmissionFailure) async throws {
        let house = try await DeliveryHouse()
        await #expect(throws: expected) { try await house.submission.submit(Array(mail.utf8), by: house.user("ann"), saveInSent: true, trace: "t") }
    }

    @Test func sizeIsLimited() async throws {
        let house = try await DeliveryHouse()
        let submission = Submission(store: house.store, directory: house.directory, hostname: "h", sizeLimit: 100)
        await #expect(throws: SubmissionFailure.messageTooLarge) {
            try await submission.submit([UInt8](repeating: 65, count: 101), by: house.user("ann"), saveInSent: false, trace: "t")
        }
    }

    /// What a user sends by phone counts for the same hour as what goes by SMTP. (threat T21)
    @Test func theHourlyLimitsCountHereToo() async throws {
        let house = try await DeliveryHouse()
        var limits = Allowances.Limits()
        (limits.messagesPerHour, limits.recipientsPerHour) = (2, 3)
        let allowances = Allowances(limits)
        let submission = Submission(store: house.store, directory: house.directory, hostname: "h", allowances: allowances)
        func submit(_ recipients: String) async throws {
            try await submission.submit(Array("To: \(recipients)\r\n\r\nx".utf8), by: house.user("ann"), saveInSent: true, trace: "t")
        }
        try await submit("bob@demo.test, eve@demo.test")
        await #expect(throws: SubmissionFailure.limited) { try await submit("bob@demo.test, eve@demo.test") }
        try await submit("bob@demo.test")
        await #expect(throws: SubmissionFailure.limited) { try await submit("bob@demo.test") }
        #expect(try await house.texts("bob").count == 2)
        #expect(try await house.texts("ann", .sent).count == 2)
    }

    @Test func aForeignFromBecomesTheUsers() async throws {
        let house = try await DeliveryHouse()
        try await house.directory.administration.addAddress("team@demo.test", to: ["ann@demo.test", "bob@demo.test"])
        for (from, expected) in [
            ("boss@demo.test", "From: <ann@demo.test>"), ("Team <team@demo.test>", "From: Team <team@demo.test>"), ("x@far.example", "From: <ann@demo.test>"),
        ] {
            try await house.submission.submit(Array("From: \(from)\r\nTo: eve@demo.test\r\n\r\nx".utf8), by: house.user("ann"), saveInSent: false, trace: "t")
            let text = try #require(try await house.texts("eve").last)
            #expect(text.contains("\r\n\(expected)\r\n"))
            #expect(text.contains("boss") == false && text.contains("far.example") == false)
        }
    }

    @Test func whatElseIsToBeDoneIsDoneInTheSameCommitOrNothingIs() async throws {
        let house = try await DeliveryHouse()
        let ann = try await house.user("ann")
        struct Refusal: Error {}
        await #expect(throws: SubmissionFailure.tryLater) {
            try await house.submission.submit(Array(Self.mail.utf8), by: ann, saveInSent: true, trace: "t") { _ in throw Refusal() }
        }
        #expect(try await house.texts("bob").isEmpty)
        try await house.submission.submit(Array(Self.mail.utf8), by: ann, saveInSent: true, trace: "t") { transaction in
            try transaction.setAccount(ann.account, displayName: "Ann")
        }
        #expect(try await house.store.read { try $0.account(ann.account)?.displayName } == "Ann")
    }

    @Test func fullMailboxesAreTold() async throws {
        let house = try await DeliveryHouse()
        try await house.directory.administration.setQuota("ann@demo.test", 10)
        await #expect(throws: SubmissionFailure.overQuota) {
            try await house.submission.submit(Array(Self.mail.utf8), by: house.user("ann"), saveInSent: true, trace: "t")
        }
        #expect(try await house.texts("bob").isEmpty)
    }
}
