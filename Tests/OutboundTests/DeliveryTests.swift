// Messages on their way to other servers, over real sockets.
import Delivery
import Directory
import MailStore
import Model
import Testing
@testable import Outbound

@Suite(.timeLimit(.minutes(1))) struct DeliveryTests {
    @Test func aMessageArrivesAsItWasWritten() async throws {
        let lab = try await OutboundLab()
        try await lab.send(to: "x@far.example", "y@far.example")
        #expect(try await lab.until { try await lab.queued().isEmpty })
        let message = try #require(lab.book.messages.first)
        #expect(lab.book.messages.count == 1 && message.recipients == ["RCPT TO:<x@far.example>", "RCPT TO:<y@far.example>"])
        #expect(message.sender.hasPrefix("MAIL FROM:<ann@demo.test> SIZE="))
        #expect(message.text.hasPrefix("Received: from c ([192.0.2.1])"), "no Return-Path (RFC 5321 4.4)")
        #expect(!message.text.contains("hidden"), "T39")
        #expect(message.text.hasSuffix("Subject: hello\r\n\r\n.dot\r\nbody\r\n"))
        let history = try await lab.store.read { try $0.history(of: "t1") }
        #expect(history.map(\.event) == ["received", "queued", "delivered", "delivered"])
        #expect(history[2].words.contains("mx1.far.example[127.0.0.1]") && history[2].words.contains("250 2.0.0 taken"))
        #expect(try await lab.store.check(.everything) == [])
        await lab.close()
    }

    @Test(arguments: [[], ["CHUNKING", "PIPELINING"], ["CHUNKING"], ["SIZE"]]) func everyDialectWorks(_ extensions: [String]) async throws {
        var script = Script()
        script.extensions = extensions
        let lab = try await OutboundLab(script)
        try await lab.send(to: "x@far.example", "y@far.example")
        #expect(try await lab.until { try await lab.queued().isEmpty })
        #expect(lab.book.messages.map(\.isChunked) == [extensions.contains("CHUNKING")])
        #expect(lab.book.messages.first?.text.hasSuffix("\r\n\r\n.dot\r\nbody\r\n") == true)
        await lab.close()
    }

    @Test func manyMessagesShareConnections() async throws {
        let lab = try await OutboundLab(running: true) { $0.concurrency = 2 }
        for number in 0..<40 { try await lab.send("Subject: \(number)\r\n\r\nx\r\n", to: "x@far.example", trace: "t\(number)") }
        #expect(try await lab.until { try await lab.queued().isEmpty })
        #expect(Set(lab.book.messages.map(\.text)).count == 40 && lab.book.messages.count == 40)
        #expect(lab.book.connections < 40)
        await lab.close()
    }

    /// Pages end, hints come and results are noted at any time: no message is left lying.
    @Test func nothingIsLeftLyingWhateverComesWhen() async throws {
        let lab = try await OutboundLab { $0.idle = .milliseconds(20) }
        await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 0..<6 {
                group.addTask {
                    for number in 0..<80 {
                        try await lab.send(
                            "Subject: \(sender).\(number)\r\n\r\nx\r\n", to: "x@\(number % 3 == 0 ? "near" : "far").example", trace: "t\(sender).\(number)")
                        if number % 20 == 19 { try await Task.sleep(for: .milliseconds(40)) }
                    }
                }
            }
        }
        #expect(try await lab.until { try await lab.queued().isEmpty })
        #expect(Set(lab.book.messages.map(\.text)).count == 480 && lab.book.messages.count == 480)
        await lab.close()
    }
    @Test func aConnectionWithoutWorkIsKeptForALittle() async throws {
        let lab = try await OutboundLab { $0.idle = .seconds(5) }
        for number in 0..<4 {
            try await lab.send("Subject: \(number)\r\n\r\nx\r\n", to: "x@far.example", trace: "t\(number)")
            #expect(try await lab.until { try await lab.queued().isEmpty })
        }
        #expect(lab.book.messages.count == 4 && lab.book.connections == 1)
        await lab.close()
    }
    @Test func aRunnerWithoutWorkRests() async throws {
        let lab = try await OutboundLab()
        try await lab.send(to: "x@far.example")
        #expect(try await lab.until { try await lab.queued().isEmpty })
        let before = await lab.runner.turns
        try await Task.sleep(for: .milliseconds(500))
        #expect(await lab.runner.turns - before < 10)
        await lab.close()
    }
    @Test func aConnectionThatIsKeptGivesWay() async throws {
        let lab = try await OutboundLab { ($0.idle, $0.connections) = (.seconds(30), 1) }
        try await lab.send("Subject: 1\r\n\r\nx\r\n", to: "x@far.example", trace: "t1")
        #expect(try await lab.until { try await lab.queued().isEmpty })
        try await lab.send("Subject: 2\r\n\r\nx\r\n", to: "x@near.example", trace: "t2")
        #expect(try await lab.until { try await lab.queued().isEmpty })
        #expect(lab.book.messages.count == 2)
        await lab.close()
    }
    /// A server that closes what is idle, or says so first: the message goes on another connection, and has not failed.
    @Test(arguments: [false, true]) func anIdleConnectionThatTheServerEnded(_ isTold: Bool) async throws {
        var script = Script()
        script.answer = { command, connection in
            guard command == ".", connection == 1 else { return nil }
            return isTold ? .say("250 taken\r\n421 idle\r\n") : .sayAndClose("250 taken\r\n")
        }
        let lab = try await OutboundLab(script) { $0.idle = .seconds(5) }
        for number in 0..<2 {
            try await lab.send("Subject: \(number)\r\n\r\nx\r\n", to: "x@far.example", trace: "t\(number)")
            #expect(try await lab.until { lab.book.messages.count == number + 1 })
        }
        #expect(try await lab.until { try await lab.queued().isEmpty })
        #expect(lab.book.messages.count == 2 && lab.book.connections == 2)
        await lab.close()
    }

    @Test func heloIsSpokenToWhoKnowsNothingElse() async throws {
        var script = Script()
        script.answer = { command, _ in command.hasPrefix("EHLO") ? .say("502 what\r\n") : nil }
        let lab = try await OutboundLab(script)
        try await lab.send(to: "x@far.example")
        #expect(try await lab.until { try await lab.queued().isEmpty })
        #expect(lab.book.commands.contains("HELO mx.demo.test"))
        await lab.close()
    }

    @Test func refusalsComeBackOnceAndOthersArrive() async throws {
        var script = Script()
        script.answer = { command, _ in command.contains("<bad@") ? .say("550 5.1.1 no such user\r\n") : nil }
        let lab = try await OutboundLab(script)
        try await lab.send(to: "bad@far.example", "good@far.example") { envelope in
            envelope.options.identifier = "env+1"
            envelope.recipients.forEach {
                envelope.recipientOptions[$0] = {
                    var options = RecipientOptions(); options.original = "rfc822;o@demo.test"; return options
                }()
            }
        }
        #expect(try await lab.until { try await !lab.inbox("ann").isEmpty })
        #expect(lab.book.messages.first?.recipients.map { $0.contains("good") } == [true])
        let bounce = try #require(try await lab.inbox("ann").first)
        for part in [
            "Return-Path: <>", "Content-Type: multipart/report; report-type=delivery-status", "Final-Recipient: rfc822; bad@far.example", "Action: failed",
            "Status: 5.1.1", "Diagnostic-Code: smtp; 550 5.1.1 no such user", "Remote-MTA: dns; mx1.far.example", "Original-Envelope-Id: env+1",
            "Original-Recipient: rfc822;o@demo.test", "Auto-Submitted: auto-replied", "Subject: hello", "Content-Type: message/rfc822",
        ] { #expect(bounce.contains(part), "\(part)") }
        #expect(!bounce.contains("good@far.example:"))
        #expect(lab.book.commands.contains { $0.hasPrefix("MAIL") && $0.contains("ENVID=env+2B1") })
        #expect(try await lab.until { try await lab.queued().isEmpty })
        #expect(try await lab.store.check(.everything) == [])
        await lab.close()
    }

    @Test func laterIsLater() async throws {
        var script = Script()
        script.answer = { command, connection in command.hasPrefix("RCPT") && connection == 1 ? .say("451 4.7.1 greylisted\r\n") : nil }
        let lab = try await OutboundLab(script) { $0.idle = .zero }
        try await lab.send(to: "x@far.example")
        #expect(try await lab.until { try await lab.queued().first?.attempts == 1 })
        #expect(try await lab.queued().first?.reply == "451 4.7.1 greylisted")
        #expect(try await lab.until { try await lab.queued().isEmpty })
        #expect(lab.book.messages.count == 1)
        #expect(try await lab.inbox("ann").isEmpty)
        await lab.close()
    }

    @Test(arguments: [
        ("x@null.example", "5.1.10"), ("x@self.example", "5.4.6"), ("x@nowhere.example", "5.1.2"),
    ])
    func dnsSaysNever(_ recipient: String, _ status: String) async throws {
        let lab = try await OutboundLab()
        try await lab.send(to: recipient)
        #expect(try await lab.until { try await lab.inbox("ann").first?.contains("Status: \(status)") == true })
        #expect(try await lab.queued().isEmpty)
        await lab.close()
    }
    @Test(arguments: ["x@broken.example", "x@dead.example"]) func whoCannotBeReachedIsTriedAgain(_ recipient: String) async throws {
        let lab = try await OutboundLab()
        try await lab.send(to: recipient)
        #expect(try await lab.until { try await lab.queued().first?.attempts ?? 0 >= 2 })
        #expect(try await lab.inbox("ann").isEmpty)
        await lab.close()
    }
    @Test func aServerThatIsOurselvesIsALoop() async throws {
        var script = Script()
        script.name = "MX.demo.test"
        let lab = try await OutboundLab(script)
        try await lab.send(to: "x@far.example")
        #expect(try await lab.until { try await lab.inbox("ann").first?.contains("5.4.6") == true }, "T20")
        await lab.close()
    }

    @Test func whatTakesTooLongIsTold() async throws {
        let lab = try await OutboundLab {
            $0.schedule.warnAfter = 0; $0.schedule.expireAfter = 1_500
        }
        try await lab.send(to: "x@dead.example")
        await lab.runner.sweepNow()
        #expect(try await lab.inbox("ann").first?.contains("Action: delayed") == true)
        #expect(
            try await lab.until(seconds: 5) {
                await lab.runner.sweepNow(); return try await lab.inbox("ann").count >= 2
            })
        #expect(try await lab.inbox("ann").last?.contains("Status: 4.4.7") == true)
        #expect(try await lab.queued().isEmpty)
        await lab.close()
    }

    /// Threats T19, T40: nobody is told who did not ask, or was not proved to have sent it.
    @Test func noNoticeWithoutASenderOrAgainstNotify() async throws {
        var script = Script()
        script.answer = { command, _ in command.hasPrefix("RCPT") ? .say("550 5.1.1 no\r\n") : nil }
        let lab = try await OutboundLab(script)
        try await lab.send(to: "x@far.example") { envelope in
            var options = RecipientOptions()
            options.notify = []
            envelope.recipientOptions[envelope.recipients[0]] = options
        }
        try await lab.directory.administration.addAddress("away@demo.test", to: ["bob@far.example"])
        let spool = lab.store.spool()
        try spool.append(Array("Subject: spam\r\n\r\nx\r\n".utf8))
        let origin = Origin(trace: "t2", service: "smtp", address: "192.0.2.1", greeting: "c", transmission: "ESMTP", logIn: nil)
        _ = try await lab.acceptance.accept(
            Envelope(sender: MailAddress("forged@near.example"), recipients: [MailAddress("away@demo.test")].compactMap { $0 }), spool, origin)
        #expect(try await lab.until { try await lab.queued().isEmpty })
        #expect(try await lab.inbox("ann").isEmpty && lab.book.messages.isEmpty)
        #expect(try await lab.store.read { try $0.history(of: "t2") }.contains { $0.words.hasPrefix("no notice") })
        await lab.close()
    }

    @Test func successIsReportedWhereTheNextServerDoesNot() async throws {
        var script = Script()
        script.extensions = ["PIPELINING"]
        let lab = try await OutboundLab(script)
        try await lab.send(to: "x@far.example") { envelope in
            var options = RecipientOptions()
            options.notify = [.success]
            envelope.recipientOptions[envelope.recipients[0]] = options
        }
        #expect(try await lab.until { try await lab.inbox("ann").first?.contains("Action: relayed") == true })
        await lab.close()
    }
}
