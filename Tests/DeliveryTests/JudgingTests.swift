// Mail from strangers: what its owner says is done with it, and nobody else's word is kept as ours.
import Bytes
import Crypto
import Delivery
import Directory
import DNSCodec
import MailAuthentication
import MailStore
import Model
import Testing
import TestSupport

@Suite struct JudgingTests {
    static func txt(_ texts: String...) -> [RecordType: [RecordData]] { [.txt: texts.map { .txt(Array($0.utf8)) }] }
    static let zone: [String: [RecordType: [RecordData]]] = [
        "far.example": txt("v=spf1 ip4:192.0.2.1 -all"), "_dmarc.far.example": txt("v=DMARC1; p=reject"),
        "soft.example": txt("v=spf1 -all"), "_dmarc.soft.example": txt("v=DMARC1; p=quarantine"),
        "late.example": [:], "_dmarc.late.example": txt("v=DMARC1; p=reject"),
    ]
    static let failures: [String: LookUpFailure] = ["_late.example": .timeout, "spf.late.example": .timeout]

    let house: DeliveryHouse
    init() async throws { house = try await DeliveryHouse() }

    func acceptance(_ resolver: any NameResolver = TableResolver(zone), _ mode: Judge.Mode = .enforce, filters: [any MessageFilter] = []) -> Acceptance {
        Acceptance(
            store: house.store, directory: house.directory, hostname: "mx.demo.test",
            judge: Judge(resolver: resolver, hostname: "mx.demo.test", mode: mode, filters: filters, isTrusted: { $0 == "198.51.100.1" }),
            now: { Timestamp(seconds: 1_600_000_000) })
    }
    func send(
        _ text: String, to acceptance: Acceptance, from sender: String = "x@far.example", address: String = "192.0.2.1", service: String = "smtp",
        logIn: LogIn? = nil
    ) async throws -> [ItemID] {
        let spool = house.store.spool()
        try spool.append(Array(text.utf8))
        var envelope = AcceptanceTests.envelope("ann@demo.test")
        envelope.sender = MailAddress(sender)
        let origin = Origin(trace: "t", service: service, address: address, greeting: "c.example", transmission: "ESMTP", logIn: logIn)
        return try await acceptance.accept(envelope, spool, origin)
    }

