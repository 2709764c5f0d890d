// Our trace fields, the dates in them, and the hops of others.
import Model
import Testing

@testable import Delivery

struct TraceFieldsTests {
    static func text(_ recipients: [String], greeting: String = "client.example", address: String = "192.0.2.7", sender: String? = "ann@example.org") -> String
    {
        let envelope = Envelope(sender: sender.flatMap { MailAddress($0) }, recipients: recipients.compactMap { MailAddress($0) })
        let origin = Origin(trace: "t1", service: "smtp", address: address, greeting: greeting, transmission: "ESMTPS", logIn: nil)
        return String(decoding: TraceFields.text(of: envelope, origin, hostname: "mx.demo.test", at: Timestamp(seconds: 1_136_214_245)), as: UTF8.self)
    }

    @Test func oneRecipientIsNamed() {
        #expect(
            Self.text(["bob@demo.test"]) == """
                Return-Path: <ann@example.org>\r
                Received: from client.example ([192.0.2.7])\r
                \tby mx.demo.test (Martlet) with ESMTPS id t1\r
                \tfor <bob@demo.test>; Mon, 02 Jan 2006 15:04:05 +0000\r\n
                """)
    }
    @Test func severalRecipientsAreNot() {
        let text = Self.text(["bob@demo.test", "eve@demo.test"], sender: nil)
        #expect(text.hasPrefix("Return-Path: <>\r\n"))
        #expect(!text.contains("bob") && !text.contains("eve"))
    }
    @Test func whatTheClientCallsItselfIsNoWayIntoTheHeader() {
        #expect(Self.text(["b@c.d"], greeting: "x) by evil (").contains("from unknown (["))
        #expect(Self.text(["b@c.d"], greeting: "[192.0.2.1]", address: "2001:db8::1").contains("from [192.0.2.1] ([IPv6:2001:db8::1])"))
    }

    @Test(arguments: [
        ("", 0), ("Received: x\r\n", 1), ("received : x\r\n\ty\r\nRECEIVED:\r\n\r\nReceived: body\r\n", 2),
        ("X-Received: x\r\nReceivedx: y\r\n Received: folded\r\n\r\n", 0), ("Received: x\nReceived: y\n\nReceived: z\n", 2), ("\r\nReceived: x\r\n", 0),
    ])
    func hopsAreCounted(_ message: String, _ expected: Int) { #expect(TraceFields.hops(in: Array(message.utf8).span) == expected) }

    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (951_827_696, "Tue, 29 Feb 2000 12:34:56 +0000"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 +0000"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 +0000"), (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 +0000"), (-5, "Thu, 01 Jan 1970 00:00:00 +0000"),
        ] as [(Int64, String)])
    func datesAreThoseOfTheCalendar(_ seconds: Int64, _ expected: String) { #expect(MessageDate.text(Timestamp(seconds: seconds)) == expected) }

    @Test func tracesDiffer() {
        let traces = Set((0..<1_000).map { _ in Trace.make() })
        #expect(traces.count == 1_000)
        #expect(traces.allSatisfy { $0.utf8.count == 16 })
    }
}
