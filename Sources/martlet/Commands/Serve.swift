// martlet serve.
import ArgumentParser
import MartletDaemon

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run in the foreground. SIGTERM drains and stops, SIGHUP reads certificates and settings anew.")
    @OptionGroup var settings: SettingsOption

    func run() async throws {
        let loaded = try settings.load()
        LogSinks.begin(level: loaded.logLevel)
        do throws(ControlFailure) {
            try await Daemon.serve(loaded, settingsFile: settings.config)
        } catch {
            throw Terminal.failure(error)
        }
    }
}