    @Test func goodMailGetsItsResultsOnTop() async throws {
        _ = try await send("From: x@far.example\r\n\r\nhi\r\n", to: acceptance())
        let text = try #require(try await house.texts("ann").first)
        #expect(
            text.contains(
                "\r\nAuthentication-Results: mx.demo.test;\r\n\tspf=pass (ip4:192.0.2.1) smtp.mailfrom=x@far.example;\r\n\tdmarc=pass header.from=far.example polrec.p=reject\r\nFrom: x@"
            ))
        #expect(text.hasPrefix("Return-Path: <x@far.example>\r\nReceived: "))
        #expect(text.hasSuffix("From: x@far.example\r\n\r\nhi\r\n"))
    }
    @Test func ownersWishesAreDone() async throws {
        await #expect(throws: AcceptanceFailure.self) { try await send("From: x@far.example\r\n\r\nhi\r\n", to: acceptance(), address: "192.0.2.2") }
        do throws(AcceptanceFailure) {
            _ = try await acceptance().accept(AcceptanceTests.envelope("ann@demo.test"), Spool(), AcceptanceTests.origin)
        } catch { Issue.record("a message without From was refused: \(error)") }
        #expect(try await house.texts("ann").count == 1)
        _ = try await send("From: x@soft.example\r\n\r\nhi\r\n", to: acceptance())
        #expect(try await house.texts("ann").count == 1)
        let junk = try #require(try await house.texts("ann", .junk).first)
        #expect(junk.contains("\r\nX-Martlet-Verdict: junk; dmarc=fail policy=quarantine from=soft.example\r\n"))
        // The strictest of several authors counts, and hiding behind a second From does not help.
        await #expect(throws: AcceptanceFailure.self) {
            try await send("From: a@nothing.test\r\nFrom: x@far.example\r\n\r\nhi\r\n", to: acceptance(), address: "192.0.2.2")
        }
    }
    @Test func refusalsSayWhy() async throws {
        do {
            _ = try await send("From: x@far.example\r\n\r\nhi\r\n", to: acceptance(), address: "192.0.2.2")
            Issue.record("taken")
        } catch AcceptanceFailure.rejected(let refusal) {
            #expect(!refusal.isTemporary && refusal.status == "5.7.26" && refusal.words.contains("far.example"))
        }
        // What cannot be told now is not refused for good, and not taken either.
        let resolver = TableResolver(Self.zone, failures: ["far.example": .timeout])
        do {
            _ = try await send("From: x@far.example\r\n\r\nhi\r\n", to: acceptance(resolver))
            Issue.record("taken")
        } catch AcceptanceFailure.rejected(let refusal) {
            #expect(refusal.isTemporary && refusal.status.hasPrefix("4."))
        }
        #expect(try await house.texts("ann").isEmpty)
    }
    @Test func usersAndOurMachinesAreNotJudged() async throws {
        let spoof = "From: x@far.example\r\n\r\nhi\r\n"
        _ = try await send(spoof, to: acceptance(), address: "198.51.100.1")
        _ = try await send(spoof, to: acceptance(), address: "192.0.2.2", service: "submission")
        // A user's From is their own, or it is refused before anybody judges.
        _ = try await send("From: bob@demo.test\r\n\r\nhi\r\n", to: acceptance(), address: "192.0.2.2", logIn: try await house.user("bob"))
        _ = try await send(spoof, to: acceptance(TableResolver(Self.zone), .observe), address: "192.0.2.2")
        _ = try await send(spoof, to: acceptance(TableResolver(Self.zone), .off), address: "192.0.2.2")
        let texts = try await house.texts("ann")
        #expect(texts.count == 5)
        #expect(texts.map { $0.contains("Authentication-Results") } == [false, false, false, true, false])
    }
    @Test func nobodyElseWritesOurResults() async throws {
        let forged =
            "Authentication-Results: MX.demo.test; dmarc=pass\r\nX-Martlet-Verdict: accept\r\nAuthentication-Results: other.test; dkim=pass\r\nFrom: x@far.example\r\n\r\nhi\r\n"
        _ = try await send(forged, to: acceptance())
        let text = try #require(try await house.texts("ann").first)
        #expect(!text.contains("MX.demo.test") && !text.contains("X-Martlet-Verdict"))
        #expect(text.hasSuffix("Authentication-Results: other.test; dkim=pass\r\nFrom: x@far.example\r\n\r\nhi\r\n"))
    }
    @Test func signedMailPassesWithoutSPF() async throws {
        let key = try PrivateKey(making: .ed25519SHA256)
        var zone = Self.zone
        zone["k._domainkey.far.example"] = Self.txt("v=DKIM1; k=ed25519; p=\(Base64.encodeText(key.publicOctets))")
        let message = Array("From: x@far.example\r\nSubject: s\r\n\r\nhi\r\n".utf8)
        let field = try DKIMSigner.fields(for: message.span, [DKIMSigner(domain: "far.example", selector: "k", key: key)], time: 1_600_000_000)
        _ = try await send(
            String(decoding: field + message, as: UTF8.self), to: acceptance(TableResolver(zone)), from: "list@elsewhere.test", address: "192.0.2.2")
        let text = try #require(try await house.texts("ann").first)
        #expect(text.contains("dkim=pass header.d=far.example"))
        #expect(text.contains("dmarc=pass header.from=far.example"))
        #expect(text.hasSuffix("Subject: s\r\n\r\nhi\r\n"))
    }
    /// A resolver that never answers costs the limit and no more. (threat T44)
    @Test func silenceOfTheDNSEnds() async throws {
        struct Silent: NameResolver {
            func query(_ name: String, _ type: RecordType) async throws(LookUpFailure) -> DNSAnswer {
                try? await Task.sleep(for: .seconds(60))
                throw .timeout
            }
        }
        let start = ContinuousClock.now
        _ = try await send("From: x@far.example\r\n\r\nhi\r\n", to: acceptance(Silent()))
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(try await house.texts("ann").first?.contains("dmarc=temperror") == true)
    }

    struct Says: MessageFilter {
        let name = "says"
        let answer: FilterAnswer
        func judge(_ message: FilteredMessage) async -> FilterAnswer { answer }
    }
    @Test func filtersHaveTheirWord() async throws {
        let text = "From: x@far.example\r\n\r\nhi\r\n"
        _ = try await send(text, to: acceptance(filters: [Says(answer: FilterAnswer(.junk("score 9"), fields: Array("X-Spam: yes\r\n".utf8)))]))
        #expect(try await house.texts("ann", .junk).first?.contains("X-Spam: yes\r\nX-Martlet-Verdict: junk; score 9\r\n") == true)
        let tempfail = Refusal(isTemporary: true, status: "4.7.1", words: "later")
        await #expect(throws: AcceptanceFailure.rejected(tempfail)) {
            try await send(text, to: acceptance(filters: [Says(answer: FilterAnswer(.refuse(tempfail)))]))
        }
        #expect(try await send(text, to: acceptance(filters: [Says(answer: FilterAnswer(.discard("virus")))])).isEmpty)
        // Whoever was told "queued as" can be told where it went.
        let lines = try await house.store.read { try $0.history(of: "t") }
        #expect(lines.suffix(2).map(\.event) == ["received", "discarded"] && lines.last?.words.contains("virus") == true)
        #expect(try await house.texts("ann").isEmpty)
    }
}

