import Bytes
import Directory
import Groupware
import IMAPCodec
import Logging
import MailStore
import Model
import SessionKit

/// One client's conversation: frames, judges, runs one command after the other. What a command does is in `Commands/`.
final class IMAPSession: Session {
    /// What `perform` is to do.
    enum Work {
        case command(tag: [UInt8], Command)
        /// One step of a SASL exchange; nil: the client has sent nothing yet.
        case exchange(tag: [UInt8], response: [UInt8]?)
        case appendCheck(tag: [UInt8], AppendRequest, size: Int)
        case append(tag: [UInt8], AppendRequest, Spool)
        /// The selected folder has changed while the client idles.
        case idleNews
        /// The account has changed: is it still allowed in?
        case accountCheck
        /// The client reads more slowly than it asks.
        case drain

        /// Of the client's doing.
        var isAsked: Bool {
            switch self {
            case .command, .exchange, .appendCheck, .append, .drain: true
            case .idleNews, .accountCheck: false
            }
        }
    }
    /// A message on its way in.
    struct Arrival {
        let tag: [UInt8]
        let request: AppendRequest
        let spool: Spool
        var failure: Completion?
    }
    let line: Line
    let service: IMAPService
    var machine = IMAPMachine()
    var view: MailboxView?
    var user: LogIn?
    var exchange: SASLExchange?
    /// Whose connection this counts as.
    private var counted: AccountID?
    private var framer = IMAPFramer()
    private var work: Work?
    private var arrival: Arrival?
    private var subscription: Subscription?
    private var accountChanged = false
    private var octetsBeforeLogIn = 0
    let log: Logger

    init(_ line: Line, _ service: IMAPService) {
        self.line = line
        self.service = service
        var log = service.log
        log[metadataKey: "connection"] = "\(line.id)"
        self.log = log
    }

    // MARK: what the transport calls

    func opened() -> Step {
        line.expire(in: service.settings.logInTime)
        write("* OK [CAPABILITY \(capabilities)] \(service.settings.hostname) IMAP ready\r\n")
        return .needMore
    }

    func receive(_ input: inout ByteBuffer) -> Step {
        if machine.isLoggedIn { line.expire(in: service.settings.idleTime) }
        while true {
            if line.outbox.isAboveHighWater { return begin(.drain) }
            let before = input.count
            let event = framer.next(&input)
            if !machine.isLoggedIn {
                octetsBeforeLogIn += before - input.count
                if octetsBeforeLogIn > IMAPCodec.Limits.sessionBeforeLogIn { return bye("Too much before log-in") }
            }
            let step: Step
            switch event {
            case .needMore: return .needMore
            case .command: step = receiveCommand()
            case .line: step = receiveLine()
            case .continuation: write("+ OK\r\n"); step = .needMore
            case .message(let size, let isSynchronizing): step = receiveAppend(size, isSynchronizing)
            case .messageBytes(let count): step = receiveMessage(count, &input)
            case .messageEnd(let isClean): step = endMessage(isClean)
            case .tooLong, .literalTooLarge: step = refuseOversize(event)
            }
            if step != .needMore { return step }
        }
    }

    func perform() async -> Step {
        guard let work else { return .needMore }
        self.work = nil
        let step = await run(work)
        if line.isClosed { return .close }
        // A long answer is no silence; news that the client did not ask for do not lengthen one.
        if machine.isLoggedIn, work.isAsked { line.expire(in: service.settings.idleTime) }
        guard step == .needMore, accountChanged else { return step }
        return begin(.accountCheck)
    }
    private func run(_ work: Work) async -> Step {
        switch work {
        case .command(let tag, let command): return await finish(tag, command, await run(command, tag))
        case .exchange(let tag, let response): return await finish(tag, nil, await step(of: tag, response))
        case .appendCheck(let tag, let request, let size): return await checkAppend(tag, request, size)
        case .append(let tag, let request, let spool): return await finish(tag, nil, await append(request, spool))
        case .idleNews: return await refresh(allowsExpunge: true) ? .needMore : bye("The mailbox is gone")
        case .accountCheck:
            accountChanged = false
            return await isStillAllowed() ? .needMore : bye("The account is closed")
        case .drain:
            await line.outbox.ready()
            return .needMore
        }
    }

