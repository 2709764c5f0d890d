// What has to be done once in a while: old traces of removed mail are pruned. Runs beside everything and stops with it.
internal import Glibc
internal import Logging
internal import MailStore
internal import Model

enum Housekeeping {
    enum Limits {
        static let first = Duration.seconds(600)
        static let interval = Duration.seconds(6 * 3_600)
    }
    static func run(_ store: MailStore, _ log: Logger) async {
        var pause = Limits.first
        while (try? await Task.sleep(for: pause)) != nil {
            pause = Limits.interval
            do {
                let pruned = try await store.prune(now: Timestamp(seconds: Int64(time(nil))))
                log.info("store.pruned", metadata: ["result": "\(pruned)"])
            } catch {
                log.error("store.prune", metadata: ["error": "\(error)"])
            }
        }
    }
}
