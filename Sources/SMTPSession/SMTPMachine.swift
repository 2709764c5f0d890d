import Delivery
import Directory
import Model
import SessionKit
import SMTPCodec

/// The order of one SMTP conversation: which command may come when, and what is remembered between them. Pure: no octets, no time, no store.
///
/// | state     | HELO EHLO | STARTTLS  | AUTH     | MAIL | RCPT | DATA | BDAT  | RSET    | NOOP VRFY EXPN HELP | QUIT   |
/// |-----------|-----------|-----------|----------|------|------|------|-------|---------|---------------------|--------|
/// | connected | greeted   | 503       | 503      | 503  | 503  | 503  | eaten | same    | same                | closed |
/// | greeted   | greeted   | connected | exchange | mail | 503  | 503  | eaten | same    | same                | closed |
/// | mail      | greeted   | 503       | 503      | 503  | mail | data | chunk | greeted | same                | closed |
/// | chunks    | greeted   | 503       | 503      | 503  | 503  | 503  | chunk | greeted | same                | closed |
/// | exchange  | every line is a response; success, failure and `*` lead to greeted                                  |
/// | data      | every octet is the message; its end leads to greeted, whatever became of it (threat T4)             |
/// | chunk     | so many octets; then chunks, or after LAST and after every failure greeted (RFC 3030 §2; threat T4) |
/// | closed    | nothing is heard any more                                                                           |
///
/// "eaten": the octets of the chunk are read and thrown away, then it is 503; so no octet of a message is ever taken for a command.
///
/// 1. A refused command changes no state; a refused chunk ends its transaction, as nobody may go on in the middle of a message.
/// 2. A transaction ends in one place, `endTransaction`; nothing of it is left. (threat T4)
/// 3. TLS begins with nothing remembered. (RFC 3207 §4.2; threat T2)
/// 4. While work is being done nothing is received.
struct SMTPMachine {
    enum State: Equatable { case connected, greeted, mail, chunks, exchange, data, chunk, closed }

    /// What is known of the mail that is being handed in. (RFC 5321 §3.3)
    struct MailTransaction: Equatable {
        var sender: MailAddress?
        var size: Int
        var recipients: [MailAddress] = []
        var accounts: [AccountID] = []
        var onward: [Onward] = []
        var options = EnvelopeOptions()
        var recipientOptions: [MailAddress: RecipientOptions] = [:]
        /// Octets of chunks taken so far. (RFC 3030)
        var received = 0
    }
    /// A chunk whose octets are being read.
    struct Chunk: Equatable {
        let size: Int
        let isLast: Bool
        /// What is said when they have come, where nothing is to be kept; and the state before.
        let refusal: Reply?
        let before: State
    }

    let settings: SMTPSettings
    /// Whose words these are; XCLIENT may name another than who connected.
    var peer: Peer
    let connectedFrom: Peer
    /// SASL mechanisms on this line as it is.
    var mechanisms: [String] = []
    var isSecure: Bool
    var state = State.connected
    /// What the client called itself.
    var clientName = ""
    var isExtended = false
    var logIn: LogIn?
    var transaction: MailTransaction?
    var chunk: Chunk?
    /// Transactions begun. (RFC 9422 §4.1)
    var transactions = 0
    /// The work that was asked for and has not come back.
    var work: Work?
    private var errors = 0
    private var idleCommands = 0
    var logInFailures = 0

    init(settings: SMTPSettings, peer: Peer, isSecure: Bool) {
        self.settings = settings
        self.peer = peer
        connectedFrom = peer
        self.isSecure = isSecure
    }

    var greeting: Reply { Reply(220, nil, "\(settings.hostname) ESMTP Martlet") }
    /// Whether a password may be sent on this line.
    var allowsPlaintext: Bool { isSecure || settings.plaintextAllowed(peer) }
    /// How the message came, in the words of RFC 3848 and RFC 6531 §4.3.
    var transmission: String {
        guard isExtended else { return "SMTP" }
        return (transaction?.options.isUTF8 == true ? "UTF8SMTP" : "ESMTP") + (isSecure ? "S" : "") + (logIn == nil ? "" : "A")
    }
    var envelope: Envelope {
        var envelope = Envelope(sender: transaction?.sender, recipients: transaction?.recipients ?? [])
        envelope.options = transaction?.options ?? EnvelopeOptions()
        envelope.recipientOptions = transaction?.recipientOptions ?? [:]
        return envelope
    }

    /// In the middle of a message.
    var isReceiving: Bool { state == .data || state == .chunk }

    /// `isPipelined`: more octets have come behind this command.
    mutating func receive(_ command: Command, isPipelined: Bool) -> Action {
        let row = CommandTable.row(of: command)
        if row.isIdle || command.isTinyChunk {
            idleCommands += 1
            if idleCommands > settings.idleCommands { return close(Reply(421, "4.7.0", "Too many commands that do nothing")) }
        }
        guard row.states.contains(state) else { return refuse(Reply(503, "5.5.1", row.outOfOrder)) }
        // RFC 2920 §3.1: these are the last of their group; what stands behind them was not meant as an answer to ours. (threats T2, T5)
        if isPipelined, row.isLastOfGroup { return close(Reply(503, "5.5.1", "Improper pipelining")) }
        return row.run(&self, command)
    }

    /// A line that is no command.
    mutating func receive(_ error: CommandError) -> Action {
        // Where its octets end nobody can tell: none of them may be run. (threat T4)
        error == .badChunk ? close(error.reply) : refuse(error.reply)
    }

    /// The work is done.
    mutating func finish(_ outcome: Outcome) -> Action {
        guard let done = work else { return close(Self.trouble) }
        work = nil
        switch done {
        case .authenticate, .respond: return finishAuthentication(outcome)
        case .identify: return finishClient(outcome)
        case .judgeSender: return finishMail(outcome)
        case .route(let address, _, let options): return finishRecipient(address, options, outcome)
        case .accept: return finishData(outcome)
        }
    }

    /// TLS has begun. (RFC 3207 §4.2)
    mutating func secured() {
        endTransaction()
        isSecure = true
        state = .connected
        clientName = ""
        isExtended = false
        logIn = nil
    }

    // What the commands build on.

    static let trouble = Reply(451, "4.3.0", "Temporary trouble here, please try again later")

    mutating func perform(_ work: Work) -> Action {
        self.work = work
        return .perform(work)
    }
    /// Counts against the limit of errors, then refuses.
    mutating func refuse(_ reply: Reply) -> Action {
        if reply.code >= 500 { errors += 1 }
        return errors > settings.errors ? close(Reply(421, "4.7.0", "Too many errors")) : .reply(reply)
    }
    mutating func close(_ reply: Reply) -> Action {
        endTransaction()
        state = .closed
        return .replyAndClose(reply)
    }
    mutating func endTransaction() {
        transaction = nil
        chunk = nil
        switch state {
        case .mail, .data, .chunks, .chunk: state = .greeted
        case .connected, .greeted, .exchange, .closed: break
        }
    }
    /// A message was taken: this is a client that works.
    mutating func forgive() {
        errors = 0
        idleCommands = 0
    }
}