    func notice(_ changes: ChangeSet) -> Step {
        guard machine.isLoggedIn else { return .needMore }
        if changes.contains(.account) { accountChanged = true }
        if let folder = view?.folder, changes.touches(folder) { view?.isStale = true }
        if machine.isIdling, view?.isStale == true { return begin(.idleNews) }
        return accountChanged ? begin(.accountCheck) : .needMore
    }
    func expired() -> Step { bye(machine.isLoggedIn ? "Autologout; nothing was heard for too long" : "Too slow to log in") }
    func secured() -> Step {
        machine.secured()
        framer = IMAPFramer()
        exchange = nil
        octetsBeforeLogIn = 0
        line.expire(in: service.settings.logInTime)
        return .needMore
    }
    func draining() -> Step { bye("Server is shutting down") }
    func closed() {
        subscription?.cancel()
        subscription = nil
        arrival = nil
        exchange = nil
        if let counted { service.allowances.leave(counted) }
        counted = nil
    }

    // MARK: commands

    private func receiveCommand() -> Step {
        let command: Command
        let tag: [UInt8]
        do {
            var cursor = ByteCursor(framer.command.span)
            let head = try CommandParser.head(&cursor)
            tag = head.tag
            if case .refuse(let reason) = machine.admits(head.verb) { return misunderstood(tag, reason) }
            do {
                command = try CommandParser.arguments(of: head.verb, &cursor)
            } catch {
                return misunderstood(tag, error.reason)
            }
        } catch {
            switch error {
            case .noTag: return misunderstood(nil, "No tag")
            case .unknownVerb(let tag): return misunderstood(tag, "Unknown command")
            }
        }
        machine.understood()
        // Nothing to wait for: answered here, without a task.
        if view?.isStale != true, view?.hasWaiting != true, let completion = runAtOnce(command, tag) { return answer(tag, completion) }
        return begin(.command(tag: tag, command))
    }
    /// A line of an IDLE or of a SASL exchange.
    private func receiveLine() -> Step {
        let text = framer.command.bytes
        framer.expectCommand()
        switch machine.holder {
        case .idle(let tag):
            machine.release()
            guard ASCII.equalIgnoringCase(text, Array("DONE".utf8)) else { return misunderstood(tag, "Expected DONE") }
            return answer(tag, .ok("IDLE completed"))
        case .exchange(let tag):
            return begin(.exchange(tag: tag, response: text))
        case .nobody: return misunderstood(nil, "Unexpected line")
        }
    }
    private func refuseOversize(_ event: IMAPFramer.Event) -> Step {
        guard machine.isLoggedIn else { return bye("Command too long") }
        if event == .literalTooLarge(isSynchronizing: false) { return bye("Literal too large") }
        var cursor = ByteCursor(framer.command.span)
        let tag: [UInt8]?
        do { tag = try CommandParser.head(&cursor).tag } catch {
            if case .unknownVerb(let known) = error { tag = known } else { tag = nil }
        }
        return misunderstood(tag, event == .tooLong ? "Command too long" : "Literal too large")
    }
    private func misunderstood(_ tag: [UInt8]?, _ reason: String) -> Step {
        ResponseWriter.status(tag: tag ?? [UInt8(ascii: "*")], "BAD", code: nil, reason, to: &line.outbox.bytes)
        return machine.misunderstood() ? bye("Too many bad commands") : .needMore
    }

    // MARK: APPEND's message

