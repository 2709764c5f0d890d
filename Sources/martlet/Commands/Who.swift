// martlet who.
import ArgumentParser
import MartletDaemon

struct Who: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Who is connected now.")
    @OptionGroup var settings: SettingsOption
    @OptionGroup var answer: AnswerOptions

    func run() async throws {
        Answer.show(
            try await Desk.ask(settings, ControlRequest("who")), answer, name: "id",
            columns: [
                Column("ID", "id"), Column("SERVICE", "service"), Column("USER", "user"), Column("PEER", "peer"), Column("TLS", "tls"),
                Column("SECONDS", "seconds", .number),
                Column("BUSY", "busy"),
            ])
    }
}
