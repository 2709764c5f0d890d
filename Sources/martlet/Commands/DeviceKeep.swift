// martlet device resync|rename|remove: what the server keeps of a device.
import ArgumentParser
import MartletDaemon

extension Device {
    struct Resync: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Have a device fetch everything anew, also what it was spared.")
        @OptionGroup var target: Target
        func run() async throws {
            try await target.ask("device.resync") { device, _ in "\(device) begins anew" }
        }
    }
    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give a device a name of your own.")
        @OptionGroup var target: Target
        @Option(name: .customLong("to"), help: "The name; empty for what the device says itself.") var name: String
        func run() async throws {
            try await target.ask("device.rename", ["name": .string(name)]) { device, result in "\(device) is called \(result["name"]?.string ?? "")" }
        }
    }
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forget a device. If it asks again, it is a new one.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var confirmation: ConfirmOption
        @OptionGroup var which: Which
        func run() async throws {
            try confirmation.confirm("forget \(VisibleText.of(which.device ?? "the device of \(which.user)")), with a block or wipe that waits for it")
            let result = try await Desk.ask(settings, ControlRequest("device.remove", which.arguments()))
            Answer.done(result, answer, name: "device", "\(result["device"]?.string ?? "it") is forgotten")
        }
    }
}
