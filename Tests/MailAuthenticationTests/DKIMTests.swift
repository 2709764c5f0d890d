import Bytes
import Crypto
import DNSCodec
import Glibc
@testable import MailAuthentication
import Testing
import TestSupport

@Suite struct DKIMTests {
    static func octets(_ text: String) -> [UInt8] { Array(text.replacing("\n", with: "\r\n").utf8) }
    static func check(_ message: [UInt8], _ resolver: TableResolver, now: Int64 = 1_600_000_000) async -> [DKIMResult] {
        await DKIMCheck(message.span, now: now).results(resolver)
    }

    // MARK: the standard's example

    /// RFC 8463 §A.3: one message, signed with both kinds of key.
    static let signed = octets(
        """
        DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
         d=football.example.com; i=@football.example.com;
         q=dns/txt; s=brisbane; t=1528637909; h=from : to :
         subject : date : message-id : from : subject : date;
         bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
         b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
         Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
        DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
         d=football.example.com; i=@football.example.com;
         q=dns/txt; s=test; t=1528637909; h=from : to : subject :
         date : message-id : from : subject : date;
         bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
         b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
         DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
         dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
        From: Joe SixPack <joe@football.example.com>
        To: Suzie Q <suzie@shopping.example.net>
        Subject: Is dinner ready?
        Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
        Message-ID: <20030712040037.46341.5F8J@football.example.com>

        Hi.

        We lost the game.  Are you hungry yet?

        Joe.

        """)
    static let brisbane = "brisbane._domainkey.football.example.com", test = "test._domainkey.football.example.com"
    static let keys = [
        brisbane: ["v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="],
        test: [
            "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC"
                + "DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
        ],
    ]
    @Test func verifiesTheExampleOfTheStandard() async {
        let results = await Self.check(Self.signed, TableResolver(txt: Self.keys))
        #expect(results.map(\.result) == [.pass, .pass])
        #expect(results.map(\.selector) == ["brisbane", "test"])
        #expect(results[0].signature == "/gCrinpc")
        #expect(results[0].identity == "@football.example.com")
    }
    /// What a relay may do to a relaxed message, and what nobody may.
    static let changes: [(String, String, CheckResult)] = [
        ("Subject: Is", "SUBJECT:  \tIs", .pass), ("game.  Are", "game. \t Are", .pass), ("yet?", "yet?  ", .pass),
        ("\r\n\r\nJoe.", "\r\n\r\nJoe.\r\n\r\n", .pass),
        ("Date: Fri,", "Date: Fri,\r\n", .pass), ("Subject: Is", "Subject: Was", .fail), ("game", "match", .fail), ("Joe.", "Joe. ", .pass),
        ("Hi.", " Hi.", .fail),
        ("From: Joe", "From: eve@example.net\r\nFrom: Joe", .fail), ("To: Suzie", "X-Added: by a relay\r\nTo: Suzie", .pass), ("Are", "A re", .fail),
        ("Message-ID: ", "Subject: another\r\nMessage-ID: ", .fail),
    ]
    @Test(arguments: changes) func tellsHarmlessChangesFromOthers(_ from: String, _ to: String, _ expected: CheckResult) async {
        let text = String(decoding: Self.signed, as: UTF8.self)
        let place = text.firstRange(of: "From: Joe")?.lowerBound ?? text.startIndex
        let changed = text[..<place] + text[place...].replacing(from, with: to, maxReplacements: 1)
        #expect(changed != text)
        #expect(await Self.check(Array(changed.utf8), TableResolver(txt: Self.keys)).map(\.result) == [expected, expected])
    }

    // MARK: keys

