// martlet device list.
import ArgumentParser
import MartletDaemon

struct Device: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Phones and tablets of a user.", subcommands: [List.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The devices of a user.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument var user: String
        func run() async throws {
            Answer.show(
                try await Desk.ask(settings, ControlRequest("device.list", ["user": .string(user)])), answer, name: "device",
                columns: [
                    Column("DEVICE", "device"), Column("TYPE", "type"), Column("NAME", "name"), Column("STATE", "state"), Column("VERSION", "version"),
                    Column("LAST SEEN", "last"), Column("AGENT", "agent"),
                ])
        }
    }
}
