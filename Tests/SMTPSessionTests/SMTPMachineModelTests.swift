// The machine against a model of 60 lines that shares nothing with it: random commands, every reply code compared. (threat T4)
import Delivery
import Directory
import Foundation
import Model
import SMTPCodec
import SessionKit
import TestSupport
import Testing

@testable import SMTPSession

struct SMTPMachineModelTests {
    /// What RFC 5321 wants, in flags.
    struct Reference {
        let submission: Bool
        var greeted = false, secure = false, user = false, mail = false, recipients = 0, data = false, chunks = false, octets = 0

        mutating func reset() { mail = false; recipients = 0; data = false; chunks = false; octets = 0 }

        mutating func code(_ step: Step) -> Int {
            if data { return endData(step) }
            switch step {
            case .hello: reset(); greeted = true; return 250
            case .startTLS:
                if !greeted || mail { return 503 }
                if secure || user { return 503 }
                greeted = false; secure = true
                return 220
            case .logIn(let good):
                if !greeted || mail || user { return 503 }
                if !secure { return 538 }
                if good { user = true }
                return good ? 235 : 535
            case .mail(let big):
                if !greeted || mail { return 503 }
                if submission, !user { return 530 }
                if big { return 552 }
                mail = true
                return 250
            case .foreignMail:
                if !greeted || mail { return 503 }
                if submission, !user { return 530 }
                if user { return 553 }
                mail = true
                return 250
            case .recipient(let name):
                if !mail || chunks { return 503 }
                if recipients == 3 { return 452 }
                switch name {
                case "nobody": return 550
                case "far": return 550
                case "full": return 452
                case "trouble": return 451
                default: recipients += 1; return 250
                }
            case .data:
                if !mail || chunks { return 503 }
                if recipients == 0 { return 554 }
                data = true
                return 354
            case .chunk(let size, let isLast, let end, let outcome):
                if !mail { return 503 }
                if recipients == 0 { reset(); return 554 }
                if octets + size > 1_000_000 { reset(); return 552 }
                if isLast || end != .complete { return endData(.endOfData(end, outcome)) }
                chunks = true
                octets += size
                return 250
            case .reset: reset(); return 250
            case .noop: return 250
            case .verify: return 252
            case .expand: return 502
            case .help: return 214
            case .garbage: return 500
            case .endOfData: return 500
            }
        }
        private mutating func endData(_ step: Step) -> Int {
            reset()
            guard case .endOfData(let end, let outcome) = step else { return 250 }
            switch (end, outcome) {
            case (.complete, .accepted): return 250
            case (.complete, .refused(.overQuota)): return 452
            case (.complete, .refused(.refused)): return 554
            case (.complete, _): return 451
            case (.malformed, _): return 554
            case (.tooLarge, _): return 552
            case (.trouble, _): return 452
            }
        }
    }

    enum Step: Equatable {
        case hello, startTLS, logIn(Bool), mail(big: Bool), foreignMail, recipient(String), data, reset, noop, verify, expand, help, garbage
        case endOfData(DataEnd, Outcome)
        case chunk(Int, isLast: Bool, DataEnd, Outcome)

        static func random(_ random: inout SeededGenerator, inData: Bool) -> Step {
            let ends: [DataEnd] = [.complete, .complete, .complete, .malformed, .tooLarge, .trouble]
            let outcomes: [Outcome] = [.accepted("x"), .refused(.overQuota), .refused(.refused("no")), .refused(.tryLater), .trouble]
            let end = ends[Int(random.next() % 6)], outcome = outcomes[Int(random.next() % 5)]
            if inData { return .endOfData(end, outcome) }
            switch random.next() % 30 {
            case 24, 25, 26, 27, 28, 29:
                return .chunk([0, 1_000, 400_000, 2_000_000][Int(random.next() % 4)], isLast: random.next() % 3 == 0, end, outcome)
            case 0, 1, 2: return .hello
            case 3: return .startTLS
            case 4, 5: return .logIn(true)
            case 6: return .logIn(false)
            case 7, 8, 9, 10: return .mail(big: random.next() % 5 == 0)
            case 11: return .foreignMail
            case 12, 13, 14, 15: return .recipient(["ann", "bob", "nobody", "far", "full", "trouble"][Int(random.next() % 6)])
            case 16, 17, 18: return .data
            case 19: return .reset
            case 20: return [.noop, .verify, .help][Int(random.next() % 3)]
            case 21: return .expand
            case 22: return .garbage
            default: return .hello
            }
        }
    }

    static let user = LogIn(account: AccountID(1), name: "ann@demo.test")

