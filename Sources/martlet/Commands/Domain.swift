// martlet domain add|list|show|remove.
import ArgumentParser
import MartletDaemon

struct Domain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Domains whose mail is ours.", subcommands: [Add.self, List.self, Show.self, Remove.self])
    private static let columns = [Column("DOMAIN", "name"), Column("USERS", "users", .number), Column("ADDRESSES", "addresses", .number)]

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take mail for a domain.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument var name: String
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("domain.add", ["name": .string(name)]))
            Answer.done(result, answer, name: "name", "domain \(name) is ours now; add its users with `martlet user add NAME@\(name)`")
        }
    }
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All domains.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        func run() async throws {
            Answer.show(try await Desk.ask(settings, ControlRequest("domain.list")), answer, name: "name", columns: columns)
        }
    }
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One domain.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument var name: String
        func run() async throws {
            Answer.show(try await Desk.ask(settings, ControlRequest("domain.show", ["name": .string(name)])), answer, name: "name", columns: columns)
        }
    }
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take no more mail for a domain. Its users must be removed first.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var confirmation: ConfirmOption
        @Argument var name: String
        func run() async throws {
            try confirmation.confirm("refuse all mail for \(VisibleText.of(name)) from now on")
            let result = try await Desk.ask(settings, ControlRequest("domain.remove", ["name": .string(name)]))
            Answer.done(result, answer, name: "name", "domain \(name) is not ours any more")
        }
    }
}
