// martlet store check|stats.
import ArgumentParser
import MartletDaemon

struct Store: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The store.", subcommands: [Check.self, Stats.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Verify every promise of the store. Ends with 65 when one is broken.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Flag(help: "Every promise but the indexes and the digests of contents.") var quick = false
        @Flag(help: "The digest of every content too.") var everything = false
        func run() async throws {
            let depth = everything ? "everything" : quick ? "quick" : "normal"
            let result = try await Desk.ask(settings, ControlRequest("store.check", ["depth": .string(depth)]))
            let findings = result["findings"]?.array ?? []
            if answer.json {
                print(result.text(pretty: true))
            } else if findings.isEmpty {
                if !answer.quiet { print("the store is sound") }
            } else {
                for finding in findings { print(VisibleText.of(finding.string ?? finding.text())) }
            }
            if !findings.isEmpty { throw ExitCode(ExitStatus.badData) }
        }
    }
    struct Stats: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "How much is in the store, and how it works.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("store.stats"))
            guard !answer.json, case .object(let fields) = result else { return print(result.text(pretty: true)) }
            let columns = fields.keys.sorted().map { Column($0.replacing("_", with: " "), $0, $0.hasSuffix("bytes") ? .bytes : .number) }
            Answer.show(result, answer, name: "items", fields: columns)
        }
    }
}
