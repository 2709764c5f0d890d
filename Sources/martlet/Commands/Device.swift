// martlet device list|show|history; the rest of its verbs stand beside, in Device*.swift.
import ArgumentParser
import MartletDaemon

struct Device: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Phones and tablets of a user.",
        subcommands: [
            List.self, Show.self, Allow.self, Block.self, Quarantine.self, Wipe.self, Resync.self, Rename.self, Remove.self, Ceiling.self, Exempt.self,
            Record.self, Replay.self, History.self,
        ])

    /// Which one: the user, and the device where there are several.
    struct Which: ParsableArguments {
        @Argument(help: "The user's address.") var user: String
        @Argument(help: "Its DeviceId, or the name it was given; needed where the user has several.") var device: String?
        func arguments(_ more: [String: JSONValue] = [:]) -> [String: JSONValue] {
            var all = more
            all["user"] = .string(user)
            if let device { all["device"] = .string(device) }
            return all
        }
    }

    /// What a command that does something to one device is told.
    struct Target: ParsableArguments {
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var which: Which
        /// Asks for `command`, then says what `done` makes of the device's name and of the whole answer.
        func ask(_ command: String, _ more: [String: JSONValue] = [:], done: (_ device: String, _ result: JSONValue) -> String) async throws {
            let result = try await Desk.ask(settings, ControlRequest(command, which.arguments(more)))
            Answer.done(result, answer, name: "device", done(result["device"]?.string ?? "it", result))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The devices of a user, or of all.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "The user's address; all users without it.") var user: String?
        func run() async throws {
            Answer.show(
                try await Desk.ask(settings, ControlRequest("device.list", user.map { ["user": .string($0)] } ?? [:])), answer, name: "device",
                columns: (user == nil ? [Column("USER", "user")] : []) + [
                    Column("DEVICE", "device"), Column("TYPE", "type"), Column("NAME", "name"), Column("STATE", "state"), Column("VERSION", "version"),
                    Column("WIPE", "wipe"), Column("LAST SEEN", "last"), Column("AGENT", "agent"),
                ])
        }
    }
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One device: what it says of itself, where its policy and wipe stand, what it skips.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var which: Which
        func run() async throws {
            let thing = try await Desk.ask(settings, ControlRequest("device.show", which.arguments()))
            Answer.show(
                thing, answer, name: "device",
                fields: [
                    Column("user", "user"), Column("device", "device"), Column("name", "name"), Column("type", "type"), Column("state", "state"),
                    Column("version", "version"), Column("ceiling", "ceiling"), Column("exempt", "exempt"), Column("provisioned", "provisioned"),
                    Column("wipe", "wipe"), Column("wipe since", "wipe_since"), Column("model", "model"), Column("system", "os"), Column("IMEI", "imei"),
                    Column("phone", "phone"), Column("operator", "operator"), Column("agent", "agent"), Column("first seen", "first"),
                    Column("last seen", "last"), Column("folders", "folders"),
                ])
            guard !answer.json, !answer.quiet, let skipped = thing["skipped"]?.array, !skipped.isEmpty else { return }
            print("\nskipped, because the device asked for them again and again (device resync tries anew):")
            Answer.show(
                .array(skipped), answer, name: "item", columns: [Column("ITEM", "item"), Column("FOLDER", "folder"), Column("SINCE", "since")])
        }
    }
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What was done to devices, the newest first; also to those that are gone.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "The user's address; all users without it.") var user: String?
        @Argument(help: "The DeviceId; all devices without it.") var device: String?
        func run() async throws {
            var arguments: [String: JSONValue] = [:]
            if let user { arguments["user"] = .string(user) }
            if let device { arguments["device"] = .string(device) }
            Answer.show(
                try await Desk.ask(settings, ControlRequest("device.history", arguments)), answer, name: "event",
                columns: [
                    Column("TIME", "time"), Column("USER", "user"), Column("DEVICE", "device"), Column("EVENT", "event"), Column("DETAIL", "detail"),
                ])
        }
    }
}
