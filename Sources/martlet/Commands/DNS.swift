// martlet dns records|check.
import ArgumentParser
import MartletDaemon

struct DNS: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dns", abstract: "What a domain's zone should say about its mail.", subcommands: [Records.self, Check.self])

    struct Records: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the zone lines of a domain, each with its reason.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument var domain: String
        func run() async throws {
            let rows = try await Desk.ask(settings, ControlRequest("dns.records", ["domain": .string(domain)]))
            if answer.json { return print(rows.text(pretty: true)) }
            for row in rows.array ?? [] {
                if !answer.quiet { print("; \(DNS.word(row, "reason"))\(row["optional"] == .bool(true) ? " - optional" : "")") }
                print(DNS.word(row, "line"))
            }
        }
    }
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show where the published zone differs. Ends with 65 when something that is needed does.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument var domain: String
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("dns.check", ["domain": .string(domain)]))
            let rows = result.array ?? []
            if answer.json {
                print(result.text(pretty: true))
            } else if rows.isEmpty {
                if !answer.quiet { print("the zone of \(VisibleText.of(domain)) says all that it should") }
            } else {
                for row in rows { show(row) }
            }
            if rows.contains(where: { $0["optional"] != .bool(true) }) { throw ExitCode(ExitStatus.badData) }
        }
        private func show(_ row: JSONValue) {
            if answer.quiet { return print(DNS.word(row, "name")) }
            print("; \(DNS.word(row, "state")): \(DNS.word(row, "reason"))\(row["optional"] == .bool(true) ? " - optional" : "")")
            for published in row["published"]?.array ?? [] {
                print("; published: \(DNS.word(row, "name")). IN \(DNS.word(row, "type")) \(VisibleText.of(published.string ?? ""))")
            }
            print(DNS.word(row, "line"))
        }
    }
    private static func word(_ row: JSONValue, _ key: String) -> String { VisibleText.of(row[key]?.string ?? "") }
}