    /// Plays one step to the machine with a directory and a store of straw.
    static func play(_ step: Step, _ machine: inout SMTPMachine) -> Action {
        func address(_ name: String) -> MailAddress { MailAddress(localPart: name, domain: "demo.test") }
        var action: Action
        var accepted = Outcome.trouble
        switch step {
        case .hello: action = machine.receive(.hello(name: "me", isExtended: true), isPipelined: false)
        case .startTLS: action = machine.receive(.startTLS, isPipelined: false)
        case .logIn(let good): action = machine.receive(.authenticate(mechanism: "PLAIN", response: good ? [1] : [0]), isPipelined: false)
        case .mail(let big): action = machine.receive(.mail(sender: address("ann"), MailParameters(size: big ? 2_000_000 : 10)), isPipelined: false)
        case .foreignMail: action = machine.receive(.mail(sender: address("far"), MailParameters()), isPipelined: false)
        case .recipient(let name): action = machine.receive(.recipient(.address(address(name))), isPipelined: false)
        case .data: action = machine.receive(.data, isPipelined: false)
        case .chunk(let size, let isLast, let end, let outcome):
            accepted = outcome
            action = machine.receive(.chunk(size: size, isLast: isLast), isPipelined: true)
            if case .chunk(_, let isKept) = action { action = machine.endChunk(isKept ? end : .complete) }
        case .reset: action = machine.receive(.reset, isPipelined: false)
        case .noop: action = machine.receive(.noop, isPipelined: false)
        case .verify: action = machine.receive(.verify, isPipelined: false)
        case .expand: action = machine.receive(.expand, isPipelined: false)
        case .help: action = machine.receive(.help, isPipelined: false)
        case .garbage: action = machine.receive(CommandError.unknownCommand)
        case .endOfData(let end, let outcome):
            accepted = outcome
            action = machine.state == .data ? machine.endData(end) : machine.receive(CommandError.unknownCommand)
        }
        if case .perform(let work) = action {
            switch work {
            case .authenticate(_, let response): action = machine.finish(.authentication(response == [1] ? .success(user) : .failure(.wrong)))
            case .respond, .identify: action = machine.finish(.trouble)
            case .judgeSender(let sender, _): action = machine.finish(.sender(isAllowed: sender.localPart == "ann"))
            case .route(let address, _, _): action = machine.finish(outcome(of: address.localPart))
            case .accept: action = machine.finish(accepted)
            }
        }
        if case .startTLS = action { machine.secured(); machine.mechanisms = ["PLAIN"] }
        return action
    }
    static func outcome(of name: String) -> Outcome {
        switch name {
        case "nobody": .route(.unknownUser)
        case "far": .route(.elsewhere)
        case "full": .route(.overQuota)
        case "trouble": .trouble
        default: .route(.accounts([AccountID(name == "ann" ? 1 : 2)]))
        }
    }
    static func code(_ action: Action) -> Int? {
        switch action {
        case .reply(let reply), .replyAndClose(let reply), .startTLS(let reply), .collect(let reply): reply.code
        case .perform, .chunk: nil
        }
    }

    /// Two times so many commands: 800,000, and ten millions with MARTLET_COMMANDS=10000000.
    static let steps = 100
    static let conversations = (ProcessInfo.processInfo.environment["MARTLET_COMMANDS"].flatMap { Int($0) } ?? 800_000) / steps / 2

    @Test(arguments: [true, false]) func agreesWithTheModel(_ submission: Bool) {
        var random = SeededGenerator(seed: submission ? 1 : 2)
        var seen: Set<Int> = []
        for _ in 0..<Self.conversations {
            var settings = SMTPSettings(hostname: "mx.demo.test")
            settings.offersTLS = true
            settings.requiresLogIn = submission
            settings.messageSize = 1_000_000
            settings.recipients = 3
            settings.errors = 10_000
            settings.idleCommands = 10_000
            settings.logInFailures = 10_000
            var machine = SMTPMachine(settings: settings, peer: Peer(address: "192.0.2.1", port: 1), isSecure: false)
            var reference = Reference(submission: submission)
            var history: [Step] = []
            for _ in 0..<Self.steps {
                let step = Step.random(&random, inData: reference.data)
                history.append(step)
                let expected = reference.code(step)
                let action = Self.play(step, &machine)
                seen.insert(expected)
                // Nothing outlives its transaction.
                let agrees =
                    Self.code(action) == expected && (machine.state == .data) == reference.data && (machine.transaction != nil) == reference.mail
                    && machine.transaction?.recipients.count ?? 0 == reference.recipients && machine.transaction?.received ?? 0 == reference.octets
                    && machine.chunk == nil
                guard agrees else {
                    Issue.record("\(String(describing: Self.code(action))) and not \(expected) after \(history.suffix(8))")
                    return
                }
            }
        }
        // Every answer of the model was given at least once.
        #expect(seen.isSuperset(of: [214, 220, 235, 250, 252, 354, 451, 452, 500, 502, 503, 535, 538, 550, 552, 553, 554]))
        #expect(seen.contains(530) == submission)
    }
}
