import DNSCodec
@testable import MailAuthentication
import Testing
import TestSupport

@Suite struct SPFTests {
    static func a(_ addresses: String...) -> [RecordType: [RecordData]] { [.a: addresses.map { .a($0) }] }
    static func txt(_ texts: String...) -> [RecordType: [RecordData]] { [.txt: texts.map { .txt(Array($0.utf8)) }] }

    /// RFC 7208 Appendix A.
    static let zone: [String: [RecordType: [RecordData]]] = [
        "example.com": [
            .a: [.a("192.0.2.10"), .a("192.0.2.11")], .aaaa: [.aaaa("2001:db8::10")],
            .mx: [.mx(preference: 10, exchange: "mail-a.example.com"), .mx(preference: 20, exchange: "mail-b.example.com")],
        ],
        "mail-a.example.com": a("192.0.2.129"), "mail-b.example.com": a("192.0.2.130"), "amy.example.com": a("192.0.2.65"), "bob.example.com": a("192.0.2.66"),
        "10.2.0.192.in-addr.arpa": [.ptr: [.ptr("example.com")]], "65.2.0.192.in-addr.arpa": [.ptr: [.ptr("amy.example.com")]],
        "66.2.0.192.in-addr.arpa": [.ptr: [.ptr("bob.example.com")]], "129.2.0.192.in-addr.arpa": [.ptr: [.ptr("mail-a.example.com")]],
        "70.2.0.192.in-addr.arpa": [.ptr: [.ptr("amy.example.com")]],
        "example.org": [.mx: [.mx(preference: 10, exchange: "mail-c.example.org")]], "mail-c.example.org": a("192.0.2.140"),
        "example.net": [.mx: [.mx(preference: 0, exchange: "")]],
        "gl._spf.example.com": txt("v=spf1 ip4:198.51.100.0/24 -all"), "neutral.example.com": txt("v=spf1 ?all"),
        "a.b.exists.example.com": a("127.0.0.2"), "192.0.2.65.exists.example.com": a("127.0.0.2"),
        "loop1.example.com": txt("v=spf1 include:loop2.example.com -all"), "loop2.example.com": txt("v=spf1 include:loop1.example.com -all"),
        "self.example.com": txt("v=spf1 redirect=self.example.com"), "two.example.com": txt("v=spf1 -all", "v=spf1 +all"),
        "other.example.com": txt("some text", "v=spf10 +all", "V=SPF1 ip4:192.0.2.65 -all"),
        "why.example.com": txt("%{i} is not one of %{d}'s: %{S} 100%% %{c} %{r}"), "bad.example.com": txt("v=spf1 a:%{x} -all"),
    ]
    /// A record of example.com, a client, the result.
    static let records: [(String, String, CheckResult)] = [
        ("v=spf1 +all", "192.0.2.1", .pass), ("v=spf1 -all", "192.0.2.1", .fail), ("v=spf1 ~all", "192.0.2.1", .softfail),
        ("v=spf1 ?all", "192.0.2.1", .neutral),
        ("v=spf1", "192.0.2.1", .neutral), ("v=spf1 ", "192.0.2.1", .neutral), ("v=spf1 a -all", "192.0.2.10", .pass), ("v=spf1 a -all", "192.0.2.12", .fail),
        ("v=spf1 a -all", "2001:db8::10", .pass), ("v=spf1 a//64 -all", "2001:db8::99", .pass), ("v=spf1 a/24//96 -all", "192.0.2.99", .pass),
        ("v=spf1 a:example.org -all", "192.0.2.10", .fail), ("v=spf1 mx -all", "192.0.2.129", .pass), ("v=spf1 mx -all", "192.0.2.131", .fail),
        ("v=spf1 mx:example.org -all", "192.0.2.140", .pass), ("v=spf1 mx mx:example.org -all", "192.0.2.140", .pass),
        ("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131", .pass),
        ("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.141", .pass), ("v=spf1 mx/30 -all", "192.0.2.132", .fail), ("v=spf1 ptr -all", "192.0.2.65", .pass),
        ("v=spf1 ptr -all", "192.0.2.10", .pass), ("v=spf1 ptr -all", "192.0.2.70", .fail), ("v=spf1 ptr:example.org -all", "192.0.2.65", .fail),
        ("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.130", .pass), ("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65", .fail),
        ("v=spf1 IP4:192.0.2.1 -ALL", "192.0.2.1", .pass),
        ("v=spf1 ip4:192.0.2.1 -all", "::ffff:192.0.2.1", .pass), ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8:1::5", .pass),
        ("v=spf1 ip6:2001:db8::/33 -all", "2001:db8:8000::5", .fail),
        ("v=spf1 ip4:0.0.0.0/0 -all", "2001:db8::1", .fail), ("v=spf1 include:gl._spf.example.com -all", "198.51.100.7", .pass),
        ("v=spf1 include:gl._spf.example.com ~all", "192.0.2.7", .softfail), ("v=spf1 include:neutral.example.com -all", "192.0.2.7", .fail),
        ("v=spf1 include:nothing.example.com -all", "192.0.2.7", .permerror), ("v=spf1 include:two.example.com -all", "192.0.2.7", .permerror),
        ("v=spf1 redirect=gl._spf.example.com", "198.51.100.7", .pass), ("v=spf1 redirect=gl._spf.example.com", "192.0.2.7", .fail),
        ("v=spf1 redirect=nothing.example.com", "192.0.2.7", .permerror), ("v=spf1 redirect=self.example.com", "192.0.2.7", .permerror),
        ("v=spf1 redirect=gl._spf.example.com ?all", "198.51.100.7", .neutral), ("v=spf1 include:loop1.example.com -all", "192.0.2.7", .permerror),
        ("v=spf1 exists:%{i}.exists.example.com -all", "192.0.2.65", .pass), ("v=spf1 exists:%{i}.exists.example.com -all", "192.0.2.66", .fail),
        ("v=spf1 exists:%{l}.exists.example.com -all", "192.0.2.66", .pass), ("v=spf1 redirect=other.example.com", "192.0.2.65", .pass),
        ("v=spf1 include:bad.example.com -all", "192.0.2.1", .permerror), ("v=spf1 unknown=%{d} ip4:192.0.2.1 -all", "192.0.2.1", .pass),
        // Syntax: nothing of a broken record counts.
        ("v=spf1 +all foo", "192.0.2.1", .permerror), ("v=spf1 +all ip4:1.2.3", "192.0.2.1", .permerror),
        ("v=spf1 ip4:192.0.2.1/33 +all", "192.0.2.1", .permerror),
        ("v=spf1 a/032 +all", "192.0.2.1", .permerror), ("v=spf1 all:x +all", "192.0.2.1", .permerror), ("v=spf1 include +all", "192.0.2.1", .permerror),
        ("v=spf1 include: +all", "192.0.2.1", .permerror), ("v=spf1 a:%{ +all", "192.0.2.1", .permerror), ("v=spf1 a:%{d0} +all", "192.0.2.1", .permerror),
        ("v=spf1 redirect=a.example redirect=b.example", "192.0.2.1", .permerror), ("v=spf1 exp=x.example exp=y.example +all", "192.0.2.1", .permerror),
        ("v=spf1 a:localhost +all", "192.0.2.1", .permerror), ("v=spf1 a:example.123 +all", "192.0.2.1", .permerror),
        ("v=spf1 ip6:192.0.2.1 +all", "192.0.2.1", .permerror),
        ("v=spf1 \u{e9} +all", "192.0.2.1", .permerror), ("v=spf1 -ip4:192.0.2.1 +all", "192.0.2.1", .fail),
        // Counts. (threat T44)
        ("v=spf1 a a a a a a a a a a -all", "192.0.2.1", .fail), ("v=spf1 a a a a a a a a a a a -all", "192.0.2.1", .permerror),
        ("v=spf1 a:x.test a:y.test ip4:192.0.2.1 -all", "192.0.2.1", .pass), ("v=spf1 a:x.test a:y.test a:z.test ip4:192.0.2.1 -all", "192.0.2.1", .permerror),
    ]
    @Test(arguments: records) func evaluates(_ record: String, _ client: String, _ expected: CheckResult) async throws {
        let resolver = TableResolver(
            Self.zone.merging(["example.com": Self.zone["example.com", default: [:]].merging(Self.txt(record)) { a, _ in a }]) { _, b in b })
        let check = SPFCheck(client: try #require(IPAddress(client)), greeting: "mx.example.org", receiver: "me.test", time: 1, resolver: resolver)
        let result = await check.mailFrom(localPart: "a.b", domain: "Example.COM.")
        #expect(result.result == expected, "\(result.words)")
        #expect(result.domain == "example.com")
        #expect(resolver.queries.count <= 1 + Limits.spfLookUps * (1 + Limits.spfHosts))
    }

    /// RFC 7208 §7.4.
    static let macros: [(String, String, String)] = [
        ("%{s}", "192.0.2.3", "strong-bad@email.example.com"), ("%{o}", "192.0.2.3", "email.example.com"), ("%{d}", "192.0.2.3", "email.example.com"),
        ("%{d4}", "192.0.2.3", "email.example.com"), ("%{d3}", "192.0.2.3", "email.example.com"), ("%{d2}", "192.0.2.3", "example.com"),
        ("%{d1}", "192.0.2.3", "com"),
        ("%{dr}", "192.0.2.3", "com.example.email"), ("%{d2r}", "192.0.2.3", "example.email"), ("%{l}", "192.0.2.3", "strong-bad"),
        ("%{l-}", "192.0.2.3", "strong.bad"),
        ("%{lr}", "192.0.2.3", "strong-bad"), ("%{lr-}", "192.0.2.3", "bad.strong"), ("%{l1r-}", "192.0.2.3", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "192.0.2.3", "3.2.0.192.in-addr._spf.example.com"), ("%{lr-}.lp._spf.%{d2}", "192.0.2.3", "bad.strong.lp._spf.example.com"),
        ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "192.0.2.3", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
        ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "192.0.2.3", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "192.0.2.3", "example.com.trusted-domains.example.net"),
        ("%{ir}.%{v}._spf.%{d2}", "2001:db8::cb01", "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"),
        ("%%%_%-", "192.0.2.3", "% %20"), ("%{S}", "192.0.2.3", "strong-bad%40email.example.com"), ("%{H}", "192.0.2.3", "mx.example.org"),
    ]
    @Test(arguments: macros) func expandsMacros(_ text: String, _ client: String, _ expected: String) throws {
        let values = SPFMacro.Values(
            localPart: "strong-bad", senderDomain: "email.example.com", domain: "email.example.com", address: try #require(IPAddress(client)),
            greeting: "mx.example.org")
        #expect(try #require(SPFMacro(text)).expand(values) == expected)
    }
    @Test(arguments: ["%", "%{", "%{}", "%{x}", "%{d0}", "%{d", "%a", "%{d2x}", "%{c}", "a b"]) func refusesWhatIsNoMacro(_ text: String) {
        #expect(SPFMacro(text) == nil)
    }

