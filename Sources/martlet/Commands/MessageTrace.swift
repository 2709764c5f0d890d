// martlet message trace.
import ArgumentParser
import MartletDaemon

extension Message {
    struct Trace: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "trace", abstract: "What happened to a message: who brought it, where it went, what other servers said.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "The id of the message, as in its Received field and in \"queued as\"; or its number in the queue.") var id: String
        func run() async throws {
            let result = try await Desk.ask(settings, ControlRequest("message.trace", ["trace": .string(id)]))
            if answer.json { return print(result.text(pretty: true)) }
            if answer.quiet { return print(Column("", "trace").cell(result)) }
            print("message \(Column("", "trace").cell(result))")
            Message.show(result["history"] ?? .array([]))
            let queued = result["queued"]?.array ?? []
            if queued.isEmpty { return }
            print("\nstill in the queue:")
            Answer.show(
                .array(queued), answer, name: "id",
                columns: [
                    Column("ID", "id", .number), Column("STATE", "state"), Column("RECIPIENTS", "recipients"),
                    Column("NEXT", "next"), Column("REASON", "reason"),
                ])
        }
    }

    /// A line for each event; a transcript keeps its lines, set in.
    static func show(_ history: JSONValue) {
        for row in history.array ?? [] {
            let words = row["words"]?.string ?? "", event = row["event"]?.string ?? ""
            let lines = words.split(separator: "\n").map { VisibleText.of(String($0)) }
            let head = "\(row["time"]?.string ?? "")  \(event)" + String(repeating: " ", count: max(1, 11 - event.count))
            print(head + (lines.count > 1 ? "" : lines.first ?? ""))
            if lines.count > 1 { for line in lines { print("    " + line) } }
        }
    }
}
