// What becomes of a message between the user's program and the net.
import MailStore
import Model
import Testing

@testable import Delivery

struct DraftTests {
    static func text(_ draft: Draft, withBcc: Bool = false) throws -> String {
        let spool = Spool()
        try draft.write(withBcc: withBcc, to: spool)
        return try spool.withBytes { bytes in String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) }
    }
    static func draft(_ text: String) -> Draft { Draft(Array(text.utf8)) }
    static let mail =
        "From: Ann <ann@demo.test>\r\nTo: Bob <bob@demo.test>, eve@demo.test\r\nBcc: hidden@demo.test,\r\n Bob@Demo.test\r\nSubject: s\r\n\r\nBcc: text\r\n"

    @Test func recipientsAreThoseOfAllThreeFieldsOnce() throws {
        let draft = Self.draft(Self.mail)
        #expect(draft.recipients.addresses.map(\.description) == ["bob@demo.test", "eve@demo.test", "hidden@demo.test"])
        #expect(draft.recipients.unreadable.isEmpty)
        #expect(draft.onlyFrom?.description == "ann@demo.test")
    }
    @Test func groupsAndQuotesAreUnderstood() throws {
        let draft = Self.draft("To: Team: a@demo.test, \"b c\"@demo.test;, undisclosed:;\r\nCc: (c) \"x@y\" <d@demo.test>\r\n\r\n")
        #expect(draft.recipients.addresses.map(\.description) == ["a@demo.test", "\"b c\"@demo.test", "d@demo.test"])
    }
    @Test func whatIsNoAddressIsNamed() throws {
        let draft = Self.draft("To: nobody, ok@demo.test, x@d\u{85}main\r\n\r\n")
        #expect(draft.recipients.addresses.map(\.description) == ["ok@demo.test"])
        #expect(draft.recipients.unreadable.count == 2)
    }
    @Test func bccLeavesWithItsFolds() throws {
        let draft = Self.draft(Self.mail)
        #expect(try Self.text(draft) == "From: Ann <ann@demo.test>\r\nTo: Bob <bob@demo.test>, eve@demo.test\r\nSubject: s\r\n\r\nBcc: text\r\n")
        #expect(try Self.text(draft, withBcc: true) == Self.mail)
    }
    @Test func missingFieldsAreAdded() throws {
        var draft = Self.draft("From: ann@demo.test\r\nTo: bob@demo.test\r\n\r\nx")
        draft.complete(date: Timestamp(seconds: 0), hostname: "mx.demo.test")
        let text = try Self.text(draft)
        #expect(text.hasPrefix("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\nMessage-ID: <"))
        #expect(text.contains("@mx.demo.test>\r\nFrom: ann@demo.test\r\n"))
        var whole = Self.draft("DATE: x\r\nmessage-id: <a@b>\r\n\r\n")
        whole.complete(date: Timestamp(seconds: 0), hostname: "mx.demo.test")
        #expect(try Self.text(whole) == "DATE: x\r\nmessage-id: <a@b>\r\n\r\n")
    }
    @Test func foreignFromIsReplaced() throws {
        var draft = Self.draft("Subject: s\r\nFrom: Boss\r\n <boss@demo.test>\r\nSender: boss@demo.test\r\nReturn-Path: <x@y>\r\nTo: b@c\r\n\r\nFrom here\r\n")
        draft.replaceFrom(with: MailAddress(localPart: "ann", domain: "demo.test"))
        #expect(try Self.text(draft) == "From: <ann@demo.test>\r\nSubject: s\r\nTo: b@c\r\n\r\nFrom here\r\n")
    }
    @Test func severalFromsAreNotOne() throws { #expect(Self.draft("From: a@b.c, d@e.f\r\n\r\n").onlyFrom == nil) }

    @Test(arguments: [
        ("", ""), ("a", "a"), ("a\r\nb\r\n", "a\r\nb\r\n"), ("a\nb\n", "a\r\nb\r\n"), ("a\rb", "a\r\nb"), ("a\n\nb\r\n", "a\r\n\r\nb\r\n"),
        ("a\r\r\nb", "a\r\n\r\nb"), ("a\r", "a\r\n"), ("\n", "\r\n"), ("a\n\r", "a\r\n\r\n"),
    ])
    func lineEndsAreMadeRight(_ text: String, _ expected: String) {
        let result = LineEnds.normalised(Array(text.utf8))
        #expect(String(decoding: result, as: UTF8.self) == expected)
        #expect(LineEnds.normalised(result) == result)
    }
}
