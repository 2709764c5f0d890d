// Octets as they leave, without a network.
import Bytes
import MailStore
import Model
import SMTPCodec
import DNSCodec
import SessionKit
import Testing
@testable import Outbound

@Suite struct FormTests {
    /// Threat T1: whatever is stored, no CR or LF stands alone on the wire, and no line of a message is a dot alone.
    @Test func nothingIsSmuggledOut() {
        let letters: [UInt8] = [13, 10, 46, 0, 97]
        var count = 0
        for length in 0...6 {
            var indices = Array(repeating: 0, count: length)
            repeat {
                let message = indices.map { letters[$0] }
                for step in [1, 2, 64] {
                    var output = ByteBuffer(), stuffer = DotStuffer(), place = 0
                    while place < message.count {
                        let end = min(place + step, message.count)
                        stuffer.append(Array(message[place..<end]).span, to: &output)
                        place = end
                    }
                    stuffer.end(&output)
                    var codec = DotCodec(), body: [UInt8] = []
                    let wire = output.bytes
                    let progress = codec.decode(wire.span) { run in for index in run.indices { body.append(run[index]) } }
                    #expect(progress.isComplete && progress.consumed == wire.count && !codec.isMalformed)
                    #expect(body == (message.isEmpty ? [] : OutgoingMessage.withLineEnds(message)) || message.count < 2, "\(message)")
                }
                count += 1
            } while Self.advance(&indices, letters.count)
        }
        #expect(count == 19_531)
    }
    private static func advance(_ indices: inout [Int], _ base: Int) -> Bool {
        for place in indices.indices {
            indices[place] += 1
            if indices[place] < base { return true }
            indices[place] = 0
        }
        return false
    }

    static let replies: [(String, ReplyParser.Outcome)] = [
        ("250 ok\r\n", .reply(ServerReply(250, nil, lines: ["ok"]))), ("250\r\n", .reply(ServerReply(250, nil, lines: [""]))),
        ("250 2.1.0 fine\n", .reply(ServerReply(250, "2.1.0", lines: ["fine"]))),
        ("550-5.1.1 no\r\n550 5.1.1 such user\r\n", .reply(ServerReply(550, "5.1.1", lines: ["no", "such user"]))),
        ("250 5.1.1 another class\r\n", .reply(ServerReply(250, nil, lines: ["5.1.1 another class"]))),
        ("250-a\r\n251 b\r\n", .broken("one reply with codes 250 and 251")), ("250-a\r\n", .incomplete), ("25", .incomplete),
        ("999 x\r\n", .broken("no reply of SMTP: 999 x")), ("250x\r\n", .broken("no reply of SMTP: 250x")), ("\r\n", .broken("no reply of SMTP: ")),
        ("250 a\u{7}b\r\n", .reply(ServerReply(250, nil, lines: ["a?b"]))),
    ]
    @Test(arguments: replies) func readsReplies(_ text: String, _ expected: ReplyParser.Outcome) {
        var parser = ReplyParser(), input = ByteBuffer(text)
        #expect(parser.next(&input) == expected)
        // In pieces of one octet.
        parser = ReplyParser()
        input = ByteBuffer()
        var outcome = ReplyParser.Outcome.incomplete
        for byte in text.utf8 where outcome == .incomplete {
            input.append(byte)
            outcome = parser.next(&input)
        }
        #expect(outcome == expected)
    }