    private func receiveAppend(_ size: Int, _ isSynchronizing: Bool) -> Step {
        var cursor = ByteCursor(framer.command.span)
        var tag: [UInt8] = [UInt8(ascii: "*")]
        let refusal: Completion
        do {
            let head = try CommandParser.head(&cursor)
            tag = head.tag
            let request = try CommandParser.append(&cursor)
            machine.understood()
            if size <= service.settings.messageLimit {
                arrival = Arrival(tag: tag, request: request, spool: service.store.spool())
                if isSynchronizing { return begin(.appendCheck(tag: tag, request, size: size)) }
                framer.acceptMessage()
                return .needMore
            }
            refusal = .no("Message larger than \(service.settings.messageLimit) octets", code: "TOOBIG")
        } catch {
            if machine.misunderstood() { return bye("Too many bad commands") }
            refusal = .bad((error as? SyntaxError)?.reason ?? "Invalid command")
        }
        if !isSynchronizing, size > service.settings.messageLimit * IMAPSettings.Limits.drainFactor { return bye("Message too large") }
        framer.refuseMessage()
        return answer(tag, refusal)
    }
    private func checkAppend(_ tag: [UInt8], _ request: AppendRequest, _ size: Int) async -> Step {
        if let refusal = await mayAppend(request, size) {
            framer.refuseMessage()
            arrival = nil
            return await finish(tag, nil, refusal)
        }
        framer.acceptMessage()
        write("+ OK\r\n")
        return .needMore
    }
    private func receiveMessage(_ count: Int, _ input: inout ByteBuffer) -> Step {
        if arrival?.failure == nil {
            do { try arrival?.spool.append(input.span.extracting(0..<count)) } catch {
                arrival?.failure = .no("No room for the message; try again later", code: "UNAVAILABLE")
            }
        }
        input.consume(count)
        return .needMore
    }
    private func endMessage(_ isClean: Bool) -> Step {
        guard let arrival else { return .needMore }
        self.arrival = nil
        if let failure = arrival.failure { return answer(arrival.tag, failure) }
        guard isClean else { return misunderstood(arrival.tag, "Unexpected words after the message") }
        // A literal is CHAR8 = %x01-ff, but a message with NUL is taken all the same, as it came: who moves mail between servers must not
        // lose it. (RFC 3501 §9; deviation in docs/decisions/0003)
        return begin(.append(tag: arrival.tag, arrival.request, arrival.spool))
    }

    // MARK: answers

    /// The tagged answer, after what the client is to be told first.
    private func finish(_ tag: [UInt8], _ command: Command?, _ completion: Completion) async -> Step {
        if line.isClosed { return .close }
        if completion.isSilent { return answer(tag, completion) }
        if view?.isStale == true {
            let allowsExpunge = command.map(CommandTable.allowsExpunge) ?? true
            guard await refresh(allowsExpunge: allowsExpunge) else { return bye("The mailbox is gone") }
        } else if view?.hasWaiting == true, command.map(CommandTable.allowsExpunge) ?? true {
            view?.expunge([], to: &line.outbox.bytes)
        }
        return answer(tag, completion)
    }
    func answer(_ tag: [UInt8], _ completion: Completion) -> Step {
        if completion.isSilent { return completion.next == .close ? .close : .needMore }
        ResponseWriter.status(tag: tag, completion.word, code: completion.code, completion.text, to: &line.outbox.bytes)
        switch completion.next {
        case .goOn: return .needMore
        case .close: return .close
        case .startTLS: return .startTLS
        }
    }
    func bye(_ reason: String) -> Step {
        machine.loggedOut()
        // Inside a literal that is being sent, a BYE would be read as part of it; no answer is ever left open when this is called.
        write("* BYE \(reason)\r\n")
        return .close
    }
    func write(_ text: String) { line.outbox.bytes.append(text) }
    private func begin(_ work: Work) -> Step {
        self.work = work
        return .perform
    }

    // MARK: state that commands change

    var capabilities: String {
        let plaintext = allowsPlaintext
        return Capabilities.list(
            isLoggedIn: machine.isLoggedIn, offersTLS: line.security == nil && service.settings.offersTLS,
            mechanisms: service.directory.mechanisms(plaintextAllowed: plaintext, binding: ChannelBinding(line.security)))
    }
    var allowsPlaintext: Bool { line.security != nil || service.settings.plaintextAllowed(line.peer) }

    func enter(_ user: LogIn) {
        self.user = user
        counted = user.account
        line.user = user.name
        machine.loggedIn()
        framer.loggedIn()
        line.expire(in: service.settings.idleTime)
        subscription = service.store.feed.subscribe(to: user.account) { [notifier = line.notifier] in notifier.post($0) }
    }
    func expectLine() { framer.expectLine() }

    /// Takes in what happened in the selected folder. False: the folder is gone.
    func refresh(allowsExpunge: Bool) async -> Bool {
        guard let view else { return true }
        do throws(MailFailure) {
            guard let news = try await FolderNews.read(service.store, view.folder, after: view.position) else { return false }
            self.view?.take(news, allowsExpunge: allowsExpunge, recent: service.recent, to: &line.outbox.bytes)
        } catch {
            // What could not be read now is read before the next answer: the view stays stale.
            log.warning("imap.refresh-failed", metadata: ["folder": "\(view.folder)"])
        }
        return true
    }
    private func isStillAllowed() async -> Bool {
        guard let user else { return true }
        do {
            return try await service.store.read { try $0.account(user.account) }?.state == .enabled
        } catch {
            return true
        }
    }
}
