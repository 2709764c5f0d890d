// martlet status.
import ArgumentParser
import MartletDaemon

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "How the daemon is. Ends with 69 when none runs.")
    @OptionGroup var settings: SettingsOption
    @OptionGroup var answer: AnswerOptions

    func run() async throws {
        let status = try await Desk.ask(settings, ControlRequest("status"))
        Answer.show(
            status, answer, name: "state",
            fields: [
                Column("state", "state"), Column("version", "version"), Column("process", "process"), Column("since", "since"), Column("host name", "hostname"),
                Column("store", "store"), Column("memory", "memory", .bytes), Column("connections", "connections"), Column("accounts", "accounts"),
            ])
        guard !answer.json, !answer.quiet, let services = status["services"] else { return }
        print("")
        Answer.show(
            services, answer, name: "service",
            columns: [Column("SERVICE", "service"), Column("ADDRESS", "address"), Column("CONNECTIONS", "connections", .number)])
    }
}
