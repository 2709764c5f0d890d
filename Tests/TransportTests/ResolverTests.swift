import DNSCodec
import Glibc
import Model
import Synchronization
import Telemetry
import TestSupport
import Testing
@testable import Transport

private typealias Wire = Answers.Record

/// The resolver against a name server of the test, over real UDP and TCP. (threat T44)
@Suite(.timeLimit(.minutes(1))) struct ResolverTests {
    static func outcome(_ resolver: Resolver, _ name: String, _ type: RecordType) async -> Result<DNSAnswer, LookUpFailure> {
        do throws(LookUpFailure) { return .success(try await resolver.query(name, type)) } catch { return .failure(error) }
    }
    private func isHeard(_ resolver: Resolver, _ name: String) async -> Bool {
        guard case .success(let answer) = await Self.outcome(resolver, name, .a) else { return false }
        return answer.records == [.a("1.2.3.4")]
    }
    static let zone = [
        "a.test MX 10 mx1.a.test", "a.test MX 20 mx2.a.test", "a.test TXT v=spf1 mx -all", "mx1.a.test A 192.0.2.1", "mx1.a.test AAAA 2001:db8::1",
        "alias.test CNAME a.test", "null.test MX 0 .", "_25._tcp.mx1.a.test TLSA 3 1 1 00ff10", "bad.test FAIL",
        "_imaps._tcp.a.test SRV 0 1 993 mx1.a.test", "1.2.0.192.in-addr.arpa PTR mx1.a.test",
    ]
    @Test func looksUpWhatMailAsksFor() async throws {
        let stub = StubDNS(zone: Self.zone, isAuthentic: true)
        defer { stub.stop() }
        let resolver = try Resolver(servers: [stub.server], metrics: Metrics())
        #expect(resolver.isTrusted)
        let exchanges = try await resolver.query("A.test.", .mx)
        #expect(exchanges.records == [.mx(preference: 10, exchange: "mx1.a.test"), .mx(preference: 20, exchange: "mx2.a.test")])
        #expect(exchanges.isAuthentic && exchanges.lifetime == 300)
        #expect(try await resolver.query("mx1.a.test", .aaaa).records == [.aaaa("2001:db8::1")])
        let policy = DNSAnswer(records: [.txt(Array("v=spf1 mx -all".utf8))], name: "a.test", isAuthentic: true, lifetime: 300)
        #expect(try await resolver.query("alias.test", .txt) == policy)
        #expect(try await resolver.query("null.test", .mx).records == [.mx(preference: 0, exchange: "")])
        let association = TLSARecord(usage: 3, selector: 1, matching: 1, data: [0, 255, 16])
        #expect(try await resolver.query("_25._tcp.mx1.a.test", .tlsa).records == [.tlsa(association)])
        #expect(try await resolver.query("_imaps._tcp.a.test", .srv).records == [.srv(priority: 0, weight: 1, port: 993, target: "mx1.a.test")])
        #expect(try await resolver.query("1.2.0.192.in-addr.arpa", .ptr).records == [.ptr("mx1.a.test")])
        let none = try await resolver.query("mx2.a.test", .a)
        #expect(none.records.isEmpty && none.isNoSuchName)
        #expect(try await !resolver.query("a.test", .aaaa).isNoSuchName)
        #expect(await Self.outcome(resolver, "bad.test", .a) == .failure(.server(code: 2)))
        #expect(await Self.outcome(resolver, "a..test", .a) == .failure(.badName))
    }
    @Test func remembersAnswersNoesAndFailures() async throws {
        let stub = StubDNS(zone: Self.zone)
        defer { stub.stop() }
        let resolver = try Resolver(servers: [stub.server], metrics: Metrics())
        for _ in 0..<3 {
            _ = try await resolver.query("a.test", .mx)
            _ = try await resolver.query("gone.test", .mx)
            _ = await Self.outcome(resolver, "bad.test", .mx)
        }
        #expect(stub.asked.filter { $0 == "MX a.test" }.count == 1)
        #expect(stub.asked.filter { $0 == "MX gone.test" }.count == 1)
        #expect((1...2).contains(stub.asked.filter { $0 == "MX bad.test" }.count))
        #expect(resolver.rememberedCount == 3)
    }
    @Test func identicalQuestionsAreAskedOnce() async throws {
        let stub = StubDNS { asked in
            usleep(200_000)
            return [Answers(id: asked.id, question: asked.name, type: asked.type, answers: [Wire(asked.name, 1, [1, 2, 3, 4], lifetime: 0)]).octets]
        }
        defer { stub.stop() }
        let resolver = try Resolver(servers: [stub.server], metrics: Metrics())
        let heard = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { await isHeard(resolver, "a.test") } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(heard == 100)
        #expect(stub.asked.count == 1)
        #expect(resolver.rememberedCount == 0)
    }
    @Test func thousandsOfQuestionsAreAnswered() async throws {
        let stub = StubDNS { asked in
            [Answers(id: asked.id, question: asked.name, type: asked.type, answers: [Wire(asked.name, 1, [1, 2, 3, 4])]).octets]
        }
        defer { stub.stop() }
        let resolver = try Resolver(servers: [stub.server], metrics: Metrics())
        let heard = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<1500 { group.addTask { await isHeard(resolver, "n\(number).test") } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(heard == 1500)
    }
    /// A long answer comes over TCP.
    @Test func asksAgainOverTCP() async throws {
        let stub = StubDNS { asked in
            guard asked.isTCP else { return [Answers(id: asked.id, flags: 0x8380, question: asked.name, type: asked.type).octets] }
            let records = (0..<400).map { Wire("a.test", 15, Answers.mx($0, "mx\($0).a.test")) }
            return [Answers(id: asked.id, question: asked.name, type: asked.type, answers: records).octets]
        }
        defer { stub.stop() }
        let resolver = try Resolver(servers: [stub.server], metrics: Metrics())
        #expect(try await resolver.query("a.test", .mx).records.count == 400)
        #expect(stub.asked == ["MX a.test", "TCP MX a.test"])
    }
    /// Servers that know no EDNS are asked again without. (RFC 6891 §7)
    @Test func asksAgainWithoutExtensions() async throws {
        let stub = StubDNS { asked in
            if asked.octets[11] == 1 { return [Answers(id: asked.id, flags: 0x8181, question: asked.name, type: asked.type).octets] }
            return [Answers(id: asked.id, question: asked.name, type: asked.type, answers: [Wire("a.test", 1, [1, 2, 3, 4])]).octets]
        }
        defer { stub.stop() }
        let resolver = try Resolver(servers: [stub.server], metrics: Metrics())
        #expect(try await resolver.query("a.test", .a).records == [.a("1.2.3.4")])
    }
    @Test func asksTheSecondServer() async throws {
        let (silent, stub) = (StubDNS { _ in [] }, StubDNS(zone: Self.zone))
        defer { silent.stop(); stub.stop() }
        let resolver = try Resolver(servers: [silent.server, stub.server], metrics: Metrics())
        let started = ContinuousClock.now
        #expect(try await resolver.query("a.test", .mx).records.count == 2)
        #expect(started.duration(to: .now) < Resolver.Limits.time)
    }

    // MARK: Hostile servers

    /// Answers with another id or to another question are not for us; the honest one that follows is.
    @Test func forgedAnswersAreDropped() async throws {
        let stub = StubDNS { asked in
            let forged = [Wire("a.test", 1, [6, 6, 6, 6])]
            return [
                Answers(id: asked.id ^ 1, question: "a.test", type: 1, answers: forged).octets,
                Answers(id: asked.id, question: "b.test", type: 1, answers: [Wire("b.test", 1, [6, 6, 6, 6])]).octets, [1, 2, 3],
                Answers(id: asked.id, question: "a.test", type: 1, answers: [Wire("a.test", 1, [1, 2, 3, 4])]).octets,
            ]
        }
        defer { stub.stop() }
        let resolver = try Resolver(servers: [stub.server], metrics: Metrics())
        #expect(try await resolver.query("a.test", .a).records == [.a("1.2.3.4")])
    }
    @Test func silenceEndsWithinFiveSeconds() async throws {
        let stub = StubDNS { _ in [] }
        defer { stub.stop() }
        let resolver = try Resolver(servers: [stub.server], metrics: Metrics())
        let started = ContinuousClock.now
        #expect(await Self.outcome(resolver, "a.test", .a) == .failure(.timeout))
        #expect(started.duration(to: .now) < Resolver.Limits.time + .milliseconds(500))
        // And is remembered for a moment.
        #expect(await Self.outcome(resolver, "a.test", .a) == .failure(.timeout))
        #expect(started.duration(to: .now) < Resolver.Limits.time + .milliseconds(600))
    }
    /// TCP that accepts and says nothing.
    @Test func silenceOverTCPEndsToo() async throws {
        let stub = StubDNS { asked in asked.isTCP ? [] : [Answers(id: asked.id, flags: 0x8380, question: asked.name, type: asked.type).octets] }
        defer { stub.stop() }
        let resolver = try Resolver(servers: [stub.server], metrics: Metrics())
        let started = ContinuousClock.now
        guard case .failure = await Self.outcome(resolver, "a.test", .a) else { return #expect(Bool(false)) }
        #expect(started.duration(to: .now) < Resolver.Limits.time + .milliseconds(500))
    }
    /// What the server says, over UDP unless it is cut off there; every one of these is malformed.
    static func hostile(_ name: String, _ asked: StubDNS.Asked) -> [UInt8] {
        let cutOff = Answers(id: asked.id, flags: 0x8380, question: "a.test", type: asked.type).octets
        func answers(_ records: [Wire]) -> [UInt8] { Answers(id: asked.id, question: "a.test", type: asked.type, answers: records).octets }
        switch name {
        case "circle of aliases": return answers([Wire("a.test", 5, Answers.name("b.test")), Wire("b.test", 5, Answers.name("a.test"))])
        case "circle of pointers": return answers([Wire(octets: [0xC0, 12], 15, [0, 1, 1, 97, 0xC0, 12 + 8 + 4 + 2 + 10 + 2])])
        case "short data": return answers([Wire("a.test", 15, [0, 1])])
        case "no end": return answers([Wire("a.test", 15, Answers.mx(1, "mx.test"))]).dropLast(3) + []
        case "ten thousand exchanges":
            guard asked.isTCP else { return cutOff }
            var octets = answers((0..<3500).map { _ in Wire(octets: [0xC0, 12], 15, [0, 1, 1, 97, 0xC0, 12]) })
            octets.replaceSubrange(6..<8, with: Answers.two(10_000))
            return octets
        default: return cutOff
        }
    }
    @Test(arguments: ["circle of aliases", "circle of pointers", "short data", "no end", "ten thousand exchanges", "cut off over TCP too"])
    func hostileAnswersAreFailures(_ name: String) async throws {
        let stub = StubDNS { [Self.hostile(name, $0)] }
        defer { stub.stop() }
        let resolver = try Resolver(servers: [stub.server], metrics: Metrics())
        #expect(await Self.outcome(resolver, "a.test", .mx) == .failure(.malformed))
    }
    /// T44: the AD bit of a server beyond this machine is not believed.
    @Test func onlyLoopbackIsTrusted() throws {
        for (servers, isTrusted) in [
            (["127.0.0.1:53"], true), (["[::1]:53", "127.0.0.53:53"], true), (["127.0.0.1:53", "192.0.2.1:53"], false), (["[2001:db8::1]:53"], false),
        ] {
            #expect(try Resolver(servers: servers, metrics: Metrics()).isTrusted == isTrusted)
        }
        #expect(throws: Resolver.Failure.self) { try Resolver(servers: ["resolver.test:53"], metrics: Metrics()) }
        _ = try Resolver(metrics: Metrics())
    }
}

@Suite struct AnswerCacheTests {
    private static let start = ContinuousClock.now
    private static func answer(_ lifetime: Int, octets: Int = 4) -> AnswerCache.Outcome {
        .success(DNSAnswer(records: [.txt([UInt8](repeating: 1, count: octets))], name: "a", lifetime: lifetime))
    }
    @Test func keepsToLifetimes() throws {
        let table: [(AnswerCache.Outcome, Int)] = [
            (Self.answer(100), 100), (Self.answer(10_000_000), AnswerCache.Limits.lifetime), (.success(DNSAnswer(name: "a", lifetime: 60)), 60),
            (.success(DNSAnswer(name: "a", isNoSuchName: true, lifetime: 100_000)), AnswerCache.Limits.negative), (.failure(.timeout), 5), (Self.answer(0), 0),
        ]
        for (outcome, seconds) in table {
            var cache = AnswerCache()
            let question = Question(name: "a", type: .txt)
            cache.remember(outcome, of: question, at: Self.start)
            if seconds > 0 { #expect(cache.outcome(of: question, at: Self.start + .seconds(seconds - 1)) != nil) }
            #expect(cache.outcome(of: question, at: Self.start + .seconds(seconds)) == nil)
            #expect(cache.count == 0 && cache.octets == 0)
        }
        var cache = AnswerCache()
        cache.remember(Self.answer(100), of: Question(name: "a", type: .txt), at: Self.start)
        #expect(try cache.outcome(of: Question(name: "a", type: .txt), at: Self.start + .seconds(40))?.get().lifetime == 60)
        #expect(cache.outcome(of: Question(name: "a", type: .mx), at: Self.start) == nil)
    }
    @Test func isBounded() {
        var cache = AnswerCache()
        for number in 0..<(AnswerCache.Limits.entries + 5000) {
            cache.remember(Self.answer(100), of: Question(name: "n\(number)", type: .txt), at: Self.start)
        }
        #expect(cache.count <= AnswerCache.Limits.entries && cache.count > AnswerCache.Limits.entries / 2)
        var long = AnswerCache()
        for number in 0..<600 { long.remember(Self.answer(100, octets: 60_000), of: Question(name: "n\(number)", type: .txt), at: Self.start) }
        #expect(long.octets <= AnswerCache.Limits.octets && long.count > 100)
    }
}
