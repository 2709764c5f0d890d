// Where events go: standard error, one line each. systemd reads the level from the number in front. (sd-daemon(3))
internal import Glibc
internal import Logging
internal import Model
internal import Synchronization
internal import Telemetry

package enum LogSinks {
    private static let level = Mutex(Logger.Level.info)

    /// Once, before the first logger is made.
    package static func begin(level wanted: String) {
        setLevel(wanted)
        let isJournal = unsafe getenv("JOURNAL_STREAM") != nil
        LoggingSystem.bootstrap { label in
            EventLog(label: label, level: level.withLock { $0 }) { write($0, journal: isJournal) }
        }
    }
    package static func setLevel(_ wanted: String) { level.withLock { $0 = Logger.Level(rawValue: wanted) ?? .info } }

    private static func write(_ line: String, journal: Bool) {
        let text = journal ? "<\(priority(of: line))>\(line)\n" : "\(Moment.text(Timestamp(seconds: Int64(time(nil))))) \(line)\n"
        // One write: lines of several threads do not mix. Standard error that is full or gone loses a line; a log must not stop the mail.
        let bytes = Array(text.utf8)
        _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
    private static func priority(of line: String) -> Int {
        switch line.prefix(while: { $0 != " " }) {
        case "critical": 2
        case "error": 3
        case "warning": 4
        case "notice": 5
        case "info": 6
        default: 7
        }
    }
}
