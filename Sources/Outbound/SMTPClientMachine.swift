package import SMTPCodec
import Bytes
import MailStore

/// The client's side of one SMTP conversation: replies in, commands out. Pure: no octets of messages, no time, no store.
///
/// | state     | what is awaited                  | then                                                          |
/// |-----------|----------------------------------|---------------------------------------------------------------|
/// | greeting  | 220                              | EHLO                                                          |
/// | hello     | 250 (5yz to EHLO: HELO)          | STARTTLS, AUTH, or idle                                       |
/// | startTLS  | 220                              | the handshake; then EHLO again                                |
/// | logIn     | 334, 235                         | idle                                                          |
/// | idle      | nothing: a reply now is a breach | a job: MAIL, RCPT, DATA in one group or one by one            |
/// | envelope  | as many replies as commands      | the body, or RSET                                             |
/// | body      | nothing                          | (the session sends it)                                        |
/// | end       | one reply for the message        | idle                                                          |
/// | reset     | 250                              | idle                                                          |
///
/// 1. Nothing is remembered from before TLS. (RFC 3207 §4.2; threat T3)
/// 2. A reply that no command asked for ends the connection. (threat T3)
/// 3. Every recipient of a job has exactly one result when the job ends.
package struct SMTPClientMachine: Sendable {
    package enum TLSUse: Sendable, Equatable { case never, ifOffered, required }
    package struct Settings: Sendable {
        /// Our name in EHLO.
        package var hostname: String
        package var tls = TLSUse.ifOffered
        package var logIn: (user: String, password: String)?
        package init(hostname: String) { self.hostname = hostname }
    }
    package enum State: Equatable, Sendable { case greeting, hello, startTLS, logIn, idle, envelope, body, end, reset, closed }
    package enum Action: Equatable, Sendable {
        case send(String)
        case startTLS
        /// Ready for the next job.
        case next
        /// Send the message: with BDAT (its command first), or dotted after 354.
        case sendBody(chunked: Bool)
        case finished([RecipientResult])
        /// The conversation is over; the words tell why it was not a good one.
        case close(String?)
    }
    /// What one command of a group is about.
    private enum Asked: Equatable { case mail, recipient(Int), data }

    package let settings: Settings
    package private(set) var state = State.greeting
    package private(set) var isSecure: Bool
    /// The peer's certificate was what the policy asks for. (RFC 8689 §4.2.1)
    package var isVerified = false
    package private(set) var extensions = ServerExtensions()
    package private(set) var job: ClientJob?
    /// The server's host name, as it calls itself.
    package private(set) var serverName = ""
    private var isPlainHello = false
    private var asked: [Asked] = []
    private var waiting: [Asked] = []
    private var results: [RecipientResult?] = []
    private var mailRefusal: ServerReply?
    private var form = EnvelopeForm()
    private var logInStep = LogInStep.none
    private enum LogInStep: Equatable { case none, plain, user, password }

    package init(settings: Settings, isSecure: Bool = false) {
        self.settings = settings
        self.isSecure = isSecure
    }

    /// A reply of the server.
    package mutating func receive(_ reply: ServerReply) -> [Action] {
        // RFC 5321 §3.8: the server closes; whatever is under way comes to nothing.
        if reply.code == 421, state != .closed { return end("\(reply.description)") }
        switch state {
        case .greeting:
            guard reply.code == 220 else { return end("greeting: \(reply.description)") }
            serverName = String(reply.text.prefix { $0 != " " })
            return hello()
        case .hello: return greeted(reply)
        case .startTLS:
            if reply.code == 220 { return [.startTLS] }
            if settings.tls == .required { return end("STARTTLS refused: \(reply.description)") }
            return afterTLS()
        case .logIn: return loggedIn(reply)
        case .envelope: return answered(reply)
        case .end: return ended(reply)
        case .reset:
            state = .idle
            return [.next]
        case .idle, .body, .closed: return end("a reply that nothing asked for: \(reply.description)")
        }
    }

    /// The handshake is done: as if the connection were new.
    package mutating func secured() -> [Action] {
        isSecure = true
        extensions = ServerExtensions()
        isPlainHello = false
        return hello()
    }

    // MARK: Hello

    private mutating func hello() -> [Action] {
        state = .hello
        return [.send((isPlainHello ? "HELO " : "EHLO ") + settings.hostname + "\r\n")]
    }
    private mutating func greeted(_ reply: ServerReply) -> [Action] {
        guard reply.code / 100 == 2 else {
            // RFC 5321 §3.2: older servers know HELO alone.
            let mayBePlain = !isPlainHello && (settings.tls != .required || isSecure) && settings.logIn == nil
            guard mayBePlain, reply.code / 100 == 5 else { return end("EHLO: \(reply.description)") }
            isPlainHello = true
            return hello()
        }
        extensions = isPlainHello ? ServerExtensions() : ServerExtensions(reply)
        if let name = reply.lines.first?.prefix(while: { $0 != " " }), !name.isEmpty { serverName = String(name) }
        if !isSecure, settings.tls != .never {
            if extensions.startTLS {
                state = .startTLS
                return [.send("STARTTLS\r\n")]
            }
            if settings.tls == .required { return end("the server offers no TLS, which is asked for") }
        }
        return afterTLS()
    }
    private mutating func afterTLS() -> [Action] {
        guard let logIn = settings.logIn else { return idle() }
        guard let first = extensions.mechanisms.first(where: { $0 == "PLAIN" || $0 == "LOGIN" }) else {
            return end("the server offers neither AUTH PLAIN nor LOGIN")
        }
        state = .logIn
        let usesPlain = first == "PLAIN" || extensions.mechanisms.contains("PLAIN")
        logInStep = usesPlain ? .plain : .user
        if !usesPlain { return [.send("AUTH LOGIN\r\n")] }
        let secret = [0] + Array(logIn.user.utf8) + [0] + Array(logIn.password.utf8)
        return [.send("AUTH PLAIN \(Base64.encodeText(secret))\r\n")]
    }
    private mutating func loggedIn(_ reply: ServerReply) -> [Action] {
        if reply.code == 235 { return idle() }
        guard reply.code == 334, let logIn = settings.logIn else { return end("log-in: \(reply.description)") }
        switch logInStep {
        case .user:
            logInStep = .password
            return [.send(Base64.encodeText(Array(logIn.user.utf8)) + "\r\n")]
        case .password:
            logInStep = .none
            return [.send(Base64.encodeText(Array(logIn.password.utf8)) + "\r\n")]
        case .none, .plain: return end("log-in: \(reply.description)")
        }
    }
    private mutating func idle() -> [Action] {
        state = .idle
        return [.next]
    }

    // MARK: One message

    /// Begins a job, in the idle state. What the server cannot take is refused without asking it.
    package mutating func begin(_ job: ClientJob, _ needs: MessageNeeds) -> [Action] {
        self.job = job
        results = Array(repeating: nil, count: job.recipients.count)
        mailRefusal = nil
        form = EnvelopeForm(job: job, needs: needs, extensions: extensions)
        if let refusal = refusal(of: job, needs) { return finish(filling: .failed(refusal)) }
        var commands: [(Asked, String)] = [(.mail, form.mail)]
        let limit = min(extensions.recipientLimit ?? ClientJob.Limits.recipients, ClientJob.Limits.recipients)
        for (index, recipient) in job.recipients.enumerated() {
            guard index < limit else { results[index] = .untried; continue }
            guard let line = form.recipient(recipient) else {
                results[index] = .failed(ServerReply(own: 553, "5.1.3", "the address cannot be written in SMTP"))
                continue
            }
            commands.append((.recipient(index), line))
        }
        guard commands.count > 1 else { return finish(filling: .failed(ServerReply(own: 553, "5.1.3", "no recipient"))) }
        if !extensions.chunking { commands.append((.data, "DATA\r\n")) }
        state = .envelope
        let group = extensions.pipelining ? commands.count : 1
        asked = commands[..<group].map(\.0)
        waiting = commands[group...].map(\.0)
        return [.send(commands[..<group].map(\.1).joined())]
    }
    private func refusal(of job: ClientJob, _ needs: MessageNeeds) -> ServerReply? {
        if needs.isUTF8, !extensions.smtpUTF8 {
            return ServerReply(own: 553, "5.6.7", "the message needs SMTPUTF8, which \(serverName) does not know")
        }
        // RFC 6152 §3: it may not be sent as it is, and could not be converted.
        if needs.isEightBit, !extensions.eightBitMIME, !extensions.smtpUTF8 {
            return ServerReply(own: 554, "5.6.3", "\(serverName) takes no 8-bit mail, and this message cannot be converted")
        }
        if job.message.requiresTLS, !(isSecure && isVerified && extensions.requireTLS) {
            return ServerReply(own: 550, "5.7.30", "the sender asks for REQUIRETLS, which \(serverName) does not give")
        }
        if let size = extensions.size, size > 0, needs.size > size {
            return ServerReply(own: 552, "5.3.4", "the message has \(needs.size) octets; \(serverName) takes \(size)")
        }
        return nil
    }

    /// One reply of the envelope's group.
    private mutating func answered(_ reply: ServerReply) -> [Action] {
        guard !asked.isEmpty else { return end("a reply that nothing asked for: \(reply.description)") }
        let about = asked.removeFirst()
        switch about {
        case .mail:
            if reply.code / 100 != 2 { mailRefusal = reply }
        case .recipient(let index):
            if reply.code / 100 == 2 { break }
            results[index] = Self.result(of: mailRefusal ?? reply)
        case .data:
            return afterEnvelope(dataReply: reply)
        }
        guard asked.isEmpty else { return [] }
        if mailRefusal != nil { return afterEnvelope(dataReply: nil) }
        // One by one.
        while let following = waiting.first {
            if following == .data, !hasAccepted { break }
            waiting.removeFirst()
            asked = [following]
            switch following {
            case .mail: continue
            case .recipient(let index):
                guard let recipient = job?.recipients[index], let line = form.recipient(recipient) else { continue }
                return [.send(line)]
            case .data: return [.send("DATA\r\n")]
            }
        }
        return afterEnvelope(dataReply: nil)
    }
    private var hasAccepted: Bool { mailRefusal == nil && results.contains { $0 == nil } }

    private mutating func afterEnvelope(dataReply: ServerReply?) -> [Action] {
        waiting = []
        if let mailRefusal {
            if dataReply?.code == 354 { return abandonData(Self.result(of: mailRefusal)) }
            return finish(filling: Self.result(of: mailRefusal))
        }
        guard hasAccepted else {
            // RFC 2920 §3.1: the server may say 354 though it took no recipient.
            if dataReply?.code == 354 { return abandonData(.untried) }
            return finish(filling: .untried)
        }
        guard let dataReply else {
            state = .body
            return [.sendBody(chunked: true)]
        }
        guard dataReply.code == 354 else { return finish(filling: Self.result(of: dataReply)) }
        state = .body
        return [.sendBody(chunked: false)]
    }
    /// 354 for nobody: an empty message ends it, and what becomes of that does not matter.
    private mutating func abandonData(_ rest: RecipientResult) -> [Action] {
        fill(rest)
        state = .end
        return [.send(".\r\n")]
    }

    /// The session has sent all of the message.
    package mutating func bodySent() { if state == .body { state = .end } }

    private mutating func ended(_ reply: ServerReply) -> [Action] {
        let relayed = !extensions.dsn
        return finish(filling: reply.code / 100 == 2 ? .delivered(reply, isRelayed: relayed) : Self.result(of: reply), isClean: reply.code / 100 == 2)
    }
    private mutating func fill(_ rest: RecipientResult) { for index in results.indices where results[index] == nil { results[index] = rest } }
    private mutating func finish(filling rest: RecipientResult, isClean: Bool = false) -> [Action] {
        let wasAsked = state != .idle
        fill(rest)
        let all = results.compactMap { $0 }
        job = nil
        results = []
        if isClean || !wasAsked {
            state = .idle
            return [.finished(all), .next]
        }
        // What is left of the transaction at the server goes. (RFC 5321 §4.1.1.5)
        state = .reset
        return [.finished(all), .send("RSET\r\n")]
    }
    /// 4yz and everything that is no reply to this: later; 5yz: never. 552 to RCPT means too many recipients. (RFC 5321 §4.5.3.1.10)
    private static func result(of reply: ServerReply) -> RecipientResult {
        reply.code / 100 == 5 ? .failed(reply) : .deferred(reply)
    }

    // MARK: The end

    /// The connection has gone, or must: what is under way is for later, unless it was refused for good already.
    package mutating func end(_ words: String?) -> [Action] {
        guard state != .closed else { return [] }
        let wasJob = job != nil
        if wasJob { fill(.deferred(ServerReply(own: 451, "4.4.2", words ?? "the connection was closed"))) }
        let all = results.compactMap { $0 }
        state = .closed
        job = nil
        results = []
        return wasJob ? [.finished(all), .close(words)] : [.close(words)]
    }
    /// Nothing more to send.
    package mutating func quit() -> [Action] {
        state = .closed
        return [.send("QUIT\r\n"), .close(nil)]
    }
}
