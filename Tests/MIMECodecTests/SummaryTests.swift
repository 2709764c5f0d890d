import Bytes
import MIMECodec
import Model
import TestSupport
import Testing

func summary(_ text: String) -> MessageSummary { MessageSummary(parsing: Array(text.replacing("\n", with: "\r\n").utf8).span) }

@Suite struct SummaryTests {
    static let baseSubjects: [(String, String)] = [
        ("test", "test"), ("Re: test", "test"), ("re: RE : Fwd: test", "test"), ("[list] test", "test"), ("Re: [list] Re: [x] test", "test"),
        ("test (fwd)", "test"), ("test (FWD)  (fwd) ", "test"), ("[fwd: test]", "test"), ("[fwd: Re: [fwd: test]]", "test"), ("Re[2]: test", "test"),
        ("Fw: test", "test"), ("[only]", "[only]"), ("Re:", ""), ("re test", "re test"), ("  a \t b ", "a b"), ("", ""), ("[", "["), ("[[a]]", "[[a]]"),
        ("[a] [b] Re: c", "c"), ("Rebecca: x", "Rebecca: x"), ("RE: Grüße", "Grüße"),
    ]
    @Test(arguments: baseSubjects) func baseSubject(_ subject: String, _ expected: String) { #expect(BaseSubject.extract(subject) == expected) }

    static let importances: [(String, Importance)] = [
        ("", .normal), ("Importance: high", .high), ("Importance: Low", .low), ("Importance: normal\nX-Priority: 1", .normal), ("X-Priority: 1 (Highest)", .high),
        ("X-Priority: 2", .high), ("X-Priority: 3", .normal), ("X-Priority: 5", .low), ("Priority: urgent", .high), ("Priority: non-urgent", .low), ("Priority: x", .normal),
    ]
    @Test(arguments: importances) func importance(_ header: String, _ expected: Importance) { #expect(summary(header + "\n\n").importance == expected) }

    static let kinds: [(String, MessageKind)] = [
        ("text/plain", .plain), ("multipart/signed; protocol=\"application/pgp-signature\"; boundary=b", .signed), ("application/pkcs7-mime; smime-type=enveloped-data", .opaque),
        ("application/x-pkcs7-mime", .opaque), ("multipart/encrypted; boundary=b", .encrypted), ("multipart/report; report-type=delivery-status; boundary=b", .deliveryReport),
        ("multipart/report; report-type=\"disposition-notification\"; boundary=b", .readReceipt), ("multipart/report; boundary=b", .plain),
        ("text/calendar; method=REQUEST", .meetingRequest), ("text/calendar; method=reply", .meetingReply), ("text/calendar; method=CANCEL", .meetingCancel),
        ("text/calendar; method=counter", .calendarOther), ("text/calendar", .plain),
    ]
    @Test(arguments: kinds) func kind(_ type: String, _ expected: MessageKind) { #expect(summary("Content-Type: \(type)\n\n--b\n\nx\n--b--\n").kind == expected) }

    @Test func displayAndThreads() {
        let mail = summary("""
            From: =?utf-8?Q?J=C3=B6rg?= <joerg@example.org>
            To: "Lee, Ann" <ann@example.org>, Friends: bob@example.org;
            Cc: undisclosed-recipients:;
            Subject: Re: [x] =?utf-8?B?R3LDvMOfZQ==?=
            Message-ID: < one@x >
            In-Reply-To: <two@x>
            References: <three@x>
             <two@x> <four@x>
            Date: Thu, 1 Jan 1970 00:00:10 +0000

            First   line
            \t second line.
            """)
        #expect(mail.display.subject == "Re: [x] Grüße")
        #expect(mail.display.baseSubject == "Grüße")
        #expect(mail.display.from == [DisplayAddress(name: "Jörg", address: "joerg@example.org")])
        #expect(mail.display.sender == mail.display.from && mail.display.replyTo == mail.display.from)
        #expect(mail.display.to == [DisplayAddress(name: "Lee, Ann", address: "ann@example.org"), DisplayAddress(name: "", address: "bob@example.org")])
        #expect(mail.display.cc == [DisplayAddress(name: "undisclosed-recipients", address: "")])
        #expect(mail.display.preview == "First line second line.")
        #expect(mail.messageID == "<one@x>")
        #expect(mail.threadKeys == ["one@x", "two@x", "three@x", "four@x"].map { ThreadKeys.hash(Array($0.utf8)) })
        #expect(mail.sentDate == Timestamp(seconds: 10))
        #expect(mail.headerSize + mail.root.body.count == mail.size)
    }
    @Test func threadKeysAreLimited() {
        let mail = summary("Message-ID: <a@b>\nReferences: " + (0..<1_000).map { "<\($0)@x>" }.joined(separator: " ") + "\n\n")
        #expect(mail.threadKeys.count <= Limits.threadKeys)
        #expect(mail.threadKeys.first == ThreadKeys.hash(Array("a@b".utf8)))
        #expect(mail.threadKeys.last == ThreadKeys.hash(Array("999@x".utf8)))
        #expect(summary("\n").threadKeys == [])
    }
    @Test func previewIsOfCharacters() {
        let mail = summary("Content-Type: text/html; charset=utf-8\n\n<style>x</style><p>" + String(repeating: "äöü&nbsp; ", count: 200))
        #expect(mail.display.preview.count == Limits.previewCharacters)
        #expect(mail.display.preview.hasPrefix("äöü äöü"))
    }
    @Test func viewRefusesWhatIsNoSummary() {
        #expect(SummaryView([]) == nil)
        #expect(SummaryView([UInt8](repeating: 0, count: 200)) == nil)
        var blob = summary("Subject: x\n\ny").encode()
        blob[1] = 99
        #expect(SummaryView(blob) == nil)
    }
    @Test func corruptBlobsAreErrorsNotTraps() {
        var generator = SeededGenerator(seed: 11)
        let good = summary("From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; name=\"x\"\n\nx\n--b\nContent-Type: message/rfc822\n\nSubject: y\n\nz\n--b--\n").encode()
        var opened = 0
        for _ in 0..<3_000 {
            var bad = good
            for _ in 0..<Int.random(in: 1...4, using: &generator) { bad[Int.random(in: 0..<bad.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
            if Bool.random(using: &generator) { bad.removeLast(Int.random(in: 0..<bad.count, using: &generator)) }
            guard let view = SummaryView(bad) else { continue }
            opened += 1
            _ = view.envelopeList.count + view.structureList.count
            _ = try? view.structure()
            _ = try? view.bodyList()
            _ = try? view.display()
            _ = try? view.attachments()
            _ = try? view.threadKeys()
            _ = try? view.messageID()
        }
        #expect(opened > 500)
    }
}
