// martlet queue list|show|hold|release|retry|remove.
import ArgumentParser
import MartletDaemon

struct Queue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Mail on its way to other servers.", subcommands: [List.self, Show.self, Hold.self, Release.self, Retry.self, Remove.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What waits, oldest first.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Option(help: "Only where the sender or a recipient has this in it.") var matching = ""
        @Option(help: "At most so many.") var limit = 100
        @Option(help: "Begin after the message with this number.") var after = 0
        func run() async throws {
            let arguments: [String: JSONValue] = ["matching": .string(matching), "limit": .int(Int64(limit)), "after": .int(Int64(after))]
            Answer.show(
                try await Desk.ask(settings, ControlRequest("queue.list", arguments)), answer, name: "id",
                columns: [
                    Column("ID", "id", .number), Column("STATE", "state"), Column("SENDER", "sender"), Column("RECIPIENTS", "recipients"),
                    Column("SIZE", "size", .bytes), Column("SINCE", "since"), Column("TRIES", "attempts", .number), Column("NEXT", "next"),
                    Column("REASON", "reason"),
                ])
        }
    }
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One message, its recipients and what has happened to it.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "Its number.") var id: Int64
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("queue.show", ["id": .int(id)]))
            let fields = [
                Column("message", "id", .number), Column("trace", "trace"), Column("sender", "sender"), Column("size", "size", .bytes),
                Column("since", "since"), Column("given up", "expires"), Column("state", "state"),
            ]
            Answer.show(result, answer, name: "id", fields: fields)
            guard !answer.json, !answer.quiet else { return }
            print()
            Answer.show(
                result["to"] ?? .array([]), answer, name: "address",
                columns: [
                    Column("RECIPIENT", "address"), Column("STATE", "state"), Column("TRIES", "attempts", .number), Column("NEXT", "next"),
                    Column("REASON", "reason"),
                ])
            print()
            Message.show(result["history"] ?? .array([]))
        }
    }
    struct Hold: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Keep messages back until they are released.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "Their numbers.") var ids: [Int64]
        func run() async throws { try await Queue.change("queue.hold", ids, settings, answer) }
    }
    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let held messages go.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "Their numbers.") var ids: [Int64]
        func run() async throws { try await Queue.change("queue.release", ids, settings, answer) }
    }
    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Try messages now, whatever was planned.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "Their numbers.") var ids: [Int64]
        func run() async throws { try await Queue.change("queue.retry", ids, settings, answer) }
    }
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take messages out of the queue. Nobody is told.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var confirmation: ConfirmOption
        @Argument(help: "Their numbers.") var ids: [Int64]
        func run() async throws {
            try confirmation.confirm("remove \(ids.count) messages from the queue without telling their senders")
            try await Queue.change("queue.remove", ids, settings, answer)
        }
    }

    static func change(_ verb: String, _ ids: [Int64], _ settings: SettingsOption, _ answer: AnswerOptions) async throws {
        let result = try await Desk.ask(settings, ControlRequest(verb, ["ids": .array(ids.map { .int($0) })]))
        Answer.done(result, answer, name: "ids", "\(ids.map(String.init).joined(separator: " ")): \(result["done"]?.string ?? "done")")
    }
}
