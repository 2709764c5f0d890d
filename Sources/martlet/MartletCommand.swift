// The tree of commands: object first, then verb. Each command is a file in Commands.
import ArgumentParser

struct MartletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet", abstract: "A mail server: SMTP, IMAP and Exchange ActiveSync over one store.",
        discussion: "Begin with `martlet demo --dir var/demo`. Exit codes are those of sysexits.h.",
        subcommands: [
            Serve.self, Demo.self, Domain.self, DNS.self, User.self, Address.self, AppPassword.self, Device.self, Mailbox.self, Queue.self,
            Message.self, Status.self, Who.self, Store.self, Config.self,
        ])
}

enum Door {
    /// Not in main.swift: at its top level the compiler would take the other `main`, which does not wait.
    static func open() async { await MartletCommand.main() }
}
