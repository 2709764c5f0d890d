// martlet user add|list|show|password|enable|disable|depart|quota|remove.
import ArgumentParser
import MartletDaemon

struct User: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "People with a mailbox.",
        subcommands: [Add.self, List.self, Show.self, Password.self, Enable.self, Disable.self, Depart.self, Quota.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "A new user with the default folders.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var password: PasswordOption
        @Option(help: "The name that people read.") var name = ""
        @Option(help: "How much the mailbox may hold: 500M, 2G.") var quota: String?
        @Argument(help: "The address, which is the log-in name too.") var address: String
        func run() async throws {
            var arguments: [String: JSONValue] = ["address": .string(address), "name": .string(name)]
            if let quota {
                guard let bytes = ByteCount.parse(quota) else { throw ValidationError("\"\(quota)\" is no size: write 500M or 2G") }
                arguments["quota"] = .int(bytes)
            }
            arguments["password"] = .string(try password.read())
            let result = try await Desk.ask(settings, ControlRequest("user.add", arguments))
            Answer.done(result, answer, name: "address", "user \(address) can log in now")
        }
    }
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All users.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        func run() async throws {
            Answer.show(
                try await Desk.ask(settings, ControlRequest("user.list")), answer, name: "address",
                columns: [
                    Column("ADDRESS", "address"), Column("NAME", "name"), Column("STATE", "state"), Column("USED", "used", .bytes),
                    Column("QUOTA", "quota", .bytes),
                ])
        }
    }
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One user.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument var address: String
        func run() async throws {
            Answer.show(
                try await Desk.ask(settings, ControlRequest("user.show", ["address": .string(address)])), answer, name: "address",
                fields: [
                    Column("address", "address"), Column("name", "name"), Column("state", "state"), Column("used", "used", .bytes),
                    Column("quota", "quota", .bytes),
                    Column("addresses", "addresses"), Column("mailboxes", "mailboxes"), Column("devices", "devices"), Column("id", "id"),
                ])
        }
    }
    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "A new password. Whoever is logged in stays so until the connection ends.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var password: PasswordOption
        @Argument var address: String
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("user.password", ["address": .string(address), "password": .string(try password.read())]))
            Answer.done(result, answer, name: "address", "user \(address) has a new password")
        }
    }
    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a user log in again.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument var address: String
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("user.enable", ["address": .string(address)]))
            Answer.done(result, answer, name: "address", "user \(address) can log in again")
        }
    }
    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a user log in no more. Mail is still taken for them.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument var address: String
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("user.disable", ["address": .string(address)]))
            Answer.done(result, answer, name: "address", "user \(address) cannot log in any more; mail for them is still taken")
        }
    }
    struct Depart: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a user go: no log-in, no new mail, and their devices are told to erase the account.",
            discussion: "A device may fetch its wipe with the password that it used last, and nothing else. One that cannot erase one account is blocked.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var confirmation: ConfirmOption
        @Flag(help: "Erase whole devices. Needs eas.full_wipe = true.") var full = false
        @Argument var address: String
        func run() async throws {
            let shown = VisibleText.of(address)
            try confirmation.confirm("shut out \(shown) and erase \(full ? "ALL DATA on their devices" : "the account on their devices")")
            let result = try await Desk.ask(settings, ControlRequest("user.depart", ["address": .string(address), "full": .bool(full)]))
            let wiped = result["wiped"]?.array?.count ?? 0, blocked = result["blocked"]?.array?.count ?? 0
            Answer.done(result, answer, name: "address", "\(address) is shut out; devices to be wiped: \(wiped), blocked: \(blocked)")
        }
    }
    struct Quota: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "How much a mailbox may hold.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument var address: String
        @Argument(help: "500M, 2G, or none.") var quota: String
        func run() async throws {
            var arguments: [String: JSONValue] = ["address": .string(address)]
            if quota != "none" {
                guard let bytes = ByteCount.parse(quota) else { throw ValidationError("\"\(quota)\" is no size: write 500M, 2G or none") }
                arguments["quota"] = .int(bytes)
            }
            let result = try await Desk.ask(settings, ControlRequest("user.quota", arguments))
            Answer.done(result, answer, name: "address", "the quota of \(address) is \(quota)")
        }
    }
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a user with all mail.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var confirmation: ConfirmOption
        @Argument var address: String
        func run() async throws {
            try confirmation.confirm("remove \(VisibleText.of(address)) and delete all their mail for good")
            let result = try await Desk.ask(settings, ControlRequest("user.remove", ["address": .string(address)]))
            Answer.done(result, answer, name: "address", "user \(address) is gone")
        }
    }
}
