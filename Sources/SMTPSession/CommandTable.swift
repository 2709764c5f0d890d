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
    }
    private static let anywhere: Set<SMTPMachine.State> = [.connected, .greeted, .mail]

    private static let hello = Row(states: anywhere, isIdle: true, isLastOfGroup: false, outOfOrder: "Not now") { $0.hello($1) }
    private static let startTLS = Row(states: [.greeted], isIdle: true, isLastOfGroup: true, outOfOrder: "STARTTLS comes after EHLO, before MAIL") { machine, _ in machine.startTLS() }
    private static let authenticate = Row(states: [.greeted], isIdle: false, isLastOfGroup: true, outOfOrder: "AUTH comes after EHLO, before MAIL") { $0.authenticate($1) }
    private static let mail = Row(states: [.greeted], isIdle: false, isLastOfGroup: false, outOfOrder: "MAIL comes after EHLO, once") { $0.mail($1) }
    private static let recipient = Row(states: [.mail], isIdle: false, isLastOfGroup: false, outOfOrder: "RCPT comes after MAIL") { $0.recipient($1) }
    private static let data = Row(states: [.mail], isIdle: false, isLastOfGroup: true, outOfOrder: "DATA comes after RCPT") { machine, _ in machine.data() }
    private static let reset = Row(states: anywhere, isIdle: true, isLastOfGroup: false, outOfOrder: "Not now") { machine, _ in machine.reset() }
    private static let noop = Row(states: anywhere, isIdle: true, isLastOfGroup: false, outOfOrder: "Not now") { machine, _ in machine.noop() }
    private static let verify = Row(states: anywhere, isIdle: true, isLastOfGroup: false, outOfOrder: "Not now") { machine, _ in machine.verify() }
    private static let expand = Row(states: anywhere, isIdle: true, isLastOfGroup: false, outOfOrder: "Not now") { machine, _ in machine.expand() }
    private static let help = Row(states: anywhere, isIdle: true, isLastOfGroup: false, outOfOrder: "Not now") { machine, _ in machine.help() }
    private static let quit = Row(states: anywhere, isIdle: false, isLastOfGroup: false, outOfOrder: "Not now") { machine, _ in machine.quit() }

    static func row(of command: Command) -> Row {
        switch command {
        case .hello: hello
        case .startTLS: startTLS
        case .authenticate: authenticate
        case .mail: mail
        case .recipient: recipient
        case .data: data
        case .reset: reset
        case .noop: noop
        case .verify: verify
        case .expand: expand
        case .help: help
        case .quit: quit
        }
    }
}
