// martlet device allow|block|quarantine|exempt|ceiling: how far a device is let in.
import ArgumentParser
import MartletDaemon

extension Device {
    struct Allow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a device in. One that was wiped begins anew.")
        @OptionGroup var target: Target
        func run() async throws {
            try await target.ask("device.allow") { device, _ in "\(device) is let in" }
        }
    }
    struct Block: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Keep a device out: it gets 403. What it has, it keeps.")
        @OptionGroup var target: Target
        func run() async throws {
            try await target.ask("device.block") { device, _ in "\(device) is kept out" }
        }
    }
    struct Quarantine: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a device say what it is, and nothing else, until you decide.")
        @OptionGroup var target: Target
        func run() async throws {
            try await target.ask("device.quarantine") { device, _ in "\(device) waits for your decision" }
        }
    }
    struct Exempt: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ask no policy of a device that cannot provision.")
        @OptionGroup var target: Target
        @Flag(help: "Ask for the policy again.") var off = false
        func run() async throws {
            try await target.ask("device.exempt", ["on": .bool(!off)]) { device, _ in "\(device) \(off ? "must provision" : "need not provision")" }
        }
    }
    struct Ceiling: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The highest version of the protocol that a device may speak.")
        @OptionGroup var target: Target
        @Option(help: "14.1, or none.") var version: String
        func run() async throws {
            try await target.ask("device.ceiling", ["version": .string(version)]) { device, _ in "the ceiling of \(device) is \(version)" }
        }
    }
}
