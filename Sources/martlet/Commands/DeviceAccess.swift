// martlet device allow|block|quarantine|exempt|ceiling: how far a device is let in.
import ArgumentParser
import MartletDaemon

extension Device {
    struct Allow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a device in. One that was wiped begins anew.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var which: Which
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("device.allow", which.arguments()))
            Answer.done(result, answer, name: "device", "\(result["device"]?.string ?? "it") is let in")
        }
    }
    struct Block: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Keep a device out: it gets 403. What it has, it keeps.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var which: Which
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("device.block", which.arguments()))
            Answer.done(result, answer, name: "device", "\(result["device"]?.string ?? "it") is kept out")
        }
    }
    struct Quarantine: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a device say what it is, and nothing else, until you decide.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var which: Which
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("device.quarantine", which.arguments()))
            Answer.done(result, answer, name: "device", "\(result["device"]?.string ?? "it") waits for your decision")
        }
    }
    struct Exempt: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ask no policy of a device that cannot provision.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var which: Which
        @Flag(help: "Ask for the policy again.") var off = false
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("device.exempt", which.arguments(["on": .bool(!off)])))
            Answer.done(result, answer, name: "device", "\(result["device"]?.string ?? "it") \(off ? "must provision" : "need not provision")")
        }
    }
    struct Ceiling: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The highest version of the protocol that a device may speak.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var which: Which
        @Option(help: "14.1, or none.") var version: String
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("device.ceiling", which.arguments(["version": .string(version)])))
            Answer.done(result, answer, name: "device", "the ceiling of \(result["device"]?.string ?? "it") is \(version)")
        }
    }
}
