import Bytes
import DNSCodec
@testable import MailAuthentication
import Testing
import TestSupport

@Suite struct DMARCTests {
    static let zone: [String: [String]] = [
        "_dmarc.example.com": ["v=DMARC1; p=reject; sp=quarantine; np=reject; rua=mailto:d@example.com"],
        "_dmarc.strict.example": ["v=DMARC1; p=reject; adkim=s; aspf=s"], "_dmarc.testing.example": ["v=DMARC1;p=reject;t=y"],
        "_dmarc.two.example": ["v=DMARC1; p=reject", "v=DMARC1; p=none"], "_dmarc.mixed.example": ["some text", "v=DMARC1; p=quarantine"],
        "_dmarc.late.example": ["v=dmarc1; p=reject"], "_dmarc.order.example": ["p=reject; v=DMARC1"],
        "_dmarc.upper.example": ["V=DMARC1; P=Reject; p=none"],
        "_dmarc.sloppy.example": ["v=DMARC1; p = Reject ; junk; =x; x=y;"],
        "_dmarc.nop.example": ["v=DMARC1; rua=mailto:a@b.example"], "_dmarc.wrong.example": ["v=DMARC1; p=maybe; sp=reject"],
        // A public suffix that publishes for those below it, and one that is its own organisation.
        "_dmarc.bank": ["v=DMARC1; p=reject; sp=reject; psd=y"], "_dmarc.mill.bank": ["v=DMARC1; p=none"],
        "_dmarc.gov.example": ["v=DMARC1; p=quarantine; psd=n"], "_dmarc.example": ["v=DMARC1; p=none; psd=y"],
        "here.example.com": ["there is such a name"],
    ]
    static func spf(_ domain: String, _ result: CheckResult = .pass) -> SPFResult { SPFResult(result: result, identity: .mailFrom, domain: domain, words: "") }
    static func dkim(_ domain: String, _ result: CheckResult = .pass) -> DKIMResult {
        DKIMResult(result: result, words: "", domain: domain, selector: "s", identity: "@\(domain)", algorithm: "rsa-sha256", signature: "abc")
    }
    struct Case: Sendable {
        let author: String, spf: SPFResult?, dkim: [DKIMResult], result: CheckResult, disposition: DMARCPolicy
        init(_ author: String, _ spf: SPFResult?, _ dkim: [DKIMResult], _ result: CheckResult, _ disposition: DMARCPolicy = .none) {
            self.author = author; self.spf = spf; self.dkim = dkim; self.result = result; self.disposition = disposition
        }
    }
    static let cases: [Case] = [
        // Alignment (RFC 9989 §4.4)
        Case("example.com", spf("example.com"), [], .pass), Case("example.com", spf("mail.example.com"), [], .pass),
        Case("sub.example.com", spf("example.com"), [], .pass),
        Case("example.com", spf("example.net"), [dkim("example.com")], .pass), Case("example.com", spf("example.net"), [dkim("a.b.example.com")], .pass),
        Case("example.com", spf("notexample.com"), [dkim("example.com.evil.test")], .fail, .reject), Case("example.com", spf("com"), [], .fail, .reject),
        Case("example.com", spf("example.com", .softfail), [dkim("example.com", .fail)], .fail, .reject), Case("example.com", nil, [], .fail, .reject),
        Case("strict.example", spf("mail.strict.example"), [dkim("mail.strict.example")], .fail, .reject),
        Case("strict.example", spf("strict.example"), [], .pass),
        // Policies (§4.7, §4.10.1)
        Case("here.example.com", nil, [], .fail, .quarantine), Case("nowhere.example.com", nil, [], .fail, .reject), Case("testing.example", nil, [], .fail),
        Case("two.example", nil, [], .fail), Case("mixed.example", nil, [], .fail, .quarantine), Case("late.example", nil, [], .fail),
        Case("order.example", nil, [], .fail), Case("upper.example", nil, [], .fail, .reject),
        Case("sloppy.example", nil, [], .fail, .reject), Case("nop.example", nil, [], .fail), Case("wrong.example", nil, [], .fail),
        Case("nothing.test", spf("nothing.test"), [], .none),
        // Suffixes (§4.10.2)
        Case("mill.bank", spf("other.bank"), [], .fail), Case("shop.bank", nil, [], .fail, .reject), Case("a.shop.bank", spf("b.shop.bank"), [], .pass),
        Case("a.shop.bank", spf("b.mill.bank"), [], .fail, .reject), Case("tax.gov.example", spf("road.gov.example"), [], .pass),
        // Trouble
        Case("example.com", spf("example.com", .temperror), [], .temperror), Case("example.com", spf("x.test", .temperror), [], .fail, .reject),
        Case("down.test", nil, [], .temperror), Case("a.down.test", nil, [], .temperror), Case("", nil, [], .permerror), Case("a b.test", nil, [], .permerror),
    ]
    @Test(arguments: cases) func holdsAuthorsToTheirDomains(_ entry: Case) async {
        let resolver = TableResolver(
            Self.zone.mapValues { [.txt: $0.map { .txt(Array($0.utf8)) }] }.merging(["here.example.com": [.a: [.a("192.0.2.1")]]]) { _, b in b },
            failures: ["_dmarc.down.test": .timeout])
        let result = await DMARCCheck.check(author: entry.author, spf: entry.spf, dkim: entry.dkim, resolver)
        #expect(result.result == entry.result, "\(result.words)")
        #expect(result.disposition == entry.disposition, "\(result.words)")
    }
    /// Eight queries, whatever the length of the name. (RFC 9989 §4.10; threat T44)
    @Test func walksAreShort() async throws {
        let resolver = TableResolver(txt: [:])
        let long = (1...60).map { "l\($0)" }.joined(separator: ".") + ".example.com"
        #expect(await DMARCCheck.check(author: long, spf: nil, dkim: [], resolver).result == .none)
        #expect(resolver.queries.count == Limits.treeWalk)
        #expect(resolver.queries.first == "_dmarc.\(long) txt" && resolver.queries.last == "_dmarc.com txt")
        #expect(resolver.queries[1] == "_dmarc.l56.l57.l58.l59.l60.example.com txt")
    }

