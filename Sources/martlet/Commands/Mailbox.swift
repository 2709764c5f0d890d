// martlet mailbox list.
import ArgumentParser
import MartletDaemon

struct Mailbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Mailboxes of a user.", subcommands: [List.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The mailboxes of a user.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument var user: String
        func run() async throws {
            Answer.show(
                try await Desk.ask(settings, ControlRequest("mailbox.list", ["user": .string(user)])), answer, name: "mailbox",
                columns: [
                    Column("MAILBOX", "mailbox"), Column("ROLE", "role"), Column("TOTAL", "total", .number), Column("UNSEEN", "unseen", .number),
                    Column("SIZE", "size", .bytes), Column("SUBSCRIBED", "subscribed"),
                ])
        }
    }
}
