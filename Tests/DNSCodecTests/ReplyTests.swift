import Model
import TestSupport
import Testing
@testable import DNSCodec

private typealias Record = Answers.Record

@Suite struct ReplyTests {
    private static func read(_ answers: Answers, _ name: String, _ type: RecordType) throws(LookUpFailure) -> DNSReply {
        try DNSReply(answers.octets, to: DNSQuery(id: 7, name: name, type: type))
    }
    private static func failure(_ answers: Answers, _ name: String = "a.test", _ type: RecordType = .mx) -> LookUpFailure? {
        do throws(LookUpFailure) {
            _ = try read(answers, name, type)
            return nil
        } catch { return error }
    }

    @Test func writesQuestions() throws {
        let query = try DNSQuery(id: 0x1234, name: "Mail.Example.ORG.", type: .mx)
        let head: [UInt8] = [0x12, 0x34, 0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, 1]
        #expect(query.octets == head + Answers.name("mail.example.org") + [0, 15, 0, 1] + [0, 0, 41, 4, 0xD0, 0, 0, 0x80, 0, 0, 0])
        #expect(query.name == "mail.example.org")
        #expect(try DNSQuery(id: 1, name: "a", type: .a, hasExtensions: false).octets == [0, 1, 1, 0x20, 0, 1, 0, 0, 0, 0, 0, 0, 1, 97, 0, 0, 1, 0, 1])
        #expect(try DNSQuery(id: 1, name: ".", type: .ns).octets.count == 12 + 1 + 4 + 11)
    }
    static let badNames = [
        "", "..", ".a", "a..b", String(repeating: "a", count: 64) + ".test", String(repeating: "abc.", count: 63) + "abcd", "bücher.test", "a b.test",
        "a\\.test", "a\0b",
    ]
    @Test(arguments: badNames) func refusesNames(_ name: String) {
        #expect(throws: LookUpFailure.badName) { try DNSQuery(id: 1, name: name, type: .a) }
    }