@Suite struct GateTests {
    static func message(_ address: String, _ recipients: [String] = ["ann@demo.test"], spf: String? = nil) -> FilteredMessage {
        var results = AuthenticationResults()
        if let spf { results.spf = [SPFResult(result: .pass, identity: .mailFrom, domain: spf, words: "")] }
        return FilteredMessage(
            spool: Spool(), start: 0, envelope: Envelope(sender: MailAddress("x@far.example"), recipients: recipients.compactMap { MailAddress($0) }),
            origin: Origin(trace: "t", service: "smtp", address: address, greeting: "c", transmission: "ESMTP", logIn: nil), hostname: "mx", results: results)
    }
    static func isRefused(_ answer: FilterAnswer, temporarily: Bool) -> Bool {
        if case .refuse(let refusal) = answer.verdict { refusal.isTemporary == temporarily } else { false }
    }

    /// RFC 5782 §2: the address backwards under the list's name; what is no entry is none; a list that is away shuts the gate for now. (threat T47)
    @Test func listsAreAsked() async {
        let resolver = TableResolver(
            [
                "2.2.0.192.bl.test": [.a: [.a("127.0.0.2")], .txt: [.txt(Array("spam\u{1B}source".utf8))]], "3.2.0.192.bl.test": [.a: [.a("127.255.255.254")]],
                "4.2.0.192.bl.test": [.a: [.a("192.0.2.4")]],
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.test": [.a: [.a("127.0.0.3")]],
            ], failures: ["9.2.0.192.bl.test": .timeout])
        let filter = BlockLists(lists: ["empty.test", "bl.test"], resolver: resolver)
        for address in ["192.0.2.1", "192.0.2.3", "192.0.2.4", "2001:db8::2"] { #expect(await filter.judge(Self.message(address)) == FilterAnswer(.accept)) }
        for address in ["192.0.2.2", "2001:db8::1"] { #expect(Self.isRefused(await filter.judge(Self.message(address)), temporarily: false)) }
        #expect(Self.isRefused(await filter.judge(Self.message("192.0.2.9")), temporarily: true))
        guard case .refuse(let refusal) = await filter.judge(Self.message("192.0.2.2")).verdict else { return }
        #expect(refusal.words == "192.0.2.2 is on the list bl.test: spamsource")
    }
    @Test func strangersComeTwice() async throws {
        let house = try await DeliveryHouse()
        let patient = Greylisting(store: house.store, delay: 3_600_000), quick = Greylisting(store: house.store, delay: 0)
        #expect(Self.isRefused(await quick.judge(Self.message("192.0.2.1")), temporarily: true))
        #expect(Self.isRefused(await patient.judge(Self.message("192.0.2.1")), temporarily: true))
        #expect(Self.isRefused(await quick.judge(Self.message("192.0.2.1", ["ann@demo.test", "bob@demo.test"])), temporarily: true))
        #expect(await quick.judge(Self.message("192.0.2.77")) == FilterAnswer(.accept))
        // Its network is known now, for anybody here.
        #expect(await patient.judge(Self.message("192.0.2.200", ["eve@demo.test"])) == FilterAnswer(.accept))
        #expect(Self.isRefused(await quick.judge(Self.message("192.0.3.1")), temporarily: true))
        // A domain that vouches for its machines is one sender wherever they are.
        #expect(Self.isRefused(await quick.judge(Self.message("198.51.100.1", spf: "far.example")), temporarily: true))
        #expect(await quick.judge(Self.message("203.0.113.1", spf: "far.example")) == FilterAnswer(.accept))
        #expect(try await house.store.prune(now: Timestamp(seconds: 4_000_000_000)).greylist == 0)
    }
}
