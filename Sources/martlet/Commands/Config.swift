// martlet config check|example|show.
import ArgumentParser
import MartletDaemon

struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The settings file.", subcommands: [Check.self, Example.self, Show.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Read the settings and name every mistake with its line. Ends with 78 when there is one.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        func run() async throws {
            let (_, problems) = try settings.read()
            if answer.json {
                let list = problems.map { JSONValue.object(["line": .optional($0.line.map(Int64.init)), "problem": .string($0.text)]) }
                print(JSONValue.object(["file": .string(settings.config), "problems": .array(list)]).text(pretty: true))
            } else {
                for problem in problems { Terminal.complain("\(settings.config): \(problem)") }
                if problems.isEmpty, !answer.quiet { print("\(settings.config) is right") }
            }
            if !problems.isEmpty { throw ExitCode(ExitStatus.settings) }
        }
    }
    struct Example: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print every key with its default and a sentence.")
        func run() async throws { print(SettingsFile.example(), terminator: "") }
    }
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the settings that hold, defaults included.")
        @OptionGroup var settings: SettingsOption
        func run() async throws { print(SettingsFile.text(try settings.load(), comments: false), terminator: "") }
    }
}
