// Limits and rules of the machine that no random walk would meet.
import Bytes
import Delivery
import Directory
import Model
import SMTPCodec
import SessionKit
import Testing

@testable import SMTPSession

struct SMTPMachineTests {
    static func machine(secure: Bool = false, _ change: (inout SMTPSettings) -> Void = { _ in }) -> SMTPMachine {
        var settings = SMTPSettings(hostname: "mx.demo.test")
        settings.offersTLS = true
        change(&settings)
        var machine = SMTPMachine(settings: settings, peer: Peer(address: "192.0.2.1", port: 1), isSecure: secure)
        if secure { machine.mechanisms = ["PLAIN", "LOGIN"] }
        _ = machine.receive(.hello(name: "me", isExtended: true), isPipelined: false)
        return machine
    }

    @Test func extensionsFollowTheLine() {
        var clear = Self.machine(), secure = Self.machine(secure: true)
        let hello = Command.hello(name: "me", isExtended: true)
        #expect(clear.receive(hello, isPipelined: false)
            == .reply(Reply(250, lines: ["mx.demo.test", "PIPELINING", "SIZE 52428800", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING", "SMTPUTF8", "DSN", "LIMITS RCPTMAX=1000 MAILMAX=10000", "STARTTLS"])))
        #expect(secure.receive(hello, isPipelined: false)
            == .reply(Reply(250, lines: ["mx.demo.test", "PIPELINING", "SIZE 52428800", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING", "SMTPUTF8", "DSN", "LIMITS RCPTMAX=1000 MAILMAX=10000", "REQUIRETLS", "AUTH PLAIN LOGIN"])))
        #expect(secure.receive(.hello(name: "me", isExtended: false), isPipelined: false) == .reply(Reply(250, nil, "mx.demo.test")))
    }

    @Test(arguments: [Command.startTLS, .data, .authenticate(mechanism: "PLAIN", response: nil)])
    func nothingIsPipelinedBehindTheLastOfAGroup(_ command: Command) {
        var machine = Self.machine()
        if command == .data { _ = machine.receive(.mail(sender: nil, MailParameters()), isPipelined: false) }
        guard case .replyAndClose(let reply) = machine.receive(command, isPipelined: true) else {
            Issue.record("went on")
            return
        }
        #expect(reply.code == 503)
        #expect(machine.state == .closed)
    }

    @Test func errorsCloseAndAMessageForgivesThem() {
        var machine = Self.machine { $0.errors = 3 }
        for _ in 0..<3 { #expect(machine.receive(CommandError.unknownCommand) == .reply(CommandError.unknownCommand.reply)) }
        machine.forgive()
        for _ in 0..<3 { #expect(machine.receive(CommandError.unknownCommand) == .reply(CommandError.unknownCommand.reply)) }
        guard case .replyAndClose(let reply) = machine.receive(CommandError.unknownCommand) else {
            Issue.record("went on")
            return
        }
        #expect(reply.code == 421)
    }

    @Test func idleCommandsAreCounted() {
        var machine = Self.machine { $0.idleCommands = 5 }
        for _ in 0..<4 { #expect(machine.receive(.noop, isPipelined: true) == .reply(Reply(250, "2.0.0", "Ok"))) }
        guard case .replyAndClose(let reply) = machine.receive(.reset, isPipelined: false) else {
            Issue.record("went on")
            return
        }
        #expect(reply.code == 421)
    }

    @Test func failedLogInsAreCounted() {
        var machine = Self.machine(secure: true) { $0.logInFailures = 2 }
        let attempt = Command.authenticate(mechanism: "PLAIN", response: [0])
        #expect(machine.receive(attempt, isPipelined: false) == .perform(.authenticate(mechanism: "PLAIN", response: [0])))
        #expect(machine.finish(.authentication(.failure(.wrong))) == .reply(Reply(535, "5.7.8", "Wrong name or password")))
        _ = machine.receive(attempt, isPipelined: false)
        guard case .replyAndClose(let reply) = machine.finish(.authentication(.failure(.wrong))) else {
            Issue.record("went on")
            return
        }
        #expect(reply.code == 421)
    }

    @Test func anExchangeTakesChallenges() {
        var machine = Self.machine(secure: true)
        _ = machine.receive(.authenticate(mechanism: "LOGIN", response: nil), isPipelined: false)
        #expect(machine.finish(.authentication(.challenge(Array("Username:".utf8)))) == .reply(Reply(334, nil, "VXNlcm5hbWU6")))
        #expect(machine.state == .exchange)
        #expect(machine.receiveResponse(Array("YW5u".utf8), isPipelined: false) == .perform(.respond(Array("ann".utf8))))
        #expect(machine.finish(.authentication(.challenge([]))) == .reply(Reply(334, nil, "")))
        #expect(machine.receiveResponse(Array("?".utf8), isPipelined: false) == .reply(Reply(501, "5.5.2", "Cannot decode that response")))
        #expect(machine.state == .greeted)
    }

    @Test func tlsForgetsEverything() {
        var machine = Self.machine()
        #expect(machine.receive(.startTLS, isPipelined: false) == .startTLS(Reply(220, "2.0.0", "Ready to start TLS")))
        machine.secured()
        #expect(machine.state == .connected && machine.clientName == "" && !machine.isExtended && machine.logIn == nil)
        #expect(machine.receive(.mail(sender: nil, MailParameters()), isPipelined: false) == .reply(Reply(503, "5.5.1", "MAIL comes after EHLO, once")))
    }

    @Test func transmissionIsInTheWordsOfRFC3848() {
        var machine = Self.machine(secure: true)
        #expect(machine.transmission == "ESMTPS")
        _ = machine.receive(.authenticate(mechanism: "PLAIN", response: [1]), isPipelined: false)
        _ = machine.finish(.authentication(.success(SMTPMachineModelTests.user)))
        #expect(machine.transmission == "ESMTPSA")
        _ = machine.receive(.hello(name: "me", isExtended: false), isPipelined: false)
        #expect(machine.transmission == "SMTP")
    }

    /// Every reply that a failure is given: 4 or 5, with a status of the same class.
    @Test func failuresHaveTheStatusOfTheirCode() {
        let logIns: [LogInFailure] = [.wrong, .disabled, .throttled, .tryLater, .malformed, .cancelled]
        let messages: [AcceptanceFailure] = [.refused("x"), .looping, .noSuchMailbox, .overQuota, .full, .tryLater]
        let routes: [Route] = [.unknownUser, .elsewhere, .overQuota]
        let replies = logIns.map(ReplyFor.logIn) + messages.map(ReplyFor.message)
            + routes.map(ReplyFor.recipient)
        for reply in replies {
            #expect(reply.isRefusal)
            #expect(reply.status?.first == String(reply.code).first)
        }
    }
}
