// martlet address add|list|remove.
import ArgumentParser
import MartletDaemon

struct Address: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Aliases, lists, catch-alls.", subcommands: [Add.self, List.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "An alias (one target), a list (several), or a catch-all (\"@domain\").")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument var address: String
        @Option(parsing: .upToNextOption, help: "Where its mail goes: users or other addresses.") var to: [String]
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("address.add", ["address": .string(address), "to": .strings(to)]))
            Answer.done(result, answer, name: "address", "mail for \(address) goes to \(to.joined(separator: ", "))")
        }
    }
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All addresses, or those that contain a word.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "A part of the address or the target.") var matching: String?
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("address.list", ["matching": .optional(matching)]))
            Answer.show(result, answer, name: "address", columns: [Column("ADDRESS", "address"), Column("TO", "to")])
        }
    }
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove an address, or some of its targets.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var confirmation: ConfirmOption
        @Argument var address: String
        @Option(parsing: .upToNextOption, help: "Only these targets.") var to: [String] = []
        func run() async throws {
            try confirmation.confirm("refuse mail for \(VisibleText.of(address)) from now on, or send it no more to those named")
            let result = try await Desk.ask(settings, ControlRequest("address.remove", ["address": .string(address), "to": .strings(to)]))
            Answer.done(result, answer, name: "address", "\(address) is removed")
        }
    }
}