    static let headers: [(String, [String])] = [
        ("From: a@Example.COM\r\n\r\n", ["example.com"]), ("From: A B <a@x.test>, c@y.test\r\n\r\n", ["x.test", "y.test"]), ("Subject: x\r\n\r\n", []),
        ("From: a@x.test\r\nfrom : b@y.test\r\n\r\n", ["x.test", "y.test"]), ("From: \"a@good.test\" <e@evil.test>\r\n\r\n", ["evil.test"]),
        ("From: nobody\r\n\r\n", [""]),
        ("From: a@x.test\r\n b\r\n\r\n", ["x.test"]), ("From: a@1.test,a@2.test,a@3.test,a@4.test,a@5.test\r\n\r\n", ["1.test", "2.test", "3.test", "4.test"]),
        ("From: group: a@x.test, b@x.test;\r\n\r\n", ["x.test"]), ("From: a@Bücher.test\r\n\r\n", ["xn--bcher-kva.test"]),
    ]
    @Test(arguments: headers) func findsTheAuthors(_ header: String, _ expected: [String]) { #expect(AuthorDomains.read(Array(header.utf8).span) == expected) }
}

@Suite struct AuthenticationResultsTests {
    @Test func writesOneFieldForAll() {
        var results = AuthenticationResults()
        results.spf = [DMARCTests.spf("example.com")]
        results.dkim = [
            DMARCTests.dkim("example.com"),
            DKIMResult(result: .fail, words: "the body was changed", domain: "", selector: "", identity: "", algorithm: "", signature: "a/b+c="),
        ]
        results.dmarc = [DMARCResult(result: .pass, published: .reject, domain: "sub.example.com", policyDomain: "example.com")]
        #expect(
            String(decoding: results.field(by: "mx.test", sender: "ann@example.com"), as: UTF8.self) == """
                Authentication-Results: mx.test;\r
                \tspf=pass smtp.mailfrom=ann@example.com;\r
                \tdkim=pass header.d=example.com header.i=@example.com header.s=s header.a=rsa-sha256 header.b=abc;\r
                \tdkim=fail (the body was changed) header.b="a/b+c=";\r
                \tdmarc=pass header.from=sub.example.com polrec.p=reject polrec.domain=example.com\r\n
                """)
        #expect(AuthenticationResults().field(by: "mx.test", sender: "") == Array("Authentication-Results: mx.test;\r\n\tnone\r\n".utf8))
    }
    /// Whatever a message or a zone says, it makes one field of one result each. (threat T38)
    @Test(arguments: ["a\r\nX: y", "a; dkim=pass", "a\"b\\c", "(((", "\u{0}\u{7F}é", "a) dkim=pass (b"]) func nothingGetsOut(_ text: String) {
        var results = AuthenticationResults()
        results.spf = [SPFResult(result: .fail, identity: .greeting, domain: text, words: text)]
        results.dkim = [DKIMResult(result: .neutral, words: text, domain: text, selector: text, identity: text, algorithm: text, signature: text)]
        let field = results.field(by: "mx.test", sender: text)
        #expect(field.allSatisfy { $0 == 9 || $0 == 10 || $0 == 13 || (32...126).contains($0) })
        let lines = String(decoding: field, as: UTF8.self).split(separator: "\r\n")
        #expect(lines.count == 3 && lines.dropFirst().allSatisfy { $0.first == "\t" })
    }

    static let claims: [(String, Bool)] = [
        ("mx.test; dkim=pass", true), (" MX.Test ; none", true), ("mx.test 1; none", true), ("mx.test/1; none", true), ("\"mx.test\"; none", true),
        ("(hi (there)) mx.test; none", true),
        ("mx.test", true), ("\r\n\tmx.test;\r\n none", true), ("mx.test.; none", true), ("", true), ("(open mx.other", true), ("mx.other; mx.test", false),
        ("mx.test.evil; none", false),
        ("amx.test; none", false),
    ]
    @Test(arguments: claims) func takesOutWhatClaimsToBeOurs(_ value: String, _ isOurs: Bool) {
        let text = "Received: x\r\nAuthentication-Results:\(value)\r\nX-Martlet-Verdict: accept\r\nFrom: a@b.c\r\n\r\nAuthentication-Results: mx.test; none\r\n"
        let message = Array(text.utf8)
        let ranges = AuthenticationResults.forged(in: message.span, hostname: "mx.test", others: ["x-martlet-verdict"])
        #expect(ranges.count == (isOurs ? 2 : 1))
        #expect(ranges.allSatisfy { message[$0].last == 10 })
    }
}
