// martlet store check|stats|backup|restore.
import ArgumentParser
import MartletDaemon

struct Store: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The store.", subcommands: [Check.self, Stats.self, Backup.self, Restore.self])

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
    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy the store into a directory, while it is at work.",
            discussion: "The copy is one file, synced before it has its name. Settings and certificates are other files.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "A directory that has no backup yet; made where it is missing.") var directory: String
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("store.backup", ["path": .string(Paths.absolute(directory))]))
            Answer.show(result, answer, name: "backups", fields: [Column("path", "path"), Column("bytes", "bytes", .bytes)])
        }
    }
    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring mailboxes back to what a backup has.",
            discussion: """
                What came since the backup goes, what went comes back, what was moved or marked is as it was. Phones and desktops hear of it as of any other \
                change, and none begins anew. Users, passwords, devices and the queue stay. Where no store is left, the backup becomes \
                the store: stop the daemon first.
                """)
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "A directory with a backup.") var directory: String
        @Option(help: "The mailbox of this user only.") var user: String?
        func run() async throws {
            var arguments: [String: JSONValue] = ["path": .string(Paths.absolute(directory))]
            if let user { arguments["user"] = .string(user) }
            let result = try await Desk.ask(settings, ControlRequest("store.restore", arguments))
            if case .object(let fields) = result, fields["installed"] != nil, !answer.json {
                if !answer.quiet { print("the store is made out of the backup") }
                return
            }
            let names = ["users", "brought_back", "removed", "moved_or_marked", "folders_removed"]
            Answer.show(result, answer, name: "restored", fields: names.map { Column($0.replacing("_", with: " "), $0, .number) })
            for name in result["absent"]?.array ?? [] where !answer.quiet && !answer.json {
                print("\(VisibleText.of(name.string ?? "")) is in the backup and not here: add the user, then restore again")
            }
        }
    }
}
