// martlet device record|replay.
import ArgumentParser
import MartletDaemon

extension Device {
    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write down what a device and the server say to each other, without what people wrote.",
            discussion: "Texts become letters of the same length; keys, ids, dates and statuses stay. At most 16 MiB; `device replay` plays it.")
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var which: Which
        @Option(help: "How long, in minutes.") var minutes = 60
        @Flag(help: "End it now.") var stop = false
        func validate() throws {
            guard (1...10_080).contains(minutes) else { throw ValidationError("--minutes must be from 1 to 10080") }
        }
        func run() async throws {
            let result = try await Desk.ask(
                settings, ControlRequest("device.record", which.arguments(["minutes": .int(stop ? 0 : Int64(minutes))])))
            let file = result["file"]?.string ?? ""
            let sentence = stop ? "nothing is recorded any more; what was is in \(file)" : "recorded for \(minutes) minutes into \(file)"
            Answer.done(result, answer, name: "file", sentence)
        }
    }
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Play a recording against this program, in a store of its own that is thrown away.",
            discussion: "Shows each request with the status it was answered with then and now. Ends with 65 when they differ.")
        @OptionGroup var answer: AnswerOptions
        @Argument(help: "What `device record` has written.") var file: String
        func run() async throws {
            let rows: JSONValue
            do throws(ControlFailure) {
                rows = try await DeviceReplay.play(file)
            } catch {
                throw Terminal.failure(error)
            }
            Answer.show(
                rows, answer, name: "number",
                columns: [
                    Column("NO", "number", .number), Column("AT", "at"), Column("COMMAND", "command"), Column("VERSION", "version"), Column("THEN", "then"),
                    Column("NOW", "now"), Column("SAME", "same"),
                ])
            if rows.array?.contains(where: { $0["same"]?.bool == false }) ?? false { throw ExitCode(ExitStatus.badData) }
        }
    }
}
