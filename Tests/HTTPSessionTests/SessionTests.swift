import Bytes
import HTTPCodec
import HTTPSession
import SessionKit
import Synchronization
import TestSupport
import Testing

@Suite struct SessionTests {
    /// Status line, headers without Date, and body of one answer; what follows is left.
    static func split(_ text: String) -> (status: String, headers: [String], body: String) {
        let bytes = Array(text.utf8)
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return (text, [], "") }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n").map(String.init)
        return (lines.first ?? "", lines.dropFirst().filter { !$0.hasPrefix("Date: ") }, String(decoding: bytes[end.upperBound...], as: UTF8.self))
    }
    static func statuses(_ text: String) -> [String] {
        text.ranges(of: "HTTP/1.1 ").map { String(text[$0.upperBound...].prefix(3)) }
    }
    func post(_ path: String, _ body: String, _ fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    @Test func answersAndKeepsTheConnection() async {
        let site = Site(), phone = await site.connect()
        for word in ["one", "two", ""] {
            let answer = Self.split(await phone.say(post("/echo", word)))
            #expect(answer.status == "HTTP/1.1 200 OK")
            #expect(answer.headers == ["Content-Length: \(word.utf8.count)"])
            #expect(answer.body == word)
        }
        #expect(!phone.isClosed)
        #expect(phone.line.deadline != nil)
        #expect(site.value("martlet_http_requests_total") == 3)
    }
    @Test func answersPipelinedRequestsInOrder() async {
        let site = Site(), phone = await site.connect()
        let all = await phone.say(post("/echo", "a") + post("/echo", "b") + post("/nowhere", "c") + "GET /page HTTP/1.1\r\nHost: x\r\n\r\n" + post("/echo", "d"))
        #expect(Self.statuses(all) == ["200", "200", "404", "200", "200"])
        #expect(all.hasSuffix("\r\n\r\nd"))
        #expect(site.asked.withLock { $0.count } == 3)
    }
    @Test func bytesMayComeOneByOne() async {
        let site = Site(), phone = await site.connect()
        var all = ""
        for byte in (post("/echo", "hello") + "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").utf8 { all += await phone.say([byte]) }
        #expect(Self.statuses(all) == ["200", "200"])
        #expect(all.hasSuffix("\r\n\r\nabc"))
    }
    @Test func closesWhereAsked() async {
        let site = Site()
        for request in ["GET /page HTTP/1.0\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"] {
            let client = await site.connect()
            let answer = Self.split(await client.say(request))
            #expect(answer.headers.contains("Connection: close"))
            #expect(client.isClosed)
        }
        let old = await site.connect()
        #expect(Self.split(await old.say("GET /page HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")).headers.contains("Connection: keep-alive"))
        #expect(!old.isClosed)
    }
    @Test func aHeadHasNoBody() async {
        let client = await Site().connect()
        let answer = Self.split(await client.say("HEAD /page HTTP/1.1\r\nHost: x\r\n\r\n"))
        #expect(answer.headers.contains("Content-Length: 4"))
        #expect(answer.body.isEmpty)
    }

    /// T16: a path matches whole or not at all.
    static let paths: [(String, String)] = [
        ("/page", "200"), ("/page?x=y", "200"), ("http://other.example/page", "200"), ("/%70age", "200"), ("/Page", "404"), ("/page/", "404"), ("//page", "404"),
        ("/./page", "404"), ("/x/../page", "404"), ("/%2e/page", "404"), ("/%2Fpage", "404"), ("/page%2e", "404"), ("/page%00", "400"), ("/", "404"),
        ("/any-case", "200"), ("/ANY-CASE", "200"), ("/Any-Case/", "404"), ("/%61ny-case", "200"), ("/%2e%2e/any-case", "404"), ("http://127.0.0.1:1/etc", "404"),
        ("/echo@other", "404"), ("/page;x", "404"), ("/page\\", "404"),
    ]
    // MS-ASHTTP_R182
    @Test(arguments: Self.paths) func routesExactly(_ path: String, _ status: String) async {
        let client = await Site().connect()
        #expect(Self.statuses(await client.say("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")) == [status])
    }
    @Test func pagesAreOnlyRead() async {
        let client = await Site().connect()
        let answer = Self.split(await client.say(post("/page", "x")))
        #expect(answer.status.hasPrefix("HTTP/1.1 405"))
        #expect(answer.headers.contains("Allow: GET, HEAD"))
        #expect(Self.statuses(await client.say("GET /page HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")) == ["413"])
        #expect(Self.statuses(await client.say("GET /page HTTP/1.1\r\nHost: x\r\n\r\n")) == ["200"])
    }

    // MARK: Refusals

    /// T13: nothing is inflated.
    @Test(arguments: ["gzip", "deflate", "br", "gzip, identity"]) func refusesCompressedBodies(_ coding: String) async {
        let site = Site(), client = await site.connect()
        let answer = Self.split(await client.say(post("/echo", "\u{1f}x", "Content-Encoding: \(coding)\r\n")))
        #expect(answer.status.hasPrefix("HTTP/1.1 415"))
        #expect(answer.headers.contains("Accept-Encoding: identity"))
        #expect(site.asked.withLock { $0.isEmpty })
        #expect(Self.statuses(await client.say(post("/echo", "x", "Content-Encoding: identity\r\n"))) == ["200"])
    }
    /// T17: 400, then the end, and nothing of what follows is taken for a request.
    @Test(arguments: [
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "GET /page HTTP/1.1\nHost: x\n\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ]) func neverReadsOnAfterWhatItDoesNotUnderstand(_ request: String) async {
        let site = Site(), client = await site.connect()
        let answer = await client.say(request + post("/echo", "smuggled"))
        #expect(Self.statuses(answer) == ["400"])
        #expect(answer.contains("\r\nConnection: close\r\n"))
        #expect(await client.say(post("/echo", "smuggled")) == "")
        #expect(site.asked.withLock { $0.isEmpty })
        #expect(site.value("martlet_http_malformed_total") == 1)
        #expect(await client.expire() == "")
        #expect(client.isClosed)
    }
    @Test func whatIsSentAfterARefusalIsBounded() async {
        let client = await Site().connect()
        #expect(Self.statuses(await client.say("x\r\n\r\n")) == ["400"])
        for _ in 0..<40 where !client.isClosed { _ = await client.say([UInt8](repeating: 0x78, count: 50_000)) }
        #expect(client.isClosed)
    }
    @Test func refusesBodiesAboveTheLimitAndStaysWhereTheyAreShort() async {
        let site = Site(), client = await site.connect()
        #expect(Self.statuses(await client.say(post("/echo", String(repeating: "x", count: 100_001)))) == ["413"])
        #expect(Self.statuses(await client.say(post("/echo", String(repeating: "x", count: 100_000)))) == ["200"])
        #expect(Self.statuses(await client.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4294967296\r\n\r\n")) == ["413"])
        let other = await site.connect()
        #expect(Self.statuses(await other.say("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n186a1\r\n")) == ["413"])
    }
    @Test func asksForTheBodyWhereTheClientWaits() async {
        let site = Site(), client = await site.connect()
        #expect(await client.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(Self.split(await client.say("hi")).body == "hi")
        let refused = await client.say("POST /private HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        #expect(Self.statuses(refused) == ["401"])
        #expect(refused.contains("\r\nConnection: close\r\n"))
    }
    @Test func aRefusedLogInKeepsTheConnection() async {
        let client = await Site().connect()
        for _ in 0..<3 { #expect(Self.statuses(await client.say(post("/private", "secret"))) == ["401"]) }
        #expect(Self.statuses(await client.say("GET /page HTTP/1.1\r\nHost: x\r\n\r\n")) == ["200"])
    }

    // MARK: Time

    @Test func aSlowHeadIsCutOff() async throws {
        let client = await Site().connect()
        _ = await client.say("GET /page HT")
        let deadline = try #require(client.line.deadline)
        #expect(deadline <= .now + HTTPLimits.head)
        _ = await client.say("TP/1.1\r\nHost: x\r\n")
        #expect(client.line.deadline == deadline)  // each byte does not buy more time
        #expect(Self.statuses(await client.expire()) == ["408"])
        #expect(await client.expire() == "")
        #expect(client.isClosed)
    }
    // MS-ASHTTP_R261
    @Test func anIdleConnectionIsClosedWithoutAWord() async {
        let client = await Site().connect()
        _ = await client.say("GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await client.expire() == "")
        #expect(client.isClosed)
    }
    @Test func aBodyBuysTimeByItsBytesOnly() async throws {
        let client = await Site().connect()
        _ = await client.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n")
        let first = try #require(client.line.deadline)
        _ = await client.say("x")
        #expect(client.line.deadline == first)
        _ = await client.say([UInt8](repeating: 0x78, count: 10 * HTTPLimits.bodyRate))
        #expect(client.line.deadline == first + .seconds(10))
        #expect(Self.statuses(await client.expire()) == ["408"])
    }

    // MARK: Large answers and the end

    @Test func aLargeAnswerWaitsForTheClient() async {
        let client = await Site().connect()
        var received: [UInt8] = [], highest = 0
        client.line.outbox.flush = { [line = client.line] in
            highest = max(highest, line.outbox.bytes.count)
            received += line.outbox.bytes.take()
        }
        received += await client.sayBytes(Array("GET /large HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        let answer = Self.split(String(decoding: received, as: UTF8.self))
        #expect(answer.headers == ["Content-Length: 2000000"])
        #expect(answer.body.utf8.count == 2_000_000)
        #expect(highest > 0)
        #expect(highest <= Line.Limits.outboxHighWater + HTTPLimits.piece + 200)
    }
    @Test func drainingClosesTheIdleAndLetsTheBusyFinish() async {
        let site = Site(), idle = await site.connect(), busy = await site.connect()
        #expect(idle.session.draining() == .close)
        _ = await busy.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
        #expect(busy.session.draining() == .needMore)
        #expect(await busy.say("hi").contains("\r\nConnection: close\r\n"))
        #expect(busy.isClosed)
    }
}
