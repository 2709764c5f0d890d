// martlet domain add|list|show|keys|remove.
import ArgumentParser
import MartletDaemon

struct Domain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Domains whose mail is ours.", subcommands: [Add.self, List.self, Show.self, Keys.self, Remove.self])
    private static let columns = [
        Column("DOMAIN", "name"), Column("USERS", "users", .number), Column("ADDRESSES", "addresses", .number), Column("SIGNS WITH", "selectors"),
    ]

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
    struct Keys: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The keys that sign the domain's mail, and what to publish; missing ones are made.",
            discussion: "With --rotate new keys sign from now on; publish them first and leave the old records for a week, then --remove them.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Flag(help: "Make new keys; the old ones sign no more.") var rotate = false
        @Option(help: ArgumentHelp("Remove a key.", valueName: "selector")) var remove: String?
        @Argument var name: String
        private static let columns = [Column("SIGNS", "signs"), Column("NAME", "name"), Column("TXT RECORD", "record")]
        func run() async throws {
            var arguments: [String: JSONValue] = ["name": .string(name), "rotate": .bool(rotate)]
            if let remove { arguments["remove"] = .string(remove) }
            Answer.show(try await Desk.ask(settings, ControlRequest("domain.keys", arguments)), answer, name: "selector", columns: Self.columns)
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
