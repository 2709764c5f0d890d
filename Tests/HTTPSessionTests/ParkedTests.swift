import Bytes
import HTTPCodec
import HTTPSession
import Model
import SessionKit
import Synchronization
import Testing
import TestSupport

@Suite struct ParkedTests {
    let change = ChangeSet(account: AccountID(1), modseq: ModSeq(5), changes: [])
    func ask(_ how: String = "") -> String { "POST /wait?\(how) HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" }
    func told(_ site: Site) -> [String] { site.waiting.withLock { $0 } }

    @Test func isAnsweredByANotice() async {
        let site = Site(), phone = await site.connect()
        #expect(await phone.say(ask()) == "")
        #expect(site.value("martlet_http_parked") == 1)
        #expect(await phone.notice(change).hasSuffix("\r\n\r\nchanged"))
        #expect(told(site) == ["notice 5", "closed"])
        #expect(site.value("martlet_http_parked") == 0)
        // The connection lives on, and what is noticed now concerns nobody.
        #expect(await phone.notice(change) == "")
        #expect(await phone.say("GET /page HTTP/1.1\r\nHost: x\r\n\r\n").hasSuffix("page"))
    }
    @Test func mayAskTheStoreFirst() async {
        let site = Site(), phone = await site.connect()
        _ = await phone.say(ask("perform"))
        #expect(await phone.notice(change).hasSuffix("performed"))
        #expect(told(site) == ["notice 5", "perform", "closed"])
    }
    @Test func mayStayUnmoved() async throws {
        let site = Site(), phone = await site.connect()
        _ = await phone.say(ask("deaf"))
        for _ in 0..<3 { #expect(await phone.notice(change) == "") }
        let deadline = try #require(phone.line.deadline)
        #expect(deadline > .now + .seconds(590))
        #expect(await phone.expire().hasSuffix("nothing"))
        #expect(told(site).suffix(2) == ["expired", "closed"])
        #expect(!phone.isClosed)
    }
    @Test func endsWithTheClient() async {
        let site = Site(), phone = await site.connect()
        _ = await phone.say(ask())
        phone.close()
        #expect(told(site) == ["closed"])
        #expect(site.value("martlet_http_parked") == 0)
    }
    @Test func isAnsweredWhenTheProcessStops() async {
        let site = Site(), phone = await site.connect()
        _ = await phone.say(ask())
        #expect(phone.session.draining() == .close)
        #expect(phone.heard().hasPrefix("HTTP/1.1 503"))
        let deaf = await site.connect()
        _ = await deaf.say(ask("deaf"))
        #expect(deaf.session.draining() == .close)
        #expect(deaf.heard() == "")
        #expect(told(site) == ["draining", "closed", "draining", "closed"])
    }
    @Test func aPipelinedRequestMayEndIt() async {
        let site = Site(), phone = await site.connect()
        let answers = await phone.say(ask() + "GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(SessionTests.statuses(answers) == ["200", "200"])
        #expect(answers.contains("interrupted"))
        #expect(answers.hasSuffix("page"))
    }
    @Test func aPipelinedRequestMayWait() async {
        let site = Site(), phone = await site.connect()
        #expect(await phone.say(ask("patient") + "GET /page HTTP/1.1\r\nHost: x\r\n\r\n") == "")
        #expect(await phone.say("GET /page HTTP/1.1\r\nHost: x\r\n\r\n") == "")
        #expect(told(site) == ["interrupted"])
        #expect(await phone.notice(change).contains("changed"))
        #expect(SessionTests.statuses(await phone.say("")) == ["200", "200"])
    }
    @Test func aPipelinedRequestMayAnger() async {
        let site = Site(), phone = await site.connect()
        #expect(await phone.say(ask("angry") + "GET /page HTTP/1.1\r\nHost: x\r\n\r\n") == "")
        #expect(phone.isClosed)
        #expect(told(site) == ["interrupted", "closed"])
    }
    @Test func aLargeAnswerGoesThroughPerform() async {
        let phone = await Site().connect()
        var received: [UInt8] = []
        phone.line.outbox.flush = { [line = phone.line] in received += line.outbox.bytes.take() }
        _ = await phone.say(ask("large"))
        let rest = await phone.notice(change)
        #expect(received.count + rest.utf8.count > 2_000_000)
        #expect(!phone.isClosed)
    }
    @Test func anAnswerToTheOldFormKeepsItsForm() async {
        let site = Site(), phone = await site.connect()
        _ = await phone.say("POST /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        #expect(await phone.notice(change).contains("\r\nConnection: close\r\n"))
        #expect(phone.isClosed)
    }
}
