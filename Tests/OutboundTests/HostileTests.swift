// Servers that break off, talk too much, say nothing, or lie. Nothing is lost, nothing doubled, and no connection is held past its limit. (T3)
import MailStore
import Model
import Testing
@testable import Outbound

@Suite(.timeLimit(.minutes(1))) struct HostileTests {
    static func lab(_ script: Script, second: Script? = nil, _ change: @Sendable (inout OutboundSettings) -> Void = { _ in }) async throws -> OutboundLab {
        try await OutboundLab(script, second: second) { settings in
            settings.patience.greeting = .milliseconds(700)
            settings.patience.hello = .milliseconds(700)
            settings.patience.envelope = .milliseconds(700)
            settings.patience.end = .milliseconds(700)
            settings.patience.slot = .seconds(3)
            change(&settings)
        }
    }
    /// The first connections misbehave, a later one does not: the message arrives, once.
    static func arrivesOnce(_ script: Script, atLeast attempts: Int = 1, reason: String) async throws {
        let lab = try await lab(script)
        try await lab.send(to: "x@far.example")
        #expect(try await lab.until { try await lab.queued().isEmpty })
        #expect(lab.book.messages.count == 1)
        let history = try await lab.store.read { try $0.history(of: "t1") }
        #expect(history.filter { $0.event == "deferred" }.count >= attempts)
        #expect(history.contains { $0.event == "deferred" && $0.words.contains(reason) }, "\(history.map(\.words))")
        #expect(try await lab.inbox("ann").isEmpty)
        #expect(try await lab.store.check(.everything) == [])
        await lab.close()
    }
    static func first(_ command: String, _ answer: Script.Answer) -> Script {
        var script = Script()
        script.answer = { said, connection in connection == 1 && said.hasPrefix(command) ? answer : nil }
        return script
    }

    @Test func answersBeforeTheirCommands() async throws {
        try await Self.arrivesOnce(
            Self.first("EHLO", .say("250 remote\r\n250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go\r\n250 taken\r\n")), reason: "before it was asked")
    }
    @Test func anEndlessLine() async throws {
        try await Self.arrivesOnce(Self.first("EHLO", .say("250-" + String(repeating: "x", count: 60_000))), reason: "4096")
    }
    @Test func endlessLines() async throws {
        try await Self.arrivesOnce(Self.first("MAIL", .say(String(repeating: "250-more\r\n", count: 200))), reason: "100 lines")
    }
    @Test func noReplyOfSMTP() async throws {
        try await Self.arrivesOnce(Self.first("EHLO", .say("HTTP/1.1 400 Bad Request\r\n\r\n")), reason: "no reply of SMTP")
    }
    @Test func silenceAfterTheEnvelope() async throws { try await Self.arrivesOnce(Self.first("DATA", .silence), reason: "no answer in time") }
    @Test func silenceAfterTheMessage() async throws { try await Self.arrivesOnce(Self.first(".", .silence), reason: "no answer in time") }
    @Test func goneAfterTheMessage() async throws { try await Self.arrivesOnce(Self.first(".", .close), reason: "closed") }
    @Test func goneInTheEnvelope() async throws { try await Self.arrivesOnce(Self.first("RCPT", .close), reason: "closed") }
    @Test func shuttingDown() async throws {
        try await Self.arrivesOnce(Self.first("RCPT", .sayAndClose("421 4.3.2 shutting down\r\n")), reason: "421 4.3.2 shutting down")
    }
    @Test func goneAfterEachMessage() async throws {
        var script = Script()
        script.answer = { said, _ in said == "." ? .sayAndClose("250 taken\r\n") : nil }
        let lab = try await Self.lab(script) { $0.concurrency = 1 }
        for number in 0..<5 { try await lab.send("Subject: \(number)\r\n\r\nx\r\n", to: "x@far.example", trace: "t\(number)") }
        #expect(try await lab.until { try await lab.queued().isEmpty })
        #expect(lab.book.messages.count == 5 && Set(lab.book.messages.map(\.text)).count == 5)
        await lab.close()
    }
    @Test func startTLSThenGarbage() async throws {
        var script = Script()
        script.extensions = ["STARTTLS", "PIPELINING"]
        script.answer = { said, _ in said == "STARTTLS" ? .say("220 go\r\n250 injected\r\n") : nil }
        let lab = try await Self.lab(script)
        try await lab.send(to: "x@far.example")
        // Opportunistic: the second connection is in the clear.
        #expect(try await lab.until { try await lab.queued().isEmpty })
        #expect(lab.book.connections == 2 && lab.book.messages.count == 1)
        #expect(lab.book.commands.filter { $0 == "STARTTLS" }.count == 1)
        await lab.close()
    }
    @Test func theNextExchangerIsAskedWhenTheFirstIsSilentOrBusy() async throws {
        for greeting in [Script.Answer.silence, .say("554 5.3.2 not now\r\n"), .close] {
            var script = Script()
            script.greeting = greeting
            let lab = try await Self.lab(script, second: Script())
            try await lab.send(to: "x@far.example")
            #expect(try await lab.until { try await lab.queued().isEmpty })
            #expect(try await lab.store.read { try $0.history(of: "t1") }.last?.words.contains("mx2.far.example") == true)
            await lab.close()
        }
    }
    /// A server that never takes the message, and one that takes an octet now and then, lose their place in time.
    @Test func aSlotIsNotHeldForEver() async throws {
        var script = Script()
        script.greeting = .silence
        let lab = try await Self.lab(script) { settings in
            settings.patience.greeting = .seconds(60)
            settings.patience.slot = .milliseconds(600)
        }
        let began = ContinuousClock.now
        try await lab.send(to: "x@far.example")
        #expect(try await lab.until { try await lab.queued().first?.attempts ?? 0 >= 1 })
        #expect(ContinuousClock.now - began < .seconds(5))
        #expect(try await lab.queued().first?.reply.contains("too long") == true)
        await lab.close()
    }
    @Test func oneDeadDestinationDoesNotHoldOthers() async throws {
        let lab = try await Self.lab(Script()) { $0.schedule.retries = [60_000] }
        try await lab.send(to: "first@dead.example", trace: "dead")
        for number in 0..<30 { try await lab.send(to: "x\(number)@dead.example", trace: "d\(number)") }
        try await lab.send(to: "x@far.example")
        #expect(try await lab.until { lab.book.messages.count == 1 })
        // What waits is in the store: the runner knows one destination.
        #expect(try await lab.until { await lab.runner.known.destinations <= 2 })
        await lab.close()
    }
    @Test func anEightBitMessageIsConvertedForWhoTakesNone() async throws {
        var script = Script()
        script.extensions = ["PIPELINING"]
        let lab = try await Self.lab(script)
        try await lab.send(
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n", to: "x@far.example")
        #expect(try await lab.until { try await lab.queued().isEmpty })
        let text = try #require(lab.book.messages.first?.text)
        #expect(text.contains("Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n") && !text.contains("8bit"))
        await lab.close()
    }
    @Test func whatTheNextServerCannotSayComesBack() async throws {
        var script = Script()
        script.extensions = ["PIPELINING", "8BITMIME", "SIZE 100"]
        let lab = try await Self.lab(script)
        try await lab.send(to: "x@far.example")
        #expect(try await lab.until { try await lab.inbox("ann").first?.contains("Status: 5.3.4") == true })
        await lab.close()
    }
}