    static let broken: [(String, String, CheckResult)] = [
        ("localhost", "x", .none), ("", "x", .none), ("a..b.test", "x", .none), ("[192.0.2.1]", "x", .none), ("nothing.test", "x", .none),
        (String(repeating: "a", count: 64) + ".test", "x", .none), ("two.example.com", "x", .permerror), ("late.test", "x", .temperror),
    ]
    @Test(arguments: broken) func namesThatHaveNoPolicy(_ domain: String, _ local: String, _ expected: CheckResult) async throws {
        let resolver = TableResolver(Self.zone, failures: ["late.test": .timeout])
        let check = SPFCheck(client: try #require(IPAddress("192.0.2.1")), greeting: domain, receiver: "me.test", time: 1, resolver: resolver)
        #expect(await check.mailFrom(localPart: local, domain: domain).result == expected)
        #expect(await check.hello().result == expected)
    }
    @Test func troubleInsideIsTemporary() async throws {
        for record in [
            "v=spf1 a:late.test +all", "v=spf1 mx:late.test +all", "v=spf1 include:late.test +all", "v=spf1 exists:late.test +all", "v=spf1 redirect=late.test",
        ] {
            let resolver = TableResolver(["example.com": Self.txt(record)], failures: ["late.test": .server(code: 2)])
            let check = SPFCheck(client: try #require(IPAddress("192.0.2.1")), greeting: "h.test", receiver: "me.test", time: 1, resolver: resolver)
            #expect(await check.mailFrom(localPart: "a", domain: "example.com").result == .temperror)
        }
    }
    @Test func explainsItself() async throws {
        let resolver = TableResolver(Self.zone.merging(["example.com": Self.txt("v=spf1 exp=why.example.com -all")]) { _, b in b })
        let check = SPFCheck(client: try #require(IPAddress("192.0.2.1")), greeting: "h.test", receiver: "me.test", time: 1, resolver: resolver)
        let result = await check.mailFrom(localPart: "", domain: "example.com")
        #expect(result.explanation == "192.0.2.1 is not one of example.com's: postmaster%40example.com 100% 192.0.2.1 me.test")
    }
    /// A zone that answers everything with more of itself ends within the limits. (threat T44)
    @Test func hostileZonesEnd() async throws {
        struct Endless: NameResolver {
            func query(_ name: String, _ type: RecordType) async throws(LookUpFailure) -> DNSAnswer {
                switch type {
                case .txt:
                    let text = "v=spf1 " + (0..<20).map { "include:\($0).%{d}" }.joined(separator: " ")
                    return DNSAnswer(records: [.txt(Array(text.utf8))], name: name)
                case .mx: return DNSAnswer(records: (0..<10_000).map { .mx(preference: 1, exchange: "\($0).\(name)") }, name: name)
                default: return DNSAnswer(records: (0..<1_000).map { .ptr("\($0).test") }, name: name)
                }
            }
        }
        let check = SPFCheck(client: try #require(IPAddress("192.0.2.1")), greeting: "h.test", receiver: "me.test", time: 1, resolver: Endless())
        #expect(await check.mailFrom(localPart: "a", domain: "example.com").result == .permerror)
    }
    @Test func noiseNeverTraps() {
        var random = SystemRandomNumberGenerator()
        let parts = [
            "v=spf1 ", "a", ":", "/", "//", "%{", "}", "%", "d", "r", ".", "2", "99999999999999999999", "include:", "ip4:", "ip6:", "::", "=", " ", "exp=",
            "\u{0}", "é", "redirect=",
        ]
        for _ in 0..<3_000 {
            let text = "v=spf1 " + (0..<Int.random(in: 0...12, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            _ = try? SPFRecord(Array(text.utf8))
            _ = SPFMacro(text, isExplanation: true)
            _ = IPAddress(text)
        }
    }
}
