// martlet demo.
import ArgumentParser
import MartletDaemon

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One command to a running server with users and mail, on loopback.",
        discussion: "Makes the directory if it is missing; a second start goes on with what is there. Not for real mail: passwords are hashed cheaply.")
    @Option(help: "Where everything is kept.") var dir: String
    @Option(help: "Ports are this plus the standard port.") var portBase = 20_000
    @Option(help: "The password of every user; without it they are random and kept in DIR/credentials.") var password: String?
    @Option(help: "More users, u1@demo.test and so on, for load.") var users = 0
    @Option(help: "trace, debug, info, notice, warning, error or critical.") var logLevel = "notice"

    func validate() throws {
        guard (1...64_000).contains(portBase) else { throw ValidationError("--port-base must be from 1 to 64000") }
        guard (0...100_000).contains(users) else { throw ValidationError("--users must be from 0 to 100000") }
    }
    func run() async throws {
        LogSinks.begin(level: logLevel)
        do throws(ControlFailure) {
            let demo = try DemoDirectory.prepare(dir, portBase: portBase, password: password, users: users, logLevel: logLevel)
            try await Daemon.serve(demo.settings, settingsFile: demo.settingsFile, demo: demo)
        } catch {
            throw Terminal.failure(error)
        }
    }
}