    @Test func partsAreConvertedOneByOne() throws {
        let message = [
            "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", "Content-Transfer-Encoding: 8bit", "", "--b",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", "é = 1", "--b", "Content-Type: image/png",
            "Content-Transfer-Encoding: binary", "", "\u{fe}\u{ff}", "--b", "Content-Type: text/plain", "", "plain", "--b--", "",
        ].joined(separator: "\r\n")
        let made = try #require(SevenBitForm.make(Array(message.utf8)))
        let text = String(decoding: made, as: UTF8.self)
        #expect(made.allSatisfy { $0 < 128 })
        #expect(text.contains("boundary=b\r\nContent-Transfer-Encoding: 7bit\r\n"))
        #expect(text.contains("Content-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A9 =3D 1\r\n--b"))
        #expect(text.contains("Content-Transfer-Encoding: base64\r\n\r\nw77Dvw==\r\n"))
        #expect(text.hasSuffix("--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b--\r\n"))
        #expect(SevenBitForm.make(Array("Subject: é\r\n\r\nx".utf8)) == nil)
        #expect(
            String(decoding: SevenBitForm.make(Array("Subject: x\r\n\r\né\r\n".utf8)) ?? [], as: UTF8.self)
                == "Subject: x\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A9\r\n")
    }

    @Test func agendaKeepsOneEntryForEach() {
        var agenda = Agenda()
        for round in 0..<1_000 { agenda.add("d\(round % 10)", at: Int64(1_000 - round)) }
        agenda.add("d3", at: 5_000)
        #expect(agenda.count == 10 && agenda.first() == 1)
        #expect(agenda.take(until: 5).sorted() == ["d5", "d6", "d7", "d8", "d9"])
        #expect(agenda.take(until: 10_000).count == 5 && agenda.count == 0 && agenda.first() == nil)
    }
    @Test func pausesGrowAndStay() {
        var schedule = Schedule()
        schedule.retries = [10, 20]
        schedule.spread = 50
        let now = Timestamp(milliseconds: 1_000)
        #expect([1, 2, 3, 99].map { schedule.next(after: $0, from: now, chance: 0).rawValue } == [1_010, 1_020, 1_020, 1_020])
        #expect(schedule.next(after: 2, from: now, chance: 1).rawValue == 1_030)
    }
    @Test func envelopesSpeakTheServersWords() {
        var message = QueuedMessage(trace: "t", sender: "ann@bücher.example", account: nil, created: Timestamp(seconds: 1), expires: Timestamp(seconds: 2))
        message.identifier = "a=b"
        message.returnsAll = false
        var recipient = QueuedRecipient(address: "x@y.example", destination: "y.example", next: Timestamp(seconds: 1))
        recipient.notify = 5
        recipient.original = "rfc822;a+b@c"
        let job = ClientJob(message: message, recipients: [recipient]), needs = MessageNeeds(size: 7, isEightBit: true, isUTF8: false)
        var extensions = ServerExtensions()
        #expect(EnvelopeForm(job: job, needs: needs, extensions: extensions).mail == "MAIL FROM:<ann@xn--bcher-kva.example>\r\n")
        (extensions.dsn, extensions.size, extensions.eightBitMIME) = (true, 0, true)
        let form = EnvelopeForm(job: job, needs: needs, extensions: extensions)
        #expect(form.mail == "MAIL FROM:<ann@xn--bcher-kva.example> SIZE=7 BODY=8BITMIME RET=HDRS ENVID=a+3Db\r\n")
        #expect(form.recipient(recipient) == "RCPT TO:<x@y.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@c\r\n")
        recipient.address = "x\r\nDATA@y.example"
        #expect(form.recipient(recipient) == nil)
    }
}

/// A resolver whose every answer is proved by DNSSEC.
private struct ProvedResolver: NameResolver {
    let table: [String: [RecordType: [RecordData]]]
    func query(_ name: String, _ type: RecordType) async throws(LookUpFailure) -> DNSAnswer {
        DNSAnswer(records: table[name]?[type] ?? [], name: name, isNoSuchName: table[name] == nil, isAuthentic: true, lifetime: 60)
    }
}

@Suite struct DANETests {
    static let good = TLSARecord(usage: 3, selector: 1, matching: 1, data: [UInt8](repeating: 7, count: 32))
    /// Which records count is asked of the one filter that the handshake asks; where none does, TLS is still promised. (RFC 7672 §2.1.1, §2.2)
    @Test(arguments: [
        ([good], ClientTLS.Verification.dane([good], names: ["mx1.far.example", "far.example"])),
        ([TLSARecord(usage: 3, selector: 1, matching: 1, data: [1, 2, 3])], .none),
        ([TLSARecord(usage: 1, selector: 0, matching: 1, data: [UInt8](repeating: 7, count: 32))], .none),
        (
            [TLSARecord(usage: 3, selector: 1, matching: 2, data: [UInt8](repeating: 7, count: 32)), good],
            .dane([good], names: ["mx1.far.example", "far.example"])
        ),
    ])
    func usesWhatTheHandshakeCanUse(_ records: [TLSARecord], _ verification: ClientTLS.Verification) async throws {
        let resolver = ProvedResolver(table: [
            "far.example": [.mx: [.mx(preference: 10, exchange: "mx1.far.example")]], "mx1.far.example": [.a: [.a("127.0.0.1")]],
            "_25._tcp.mx1.far.example": [.tlsa: records.map { .tlsa($0) }],
        ])
        let found = try await NextHops(resolver: resolver, settings: OutboundSettings(hostname: "mx.demo.test")).candidates(for: .exchangers("far.example"))
        #expect(found.map(\.use) == [.required] && found.map(\.tls.verification) == [verification])
    }
}
