import Bytes
import DNSCodec
import Glibc
import Logging
import Model
import SessionKit
import Synchronization
import Telemetry
import TestSupport
import Testing
import Transport
@testable import Outbound

@Suite struct STSPolicyTests {
    static let good = "version: STSv1\r\nmode: enforce\r\nmx: mx1.a.test\r\nmx: *.b.test\r\nmax_age: 604800\r\n"
    static let table: [(String, STSPolicy?)] = [
        (good, STSPolicy(mode: .enforce, maxAge: 604_800, exchanges: ["mx1.a.test", "*.b.test"])),
        ("version:STSv1\nmode:testing\nmx:MX.a.test\nmax_age:1", STSPolicy(mode: .testing, maxAge: 1, exchanges: ["mx.a.test"])),
        ("version: STSv1\nmode: none\nmax_age: 99999999999", nil),
        ("version: STSv1\nmode: none\nmax_age: 9999999999", STSPolicy(mode: .none, maxAge: 31_557_600, exchanges: [])),
        ("version: STSv1\nmode: enforce\nmode: none\nmx: a.test\nmax_age: 5\nfuture: x:y\n\n", STSPolicy(mode: .enforce, maxAge: 5, exchanges: ["a.test"])),
        ("mode: enforce\nmx: a.test\nmax_age: 5", nil), ("version: STSv2\nmode: enforce\nmx: a.test\nmax_age: 5", nil),
        ("version: STSv1\nmode: enforce\nmax_age: 5", nil), ("version: STSv1\nmode: strict\nmx: a.test\nmax_age: 5", nil),
        ("version: STSv1\nmode: enforce\nmx: a.test", nil), ("version: STSv1\nmode: enforce\nmx: a.test\nmax_age: -5", nil),
        ("version: STSv1\nmode: enforce\nmx: *.*.test\nmax_age: 5", nil), ("version: STSv1\nmode: enforce\nmx: a b\nmax_age: 5", nil),
        ("no colon\nversion: STSv1\nmode: enforce\nmx: a.test\nmax_age: 5", nil), ("", nil), ("<html>", nil),
        ("version: STSv1\nmode: enforce\nmax_age: 5\n" + String(repeating: "mx: a.test\n", count: 600), nil),
    ]
    @Test(arguments: table.indices) func readsFiles(_ index: Int) { #expect(STSPolicy(Array(Self.table[index].0.utf8)) == Self.table[index].1) }

    @Test func refusesWhatIsNoText() {
        #expect(STSPolicy(Array(Self.good.utf8) + [0xFF, 0xFE]) == nil)
        #expect(STSPolicy(Array(Self.good.utf8) + [UInt8](repeating: 10, count: STSPolicy.Limits.file)) == nil)
    }
    @Test(arguments: [
        ("mx1.a.test", true), ("MX1.A.test.", true), ("mx2.a.test", false), ("x.b.test", true), ("b.test", false), ("x.y.b.test", false), ("", false),
    ])
    func matchesExchanges(_ host: String, _ isAllowed: Bool) {
        #expect(STSPolicy(mode: .enforce, maxAge: 1, exchanges: ["mx1.a.test", "*.b.test"]).allows(host) == isAllowed)
    }
    static let identifiers: [([String], String?)] = [
        (["v=STSv1; id=20160831085700Z;"], "20160831085700Z"), (["v=spf1 -all", "v=STSv1;id=1"], "1"), (["v=STSv1; id=1", "v=STSv1; id=2"], nil), ([], nil),
        (["v=STSv1; id="], nil), (["v=STSv1"], nil), (["v=STSv1; id=a-b"], nil), (["v=STSv1; id=" + String(repeating: "a", count: 33)], nil),
        (["v=STSv12; id=1"], nil),
    ]
    @Test(arguments: identifiers) func readsIdentifiers(_ texts: [String], _ id: String?) {
        #expect(STSPolicy.identifier(in: texts.map { .txt(Array($0.utf8)) }) == id)
    }
}

/// A web site of one answer, which the test may change.
private final class Site: Sendable {
    let answer: Mutex<String>
    let hits = Mutex(0)
    init(_ answer: String) { self.answer = Mutex(answer) }
    func set(_ answer: String) { self.answer.withLock { $0 = answer } }
    var count: Int { hits.withLock { $0 } }
}
private final class SitePage: Session {
    private let line: Line
    private let site: Site
    init(_ line: Line, _ site: Site) { (self.line, self.site) = (line, site) }
    func opened() -> Step { .needMore }
    func receive(_ input: inout ByteBuffer) -> Step {
        let text = String(decoding: input.bytes, as: UTF8.self)
        guard text.hasSuffix("\r\n\r\n") else { return .needMore }
        input.consume(input.count)
        site.hits.withLock { $0 += 1 }
        guard text.hasPrefix("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.a.test\r\n") else { return .close }
        let answer = site.answer.withLock { $0 }
        if answer == "silence" { return .needMore }
        line.outbox.bytes.append(answer)
        return .close
    }
    func perform() async -> Step { .close }
    func notice(_ changes: ChangeSet) -> Step { .needMore }
    func expired() -> Step { .close }
    func secured() -> Step { .needMore }
    func draining() -> Step { .close }
    func closed() {}
}

/// Time that moves when the test says so.
private final class StopWatch: Sendable {
    private let start = ContinuousClock.now
    private let passed = Mutex(Duration.zero)
    var now: ContinuousClock.Instant { start + passed.withLock { $0 } }
    func advance(_ time: Duration) { passed.withLock { $0 += time } }
}

/// Policies over real DNS, TLS and HTTP. (RFC 8461; threat T23)
@Suite(.timeLimit(.minutes(1))) struct MTASTSTests {
    static func page(_ body: String, status: String = "200 OK", type: String = "text/plain; charset=utf-8") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
    private static func withSite(
        _ answer: String, certificate: String = "mta-sts.a.test",
        _ body: (Site, LiveZone, MTASTS, @escaping @Sendable (Duration) -> Void) async throws -> Void
    ) async throws {
        let text = try SelfSigned.make(names: [certificate], days: 30, now: Timestamp(seconds: Int64(time(nil))))
        let path = "/tmp/martlet-sts-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).pem"
        guard let file = unsafe fopen(path, "w") else { return }
        unsafe fwrite(text.certificate, 1, text.certificate.count, file)
        unsafe fclose(file)
        defer { unsafe unlink(path) }
        var dialling = DialSettings()
        dialling.authorities = path
        let log = Logger(label: "transport") { EventLog(label: $0, level: .critical) { _ in } }
        let identity = try TLSIdentity(chain: text.certificate, key: text.key)
        let server = try Server(loops: 1, identities: [identity], dialling: dialling, log: log, metrics: Metrics())
        let site = Site(answer)
        try await server.addService(ServiceSettings(name: "https", addresses: ["127.0.0.1:0"], tls: .implicit) { SitePage($0, site) })
        try await server.start()
        let zone = LiveZone(["_mta-sts.a.test TXT v=STSv1; id=1;", "mta-sts.a.test A 127.0.0.1"])
        let watch = StopWatch()
        let sts = MTASTS(resolver: zone, dialer: server.dialer, port: await server.port(of: "https") ?? 0) { watch.now }
        try await body(site, zone, sts) { watch.advance($0) }
        await server.drain(within: .zero)
    }
    @Test func fetchesAndRemembers() async throws {
        try await Self.withSite(Self.page(STSPolicyTests.good)) { site, zone, sts, advance in
            async let (one, two) = (sts.policy(for: "a.test"), sts.policy(for: "A.test."))
            #expect(await one?.exchanges == ["mx1.a.test", "*.b.test"])
            #expect(await two?.mode == .enforce)
            #expect(await sts.policy(for: "a.test") != nil)
            #expect(site.count == 1)
            // The record goes, the web site breaks: the policy stays, until it is too old. (RFC 8461 §5.1)
            zone.set([])
            #expect(await sts.policy(for: "a.test")?.mode == .enforce)
            zone.set(["_mta-sts.a.test FAIL"])
            #expect(await sts.policy(for: "a.test")?.mode == .enforce)
            site.set("broken")
            zone.set(["_mta-sts.a.test TXT v=STSv1; id=2;", "mta-sts.a.test A 127.0.0.1"])
            #expect(await sts.policy(for: "a.test")?.mode == .enforce)
            #expect(await sts.policy(for: "a.test")?.mode == .enforce)
            #expect(site.count == 2)
            // After a pause it is tried again, and a new id brings the new policy.
            site.set(Self.page("version: STSv1\nmode: none\nmax_age: 100\n"))
            #expect(await sts.policy(for: "a.test")?.mode == .enforce)
            advance(MTASTS.Limits.pause)
            #expect(await sts.policy(for: "a.test") == nil)
            #expect(await sts.policy(for: "a.test") == nil)
            #expect(site.count == 3)
        }
    }
    @Test func agesAndHasNone() async throws {
        try await Self.withSite(Self.page(STSPolicyTests.good)) { site, zone, sts, advance in
            #expect(await sts.policy(for: "other.test") == nil)
            #expect(await sts.policy(for: "no domain") == nil)
            #expect(site.count == 0)
            #expect(await sts.policy(for: "a.test") != nil)
            advance(.seconds(604_799))
            zone.set([])
            #expect(await sts.policy(for: "a.test") != nil)
            advance(.seconds(2))
            #expect(await sts.policy(for: "a.test") == nil)
        }
    }
    static let refused: [String] = [
        page(STSPolicyTests.good, status: "404 Not Found"), page(STSPolicyTests.good, status: "301 Moved Permanently"),
        page(STSPolicyTests.good, type: "text/html"),
        page("nonsense"), "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 70000\r\n\r\n" + String(repeating: "x", count: 70_000),
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + String(repeating: "x", count: 70_000), "220 smtp\r\n", "",
        String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 10), "HTTP/1.1 200 OK\r\n" + String(repeating: "a: b\r\n", count: 4000),
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 500\r\n\r\n" + STSPolicyTests.good,
    ]
    @Test(arguments: refused.indices) func otherAnswersAreNoPolicy(_ index: Int) async throws {
        try await Self.withSite(Self.refused[index]) { site, _, sts, _ in
            #expect(await sts.policy(for: "a.test") == nil)
            #expect(site.count == 1)
        }
    }
    @Test func otherFormsOfTheSameAnswerAreRead() async throws {
        let chunked = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
        let body = STSPolicyTests.good
        for answer in [
            chunked + String(body.utf8.count, radix: 16) + "\r\n" + body + "\r\n0\r\n\r\n", "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + body,
            "HTTP/1.1 100 Continue\r\n\r\n" + Self.page(body),
        ] {
            try await Self.withSite(answer) { _, _, sts, _ in #expect(await sts.policy(for: "a.test")?.mode == .enforce) }
        }
    }
    /// Whoever sits in between cannot hand out a policy under another name's certificate.
    @Test func theCertificateMustBeTheHosts() async throws {
        try await Self.withSite(Self.page(STSPolicyTests.good), certificate: "www.a.test") { site, _, sts, _ in
            #expect(await sts.policy(for: "a.test") == nil)
            #expect(site.count == 0)
        }
    }
}

/// Zone lines that change under the test, answered without a memory.
private final class LiveZone: NameResolver {
    private let lines = Mutex<[String]>([])
    init(_ lines: [String]) { set(lines) }
    func set(_ new: [String]) { lines.withLock { $0 = new } }

    func query(_ name: String, _ type: RecordType) async throws(LookUpFailure) -> DNSAnswer {
        let stub = StubDNS(zone: lines.withLock { $0 })
        defer { stub.stop() }
        do {
            return try await Resolver(servers: [stub.server], metrics: Metrics()).query(name, type)
        } catch let failure as LookUpFailure { throw failure } catch { throw .timeout }
    }
}
