import SMTPCodec

/// Every command in one line: when it may come, what it counts as, who runs it.
struct CommandTable {
    struct Row {
        let states: Set<SMTPMachine.State>
        /// Counts against the limit of commands that move nothing.
        let isIdle: Bool
        /// Nothing may be pipelined behind it. (RFC 2920 §3.1)
        let isLastOfGroup: Bool
        /// The words of 503.
        let outOfOrder: String
        let run: @Sendable (inout SMTPMachine, Command) -> Action

        init(
            _ states: Set<SMTPMachine.State>, isIdle: Bool = false, isLastOfGroup: Bool = false, _ outOfOrder: String = "Not now",
            _ run: @escaping @Sendable (inout SMTPMachine, Command) -> Action
        ) {
            self.states = states; self.isIdle = isIdle; self.isLastOfGroup = isLastOfGroup; self.outOfOrder = outOfOrder; self.run = run
        }
    }
    private static let anywhere: Set<SMTPMachine.State> = [.connected, .greeted, .mail, .chunks]

    private static let hello = Row(anywhere, isIdle: true) { $0.hello($1) }
    private static let startTLS = Row([.greeted], isIdle: true, isLastOfGroup: true, "STARTTLS comes after EHLO, before MAIL") { machine, _ in
        machine.startTLS()
    }
    private static let authenticate = Row([.greeted], isLastOfGroup: true, "AUTH comes after EHLO, before MAIL") { $0.authenticate($1) }
    private static let mail = Row([.greeted], "MAIL comes after EHLO, once") { $0.mail($1) }
    private static let recipient = Row([.mail], "RCPT comes after MAIL, before the message") { $0.recipient($1) }
    private static let data = Row([.mail], isLastOfGroup: true, "DATA comes after RCPT, and never after BDAT") { machine, _ in machine.data() }
    private static let chunk = Row(anywhere) { $0.chunk($1) }
    private static let client = Row([.connected, .greeted], isIdle: true, isLastOfGroup: true, "XCLIENT comes before MAIL") { $0.client($1) }
    private static let reset = Row(anywhere, isIdle: true) { machine, _ in machine.reset() }
    private static let noop = Row(anywhere, isIdle: true) { machine, _ in machine.noop() }
    private static let verify = Row(anywhere, isIdle: true) { machine, _ in machine.verify() }
    private static let expand = Row(anywhere, isIdle: true) { machine, _ in machine.expand() }
    private static let help = Row(anywhere, isIdle: true) { machine, _ in machine.help() }
    private static let quit = Row(anywhere) { machine, _ in machine.quit() }

    static func row(of command: Command) -> Row {
        switch command {
        case .hello: hello
        case .startTLS: startTLS
        case .authenticate: authenticate
        case .mail: mail
        case .recipient: recipient
        case .data: data
        case .chunk: chunk
        case .client: client
        case .reset: reset
        case .noop: noop
        case .verify: verify
        case .expand: expand
        case .help: help
        case .quit: quit
        }
    }
}