    static let records: [([String], CheckResult)] = [
        ([], .permerror), (["v=DKIM1; k=ed25519; p="], .permerror), (["nothing of ours"], .permerror),
        (["v=DKIM2; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="], .permerror),
        (["k=ed25519; v=DKIM1; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="], .permerror),
        (["k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="], .pass),
        (["v=DKIM1; k=rsa; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="], .permerror),
        (["v=DKIM1; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="], .permerror),
        (["v=DKIM1; k=ed25519; h=sha1; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="], .permerror),
        (["v=DKIM1; k=ed25519; h=sha1:sha256; s=*; t=s; p=11qYAYKxCrfVS/ 7TyWQHOg7hcvPapiMlrwIaaPcHURo="], .pass),
        (["v=DKIM1; k=ed25519; s=tlsrpt; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="], .permerror),
        (["v=DKIM1; k=ed25519; p=21qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="], .fail),
        (["v=DKIM1; k=ed25519; t=y; p=21qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="], .neutral),
        (["unrelated", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="], .pass),
        (["v=DKIM1; k=ed25519; p=" + String(repeating: "A", count: 9_000)], .permerror),
    ]
    @Test(arguments: records) func readsKeysAsTheStandardDoes(_ records: [String], _ expected: CheckResult) async {
        let results = await Self.check(Self.signed, TableResolver(txt: [Self.brisbane: records]))
        #expect(results.first?.result == expected, "\(results.first?.words ?? "")")
    }
    @Test func troubleOfTheDNSIsTemporary() async {
        let resolver = TableResolver([:], failures: [Self.brisbane: .timeout, Self.test: .server(code: 2)])
        #expect(await Self.check(Self.signed, resolver).map(\.result) == [.temperror, .temperror])
    }

    // MARK: signatures as they may be

    static let body = "From: a@example.org\nSubject: x\n\nbody\n"
    /// Tags beside a good b= and bh=, which the key does not fit: what is refused is refused before.
    static let fields: [(String, CheckResult)] = [
        ("v=2; a=rsa-sha256; d=example.org; s=k; h=from; bh=BH; b=YWJj", .neutral), ("a=rsa-sha256; d=example.org; s=k; h=from; bh=BH; b=YWJj", .neutral),
        ("v=1; a=rsa-sha1; d=example.org; s=k; h=from; bh=BH; b=YWJj", .policy), ("v=1; a=dsa; d=example.org; s=k; h=from; bh=BH; b=YWJj", .neutral),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=from; bh=BH; b=YWJj; l=5", .policy),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=subject; bh=BH; b=YWJj", .permerror),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=from; bh=BH; b=YWJj; x=1599999999", .fail),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=from; bh=BH; b=YWJj; t=5; x=5", .neutral),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=from; bh=BH; b=YWJj; t=1700000000", .policy),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=from; bh=BH; b=YWJj; t=-1", .neutral),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=from; bh=BH; b=YWJj; i=a@example.net", .neutral),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=from; bh=BH; b=YWJj; i=a@fake-example.org", .neutral),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=from; bh=BH; b=YWJj; i=a@sub.example.org", .permerror),
        ("v=1; a=rsa-sha256; d=example..org; s=k; h=from; bh=BH; b=YWJj", .neutral),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=from; bh=short; b=YWJj", .neutral),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=from; bh=BH; b=", .neutral),
        ("v=1; a=rsa-sha256; d=example.org; d=example.org; s=k; h=from; bh=BH; b=YWJj", .neutral),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=from; bh=BH; b=YWJj; q=http", .neutral),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=from:; bh=BH; b=YWJj", .neutral),
        ("no tags at all", .neutral), ("", .neutral), (";;;", .neutral), ("v=1; a=rsa-sha256; c=loose; d=example.org; s=k; h=from; bh=BH; b=YWJj", .neutral),
        ("v=1; a=rsa-sha256; d=example.org; s=k; h=from; bh=BH; b=YWJj; n=" + String(repeating: "n", count: 17_000), .neutral),
    ]
    @Test(arguments: fields) func refusesWhatIsNoSignature(_ tags: String, _ expected: CheckResult) async {
        let hash = Base64.encodeText(Digest.sha256([]))
        let message = Self.octets("DKIM-Signature: \(tags.replacing("BH", with: hash))\n" + Self.body)
        let results = await Self.check(message, TableResolver(txt: [:]))
        #expect(results.map(\.result) == [expected], "\(results.first?.words ?? "")")
    }

    // MARK: what we sign

    @Test(arguments: SignatureAlgorithm.allCases) func whatIsSignedVerifies(_ algorithm: SignatureAlgorithm) async throws {
        let key = try PrivateKey(making: algorithm)
        let kind = algorithm == .rsaSHA256 ? "rsa" : "ed25519"
        let resolver = TableResolver(txt: ["k1._domainkey.example.org": ["v=DKIM1; k=\(kind); p=\(Base64.encodeText(key.publicOctets))"]])
        let signer = DKIMSigner(domain: "example.org", selector: "k1", key: key)
        for text in [
            Self.body, "From: a@example.org\n\n",
            "From: a@example.org\nTo: b@c.d\nTo: e@f.g\nX-Long: \(String(repeating: "a ", count: 400))\n\n  \n\n a\t b \n\n\n",
        ] {
            let message = Self.octets(text)
            let field = try DKIMSigner.fields(for: message.span, [signer], time: 1_600_000_000)
            #expect(field.split(separator: 10).allSatisfy { $0.count <= 79 })
            #expect(await Self.check(field + message, resolver).map(\.result) == [.pass])
            // A second From, To or Subject added on the way is seen. (T45; RFC 6376 §8.15)
            for added in ["From: eve@example.net", "Subject: other", "To: x@y.z", "Reply-To: eve@example.net", "Content-Type: text/html"] {
                #expect(await Self.check(field + Self.octets(added + "\n") + message, resolver).map(\.result) == [.fail])
            }
            #expect(await Self.check(field + Self.octets("List-Id: x\n") + message, resolver).map(\.result) == [.pass])
        }
    }
    @Test func bothFormsOfTheBody() {
        // RFC 6376 §3.4.5: the examples' results, hashed.
        let body = Array(" C \r\nD \t E\r\n\r\n\r\n".utf8)
        #expect(Canonicalization.relaxed.bodyHash(body.span) == Digest.sha256(Array(" C\r\nD E\r\n".utf8)))
        #expect(Canonicalization.simple.bodyHash(body.span) == Digest.sha256(Array(" C \r\nD \t E\r\n".utf8)))
        for empty in ["", "\r\n", "\r\n\r\n"] {
            #expect(Canonicalization.relaxed.bodyHash(Array(empty.utf8).span) == Digest.sha256([]))
            #expect(Canonicalization.simple.bodyHash(Array(empty.utf8).span) == Digest.sha256([13, 10]))
        }
        #expect(Canonicalization.relaxed.bodyHash(Array(" \t\r\nx".utf8).span) == Digest.sha256(Array("\r\nx\r\n".utf8)))
        #expect(Canonicalization.simple.bodyHash(Array("x".utf8).span) == Digest.sha256(Array("x\r\n".utf8)))
    }

    // MARK: hostile mail

    /// T45: many signatures, huge lists, large headers: eight are looked at, and the work is bounded.
    @Test func hostileSignaturesCostLittle() async {
        let hash = Base64.encodeText(Digest.sha256([13, 10]))
        let names = Array(repeating: "from:x-a:x-b", count: 85).joined(separator: ":")
        let field = "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=k; h=\(names); bh=\(hash); b=\(String(repeating: "QUFB", count: 128))\n"
        let message = Self.octets(
            String(repeating: field, count: 100) + String(repeating: "X-A: \(String(repeating: "a ", count: 1_000))\n", count: 300)
                + "From: a@example.org\n\n\n")
        // The processor's time for this one check, not the wall clock's: others may run beside it.
        let results = await Self.check(message, TableResolver(txt: Self.keys))
        #expect(results.count == 8)
        let small = await Self.processorTime { _ = await Self.check(Self.octets(String(repeating: field, count: 8) + "From: a@example.org\n\n\n"), TableResolver(txt: Self.keys)) }
        let large = await Self.processorTime { _ = await Self.check(message, TableResolver(txt: Self.keys)) }
        // Twelve times the signatures and six hundred kilobytes of header cost what reading them costs; the 20 ms of the release build are measured by
        // Tests/Conformance/mail_authentication.py.
        #expect(large < small + .seconds(3), "\(small) for eight signatures, \(large) for a hundred")
    }
    /// Of this process; the least of three.
    private static func processorTime(_ work: () async -> Void) async -> Duration {
        var least = Duration.seconds(60)
        for _ in 0..<3 {
            let before = clock()
            await work()
            least = min(least, .microseconds(Int64(clock() - before) * 1_000_000 / Int64(CLOCKS_PER_SEC)))
        }
        return least
    }
    @Test func noiseNeverTraps() async {
        var random = SystemRandomNumberGenerator()
        let resolver = TableResolver(txt: Self.keys)
        for _ in 0..<400 {
            var message = Self.signed
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let place = Int.random(in: 0..<message.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: message[place] = UInt8.random(in: 0...255, using: &random)
                case 1: message.remove(at: place)
                case 2: message.insert(contentsOf: [[13, 10], [0], [61], [59], [0xFF, 0xFE]].randomElement(using: &random) ?? [], at: place)
                default: message.removeSubrange(place..<min(message.count, place + Int.random(in: 1...40, using: &random)))
                }
                if message.isEmpty { break }
            }
            _ = await Self.check(message, resolver)
            _ = TagList(message)
        }
    }
}
