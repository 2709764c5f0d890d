// martlet app-password create|list|revoke.
import ArgumentParser
import MartletDaemon

struct AppPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "app-password", abstract: "Passwords for one device or program each: the first that uses one keeps it.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make one and show it, this once.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "The user's address.") var user: String
        @Option(help: "What it is for: \"Ann's phone\".") var name: String
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("app-password.create", ["user": .string(user), "name": .string(name)]))
            Answer.done(result, answer, name: "password", "\(result["password"]?.string ?? "")  (nobody can read it again)")
        }
    }
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Which there are, and who uses them.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "The user's address.") var user: String
        func run() async throws {
            Answer.show(
                try await Desk.ask(settings, ControlRequest("app-password.list", ["user": .string(user)])), answer, name: "name",
                columns: [Column("NAME", "name"), Column("DEVICE", "device"), Column("CREATED", "created")])
        }
    }
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make one worthless.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "The user's address.") var user: String
        @Option(help: "Its name.") var name: String
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("app-password.revoke", ["user": .string(user), "name": .string(name)]))
            Answer.done(result, answer, name: "name", "the app password \(name) of \(user) is worthless")
        }
    }
}
