import Delivery
import Directory
import Logging
import MailStore
import Model

/// What every command may use. Sendable, one for the process.
struct EASService: Sendable {
    let store: MailStore
    let directory: Directory
    let submission: Submission
    let hostname: String
    /// Seconds that a Ping may wait.
    let heartbeat: ClosedRange<Int>
    let settings: EASSettings
    let waiting = WaitingDevices()
    let found = FoundItems()
    let clock: @Sendable () -> Timestamp
    let log: Logger

    /// An error that nobody foresaw, logged once, where it is answered.
    func failed(_ command: String, _ error: any Error) { log.error("eas.failed", metadata: ["command": "\(command)", "error": "\(error)"]) }
}
