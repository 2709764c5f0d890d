package import Bytes
import Delivery
import Directory
import Logging
import MailStore
package import Model
import SMTPCodec
package import SessionKit
import Telemetry

/// One SMTP client: frames its octets, runs the machine, carries out the work, writes the replies. Decides nothing itself.
package final class SMTPSession: Session {
    private let line: Line
    private let services: SMTPServices
    private var log: Logger
    private var machine: SMTPMachine
    private var framer = LineFramer()
    private var collector: DataCollector?
    /// Octets of a refused chunk that are still to be thrown away.
    private var skipped = 0
    private var exchange: SASLExchange?
    /// Replies that wait for the end of a pipelined group, to leave in one write. (RFC 2920 §3.2)
    private var replies = ByteBuffer()
    /// Octets were left in the input when work began, so `receive` will be called again for certain.
    private var hasMoreInput = false
    /// Something happened that earns the client new time: a whole command or enough of a message, not a single octet of either.
    private var restartsClock = false
    private var isDraining = false
    /// The greeting is held back: whoever speaks now has not waited for it. (threat T5)
    private var isPausing = false
    /// Whose connection this counts as.
    private var counted: AccountID?

    package init(line: Line, services: SMTPServices) {
        self.line = line
        self.services = services
        machine = SMTPMachine(settings: services.settings, peer: line.peer, isSecure: line.security != nil)
        var log = services.log
        log[metadataKey: "connection"] = "\(line.id)"
        log[metadataKey: "peer"] = "\(line.peer.address)"
        log[metadataKey: "service"] = "\(line.service)"
        self.log = log
    }

    package func opened() -> Step {
        services.counters.connections.add()
        log.info("smtp.connected", metadata: ["tls": "\(line.security?.version ?? "none")"])
        machine.mechanisms = services.directory.mechanisms(
            plaintextAllowed: machine.allowsPlaintext, binding: ChannelBinding(line.security))
        let settings = services.settings
        if settings.greetingPause > .zero, line.security == nil, !settings.greetedAtOnce(line.peer) {
            isPausing = true
            line.expire(in: settings.greetingPause)
            return .needMore
        }
        say(machine.greeting)
        return wait()
    }

    package func secured() -> Step {
        machine.secured()
        machine.mechanisms = services.directory.mechanisms(
            plaintextAllowed: machine.allowsPlaintext, binding: ChannelBinding(line.security))
        framer = LineFramer()
        exchange = nil
        return wait()
    }

    package func receive(_ input: inout ByteBuffer) -> Step {
        if isPausing, !input.isEmpty {
            log.info("smtp.refused", metadata: ["reason": "early-talker"])
            return sayAndClose(Reply(554, "5.5.1", "You spoke before the greeting (RFC 5321 4.3.1)"))
        }
        while !input.isEmpty {
            let step = switch machine.state {
            case .data: collect(&input)
            case .chunk: collectChunk(&input)
            default: command(&input)
            }
            switch step {
            case nil:
                if isDraining, !machine.isReceiving { return draining() }
            case .needMore?: return wait()
            case .perform?:
                hasMoreInput = !input.isEmpty
                return .perform
            case .startTLS?, .close?:
                flush()
                return step ?? .close
            }
        }
        return wait()
    }

    package func perform() async -> Step {
        guard let work = machine.work else { return wait() }
        line.deadline = nil
        let outcome = await carryOut(work)
        // The client may have gone meanwhile; what was stored stays stored.
        if line.isClosed { return .close }
        guard let step = act(machine.finish(outcome)) else {
            if isDraining, !machine.isReceiving { return draining() }
            return hasMoreInput ? .needMore : wait()
        }
        if step != .perform { flush() }
        return step
    }

    package func notice(_ changes: ChangeSet) -> Step { .needMore }

    private func sayAndClose(_ reply: Reply) -> Step {
        say(reply)
        flush()
        return .close
    }

    package func expired() -> Step {
        if isPausing {
            isPausing = false
            say(machine.greeting)
            return wait()
        }
        log.info("smtp.timeout", metadata: ["state": "\(machine.state)"])
        say(Reply(421, "4.4.2", "\(services.settings.hostname) waited too long, closing"))
        flush()
        return .close
    }

    package func draining() -> Step {
        // A message under way may end; a client between messages is told. (RFC 5321 §3.8)
        isDraining = true
        if machine.isReceiving || machine.work != nil { return .needMore }
        say(Reply(421, "4.3.2", "\(services.settings.hostname) is shutting down"))
        flush()
        return .close
    }

    package func closed() {
        collector = nil
        exchange = nil
        if let counted { services.allowances.leave(counted) }
        counted = nil
    }

    // MARK: Octets to commands

    /// nil: go on with what is left of the input.
    private func command(_ input: inout ByteBuffer) -> Step? {
        let isExchange = machine.state == .exchange
        switch framer.next(&input, limit: isExchange || mayAuthenticate(input) ? SyntaxLimits.authenticationLine : SyntaxLimits.commandLine) {
        case .incomplete: return .needMore
        case .line(let line):
            if isExchange { return act(machine.receiveResponse(line, isPipelined: !input.isEmpty)) }
            do throws(CommandError) {
                return act(machine.receive(try CommandParser.parse(line), isPipelined: !input.isEmpty))
            } catch {
                return act(machine.receive(error))
            }
        case .tooLong: return act(isExchange ? machine.receiveOverlongResponse() : machine.refuse(Reply(500, "5.5.2", "Line too long")))
        case .bareLineEnd:
            log.info("smtp.refused", metadata: ["reason": "bare-line-end"])
            return act(machine.close(Reply(500, "5.5.2", "CR or LF alone in a command (RFC 5321 2.3.8)")))
        case .endless: return act(machine.close(Reply(500, "5.5.2", "Line too long")))
        }
    }
    /// The longer limit is for AUTH alone. (RFC 4954 §4)
    private func mayAuthenticate(_ input: ByteBuffer) -> Bool {
        input.count >= 5 && ASCII.lower(input[0]) == UInt8(ascii: "a") && ASCII.lower(input[1]) == UInt8(ascii: "u")
            && ASCII.lower(input[2]) == UInt8(ascii: "t") && ASCII.lower(input[3]) == UInt8(ascii: "h")
    }

    private func collect(_ input: inout ByteBuffer) -> Step? {
        guard let collector else { return act(machine.endData(.trouble)) }
        switch collector.receive(&input) {
        case .incomplete:
            if collector.isMakingProgress() { restartsClock = true }
            return .needMore
        case .ended(let end):
            if end != .complete { refusedMessage(collector.origin.trace, "\(end)") }
            return act(machine.endData(end))
        case .endless:
            refusedMessage(collector.origin.trace, "endless")
            return act(machine.close(SMTPMachine.tooLarge(services.settings.messageSize)))
        }
    }

    /// The octets of a chunk, kept or thrown away.
    private func collectChunk(_ input: inout ByteBuffer) -> Step? {
        if skipped > 0 {
            let count = min(skipped, input.count)
            input.consume(count)
            skipped -= count
            restartsClock = restartsClock || count >= DataCollector.Limits.worthWaitingFor / 16
            return skipped > 0 ? .needMore : act(machine.endChunk(.complete))
        }
        guard let collector else { return act(machine.close(SMTPMachine.trouble)) }
        switch collector.receiveChunk(&input) {
        case .incomplete, .endless:
            if collector.isMakingProgress() { restartsClock = true }
            return .needMore
        case .ended(let end): return endChunk(end)
        }
    }
    private func endChunk(_ end: DataEnd) -> Step? {
        if end != .complete, let collector { refusedMessage(collector.origin.trace, "\(end)") }
        return act(machine.endChunk(end))
    }
    private func beginChunk(size: Int, isKept: Bool) -> Step? {
        guard isKept else {
            skipped = size
            return size == 0 ? act(machine.endChunk(.complete)) : nil
        }
        if collector == nil {
            guard openCollector() else {
                // The octets come all the same.
                machine.refuseChunk(ReplyFor.message(.full))
                return beginChunk(size: size, isKept: false)
            }
        }
        collector?.expect(size, isLast: machine.chunk?.isLast ?? true)
        guard size == 0 else { return nil }
        var nothing = ByteBuffer()
        guard case .ended(let end)? = collector?.receiveChunk(&nothing) else { return nil }
        return endChunk(end)
    }

    // MARK: Actions to replies

    /// nil: the machine waits for more.
    private func act(_ action: Action) -> Step? {
        // Nothing of a message outlives its transaction. (threat T4)
        if machine.transaction == nil { collector = nil }
        if machine.peer != line.peer { named() }
        switch action {
        case .reply(let reply):
            say(reply)
            return nil
        case .replyAndClose(let reply):
            say(reply)
            return .close
        case .startTLS(let reply):
            say(reply)
            return .startTLS
        case .collect(let reply):
            return beginData(reply)
        case .chunk(let size, let isKept):
            return beginChunk(size: size, isKept: isKept)
        case .perform(let work):
            guard let outcome = atOnce(work) else { return .perform }
            return act(machine.finish(outcome))
        }
    }
    /// What can be answered without waiting for anything; nil for the rest.
    private func atOnce(_ work: Work) -> Outcome? {
        guard case .route(let address, _, _) = work, let route = services.acceptance.router.known(address) else { return nil }
        return refusalOfOneMore ?? .route(route)
    }
    /// nil: there is room for another recipient of this user.
    private var refusalOfOneMore: Outcome? {
        guard let user = machine.logIn else { return nil }
        let count = (machine.transaction?.recipients.count ?? 0) + 1
        return services.allowances.hasRoom(user.account, recipients: count) ? nil : limited(user)
    }

    /// A proxy has told whose words these are.
    private func named() {
        line.peer = machine.peer
        line.user = nil
        log[metadataKey: "peer"] = "\(line.peer.address)"
        log.info("smtp.client", metadata: ["by": "\(machine.connectedFrom.address)"])
        machine.mechanisms = services.directory.mechanisms(plaintextAllowed: machine.allowsPlaintext, binding: ChannelBinding(line.security))
    }

    private func beginData(_ reply: Reply) -> Step? {
        guard openCollector() else { return act(machine.endData(.trouble)) }
        say(reply)
        return nil
    }
    private func openCollector() -> Bool {
        let origin = Origin(
            trace: Trace.make(), service: line.service, address: line.peer.address, greeting: machine.clientName,
            transmission: machine.transmission, logIn: machine.logIn)
        do throws(AcceptanceFailure) {
            let incoming = try services.acceptance.begin(
                machine.envelope, to: machine.transaction?.accounts ?? [], onward: machine.transaction?.onward ?? [], origin)
            collector = DataCollector(incoming: incoming, limit: services.settings.messageSize)
            return true
        } catch {
            log.error("smtp.refused", metadata: ["reason": "spool"])
            return false
        }
    }

    private func say(_ reply: Reply) {
        restartsClock = true
        ReplyWriter.write(reply, to: &replies)
        if replies.count > Line.Limits.outboxHighWater / 4 { flush() }
    }
    private func flush() {
        if replies.isEmpty { return }
        line.outbox.bytes.append(replies.span)
        replies.removeAll(keepingCapacity: replies.capacity <= 1_024)
    }
    private func wait() -> Step {
        flush()
        if restartsClock || line.deadline == nil {
            restartsClock = false
            line.expire(in: services.settings.patience)
        }
        return .needMore
    }

    // MARK: Work

    private func carryOut(_ work: Work) async -> Outcome {
        switch work {
        case .authenticate(let mechanism, let response):
            exchange = services.directory.exchange(
                mechanism: mechanism, service: "smtp", address: line.peer.address, plaintextAllowed: machine.allowsPlaintext,
                binding: ChannelBinding(line.security))
            return await step(response)
        case .respond(let response): return await step(response)
        case .identify(let name): return await identify(name)
        case .judgeSender(let sender, let user): return await judge(sender, user)
        case .route(let address, let size, _): return await route(address, size)
        case .accept: return await accept()
        }
    }

    private func step(_ response: [UInt8]?) async -> Outcome {
        guard let exchange else { return .authentication(nil) }
        let answer = await exchange.step(response)
        switch answer {
        case .challenge: break
        case .success(let user):
            self.exchange = nil
            guard count(user) else { return .limited }
            services.counters.logIns.add()
            log.info("smtp.login", metadata: ["user": "\(user.name)"])
        case .failure(let failure):
            self.exchange = nil
            services.counters.failedLogIns.add()
            log.info("smtp.login.failed", metadata: ["reason": "\(failure)"])
        }
        return .authentication(answer)
    }

    /// Counts this connection as the user's; false when there are enough.
    private func count(_ user: LogIn) -> Bool {
        if let counted { services.allowances.leave(counted) }
        counted = services.allowances.enter(user.account) ? user.account : nil
        guard counted != nil else {
            log.notice("smtp.refused", metadata: ["reason": "connections", "user": "\(user.name)"])
            return false
        }
        line.user = user.name
        return true
    }
    private func identify(_ name: String) async -> Outcome {
        do throws(StoreError) {
            guard let user = try await services.directory.user(named: name) else {
                log.notice("smtp.refused", metadata: ["reason": "xclient-login", "name": "\(name)"])
                return .user(nil)
            }
            guard count(user) else { return .limited }
            log.info("smtp.login", metadata: ["user": "\(user.name)", "by": "\(machine.connectedFrom.address)"])
            return .user(user)
        } catch {
            return trouble(error)
        }
    }

    private func judge(_ sender: MailAddress, _ user: LogIn) async -> Outcome {
        guard services.allowances.hasRoom(user.account, recipients: 0) else { return limited(user) }
        do throws(StoreError) {
            let isAllowed = try await services.acceptance.router.mayUse(sender, user)
            if !isAllowed { log.info("smtp.refused", metadata: ["reason": "sender", "user": "\(user.name)", "sender": "\(sender)"]) }
            return .sender(isAllowed: isAllowed)
        } catch {
            return trouble(error)
        }
    }

    private func limited(_ user: LogIn) -> Outcome {
        log.notice("smtp.refused", metadata: ["reason": "hourly-limit", "user": "\(user.name)"])
        return .limited
    }

    private func route(_ address: MailAddress, _ size: Int) async -> Outcome {
        if let refusal = refusalOfOneMore { return refusal }
        do throws(StoreError) {
            let isBounce = machine.transaction.map { $0.sender == nil } ?? false
            let route = try await services.acceptance.router.route(address, size: size, user: machine.logIn, isBounce: isBounce)
            if !ReplyFor.recipient(route).isRefusal { return .route(route) }
            services.counters.refusedRecipients.add()
            log.info("smtp.refused", metadata: ["reason": "\(route)", "recipient": "\(address)"])
            return .route(route)
        } catch {
            return trouble(error)
        }
    }

    private func accept() async -> Outcome {
        guard let collector else { return .trouble }
        self.collector = nil
        let incoming = collector.incoming
        do throws(AcceptanceFailure) {
            let items = try await services.acceptance.finish(incoming)
            if let user = incoming.origin.logIn { services.allowances.took(user.account, recipients: incoming.envelope.recipients.count) }
            services.counters.accepted.add()
            services.counters.recipients.add(items.count + incoming.onward.count)
            services.counters.bytes.add(incoming.spool.count)
            log.info("smtp.accepted", metadata: [
                "trace": "\(incoming.origin.trace)", "size": "\(incoming.spool.count)", "recipients": "\(items.count)",
                "queued": "\(incoming.onward.count)",
            ])
            return .accepted(incoming.origin.trace)
        } catch {
            refusedMessage(incoming.origin.trace, "\(error)")
            return .refused(error)
        }
    }

    private func refusedMessage(_ trace: String, _ reason: String) {
        collector = nil
        services.counters.refusedMessages.add()
        log.info("smtp.refused", metadata: ["trace": "\(trace)", "reason": "\(reason)"])
    }
    private func trouble(_ error: StoreError) -> Outcome {
        log.error("smtp.trouble", metadata: ["error": "\(error)"])
        return .trouble
    }
}