    @Test func readsEveryKindOfRecord() throws {
        let six: [UInt8] = [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
        let table: [(RecordType, [UInt8], RecordData)] = [
            (.a, [192, 0, 2, 1], .a("192.0.2.1")), (.aaaa, six, .aaaa("2001:db8::1")),
            (.mx, Answers.mx(10, "MX.a.test"), .mx(preference: 10, exchange: "mx.a.test")), (.mx, [0, 0, 0], .mx(preference: 0, exchange: "")),
            (.txt, Answers.txt("v=spf1 ", "", "-all"), .txt(Array("v=spf1 -all".utf8))), (.txt, [], .txt([])),
            (.ptr, Answers.name("host.test"), .ptr("host.test")), (.cname, Answers.name("b.test"), .cname("b.test")),
            (.ns, Answers.name("ns.test"), .ns("ns.test")),
            (.srv, [0, 1, 0, 2, 3, 0xE1] + Answers.name("imap.test"), .srv(priority: 1, weight: 2, port: 993, target: "imap.test")),
            (.tlsa, [3, 1, 1, 9, 8], .tlsa(TLSARecord(usage: 3, selector: 1, matching: 1, data: [9, 8]))), (.ds, [1, 2], .other([1, 2])),
            (.ptr, [3, 65, 46, 0] + [0], .ptr("a\\046\\000")),
        ]
        for (type, data, wanted) in table {
            let answers = Answers(question: "a.test", type: Int(type.rawValue), answers: [Record("A.TEST", Int(type.rawValue), data)])
            #expect(try Self.read(answers, "a.test", type).answer == DNSAnswer(records: [wanted], name: "a.test", lifetime: 300))
        }
    }
    static let addresses: [([UInt8], String)] = [
        ([UInt8](repeating: 0, count: 16), "::"), ([UInt8](repeating: 0, count: 15) + [1], "::1"), ([0, 1] + [UInt8](repeating: 0, count: 14), "1::"),
        ([UInt8](repeating: 0, count: 10) + [255, 255, 192, 0, 2, 1], "::ffff:192.0.2.1"),
        ([0x20, 1, 0x0D, 0xB8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], "2001:db8:0:1:1:1:1:1"),
        ([0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1], "2001:0:0:1::1"), ([0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1], "2001:db8::1:0:0:1"),
    ]
    @Test(arguments: addresses) func writesAddresses(_ octets: [UInt8], _ text: String) { #expect(RecordData.addressText(octets) == text) }

    @Test func followsAliases() throws {
        let answers = Answers(
            flags: Answers.withAD, question: "a.test", type: 1,
            answers: [
                Record("c.test", 1, [1, 2, 3, 4], lifetime: 50), Record("a.test", 5, Answers.name("B.test"), lifetime: 70),
                Record("b.test", 5, Answers.name("c.test"), lifetime: 40), Record("d.test", 1, [9, 9, 9, 9]), Record("c.test", 46, [1, 2, 3]),
            ])
        let reply = try Self.read(answers, "a.test", .a)
        #expect(reply.answer == DNSAnswer(records: [.a("1.2.3.4")], name: "c.test", isAuthentic: true, lifetime: 40))
        #expect(try Self.read(Answers(question: "a.test", type: 5, answers: [Record("a.test", 5, Answers.name("b.test"))]), "a.test", .cname).answer.name == "a.test")
    }
    /// T44: circles and long chains.
    @Test func refusesCirclesOfAliases() throws {
        let circle = [Record("a.test", 5, Answers.name("b.test")), Record("b.test", 5, Answers.name("a.test"))]
        #expect(Self.failure(Answers(question: "a.test", type: 15, answers: circle)) == .malformed)
        #expect(Self.failure(Answers(question: "a.test", type: 15, answers: [Record("a.test", 5, Answers.name("a.test"))])) == .malformed)
        for length in [10, 11] {
            let chain = (0..<length).map { Record($0 == 0 ? "a.test" : "n\($0).test", 5, Answers.name("n\($0 + 1).test")) }
            let answers = Answers(question: "a.test", type: 15, answers: chain + [Record("n\(length).test", 15, Answers.mx(1, "mx.test"))])
            #expect(Self.failure(answers) == (length == 10 ? nil : .malformed))
        }
    }
    @Test func knowsNoes() throws {
        let soa = [Record("test", 6, Answers.soa(minimum: 60), lifetime: 3600)]
        let none = try Self.read(Answers(question: "a.test", type: 15, authorities: soa), "a.test", .mx).answer
        #expect(none == DNSAnswer(name: "a.test", lifetime: 60))
        let gone = try Self.read(Answers(flags: 0x8183, question: "a.test", type: 15, authorities: soa), "a.test", .mx).answer
        #expect(gone == DNSAnswer(name: "a.test", isNoSuchName: true, lifetime: 60))
        let bare = try Self.read(Answers(flags: 0x8183, question: "a.test", type: 15), "a.test", .mx).answer
        #expect(bare == DNSAnswer(name: "a.test", isNoSuchName: true, lifetime: 0))
        #expect(Self.failure(Answers(flags: 0x8182, question: "a.test", type: 15)) == .server(code: 2))
        #expect(Self.failure(Answers(flags: 0x8185, question: "a.test", type: 15)) == .server(code: 5))
        // BADVERS is in the OPT record. (RFC 6891 §6.1.3)
        let version = Record("", 41, [], lifetime: 1 << 24, kind: 1232)
        #expect(Self.failure(Answers(question: "a.test", type: 15, more: [version])) == .server(code: 16))
        var bareRefusal = Answers(flags: 0x8181, question: "a.test", type: 15).octets.prefix(12)
        bareRefusal[5] = 0
        #expect(throws: LookUpFailure.server(code: 1)) { try DNSReply(Array(bareRefusal), to: DNSQuery(id: 7, name: "a.test", type: .mx)) }
    }
    @Test func answersToOtherQuestionsAreNone() throws {
        let data = Answers.mx(1, "mx.test")
        #expect(Self.failure(Answers(question: "a.test", type: 15, answers: [Record("b.test", 15, data)])) == nil)
        #expect(try Self.read(Answers(question: "a.test", type: 15, answers: [Record("b.test", 15, data)]), "a.test", .mx).answer.records == [])
        #expect(try Self.read(Answers(question: "a.test", type: 15, answers: [Record("a.test", 15, data, kind: 3)]), "a.test", .mx).answer.records == [])
        #expect(Self.failure(Answers(question: "b.test", type: 15)) == .malformed)
        #expect(Self.failure(Answers(question: "a.test", type: 16)) == .malformed)
        #expect(Self.failure(Answers(id: 8, question: "a.test", type: 15)) == .malformed)
        #expect(Self.failure(Answers(flags: 0x0180, question: "a.test", type: 15)) == .malformed)
        #expect(Self.failure(Answers(flags: 0x9180, question: "a.test", type: 15)) == .malformed)
        #expect(try Self.read(Answers(flags: 0x8380, question: "a.test", type: 15), "a.test", .mx).isTruncated)
    }
    @Test func lifetimesBeyondTheirFieldAreNone() throws {
        let answers = Answers(question: "a.test", type: 15, answers: [Record("a.test", 15, Answers.mx(1, "mx.test"), lifetime: 0x8000_0000)])
        #expect(try Self.read(answers, "a.test", .mx).answer.lifetime == 0)
    }

    /// T44: names that point at themselves, forward, or beyond the end; data that is shorter or longer than its record.
    @Test func refusesHostileOctets() throws {
        let question = 12
        let owner = question + Answers.name("a.test").count + 4
        let table: [(String, Record)] = [
            ("to itself", Record(octets: [0xC0, UInt8(owner)], 15, [0, 1, 0])), ("forward", Record(octets: [0xC0, UInt8(owner + 2)], 15, [0, 1, 0])),
            ("beyond the end", Record(octets: [0xFF, 0xFF], 15, [0, 1, 0])), ("a reserved label type", Record(octets: [0x40, 0], 15, [0, 1, 0])),
            ("exchange to itself", Record(octets: [0xC0, 12], 15, [0, 1, 0xC0, UInt8(owner + 14)])),
            ("exchange to its label", Record(octets: [0xC0, 12], 15, [0, 1, 1, 97, 0xC0, UInt8(owner + 14)])),
            ("short MX", Record(octets: [0xC0, 12], 15, [0])), ("MX without a name", Record(octets: [0xC0, 12], 15, [0, 1])),
            ("MX with more", Record(octets: [0xC0, 12], 15, [0, 1, 0, 0])),
        ]
        for (name, record) in table {
            #expect(Self.failure(Answers(question: "a.test", type: 15, answers: [record])) == .malformed, "\(name)")
        }
        for (type, data) in [(RecordType.a, [1, 2, 3]), (.a, [1, 2, 3, 4, 5]), (.aaaa, [1]), (.txt, [5, 97]), (.srv, [0, 1, 0, 2, 0]), (.tlsa, [1, 2])] {
            let answers = Answers(question: "a.test", type: Int(type.rawValue), answers: [Record("a.test", Int(type.rawValue), data.map { UInt8($0) })])
            #expect(Self.failure(answers, "a.test", type) == .malformed)
        }
    }
    /// Each label lies before the last, and each pointer goes back: honest compression, as deep as it can get, is read; deeper is not.
    @Test func namesAreBounded() throws {
        var octets = Answers(question: "a.test", type: 12, answers: [Record("a.test", 12, [])]).octets
        let start = octets.count
        octets += [1, 97, 0xC0, 12]
        for _ in 0..<200 { octets += [1, 97] + [0xC0 | UInt8((octets.count - 4) >> 8), UInt8((octets.count - 4) & 0xFF)] }
        func read(_ offset: Int) throws(LookUpFailure) -> String {
            var reader = DNSReader(octets, at: offset)
            return try reader.name()
        }
        #expect(try read(start + 4 * 100).utf8.count == 2 * 101 + 6)
        #expect(throws: LookUpFailure.malformed) { try read(start + 4 * 150) }
    }
    /// T44: ten thousand exchanges cost a few milliseconds and a bounded answer.
    @Test func thousandsOfRecordsAreBounded() throws {
        let data = [0, 1, 1, 97, 0xC0, 12] as [UInt8]
        let many = Answers(question: "a.test", type: 15, answers: (0..<3500).map { _ in Record(octets: [0xC0, 12], 15, data) })
        #expect(many.octets.count < 65_536)
        #expect(try Self.read(many, "a.test", .mx).answer.records.count == DNSReply.Limits.records)
        let more = Answers(question: "a.test", type: 15, answers: (0..<10_000).map { _ in Record(octets: [0xC0, 12], 15, data) })
        #expect(Self.failure(more) == .malformed)
    }
    /// Every prefix of an answer, and a hundred thousand mutations of it: an answer or a failure, never a trap, and no long waits.
    @Test func survivesAnything() throws {
        let query = try DNSQuery(id: 7, name: "a.test", type: .mx)
        let seed = Answers(
            question: "a.test", type: 15,
            answers: [
                Record(octets: [0xC0, 12], 5, Answers.name("b.test")), Record("b.test", 15, Answers.mx(1, "mx.b.test")), Record("b.test", 16, Answers.txt("x")),
            ],
            authorities: [Record("test", 6, Answers.soa(minimum: 60))], more: [Record("", 41, [], kind: 1232)]
        ).octets
        for count in 0..<seed.count { #expect(throws: LookUpFailure.self) { try DNSReply(Array(seed[..<count]), to: query) } }
        var random = SplitMix(state: 1)
        var read = 0
        for _ in 0..<100_000 {
            var octets = seed
            for _ in 0..<Int(1 + random.next() % 4) { octets[Int(random.next() % UInt64(octets.count))] = UInt8(truncatingIfNeeded: random.next() >> 11) }
            if random.next() % 8 == 0 { octets.removeLast(Int(random.next() % UInt64(octets.count))) }
            if (try? DNSReply(octets, to: query)) != nil { read += 1 }
        }
        #expect(read > 1000)
    }
}

/// The same numbers every time. (SplitMix64)
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
