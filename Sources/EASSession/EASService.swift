import Crypto
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
    let waiting = WaitingDevices()
    let clock: @Sendable () -> Timestamp
    let log: Logger

    /// Seals what devices get to keep (file references): of this store, and not known outside.
    func secret() async throws -> [UInt8] {
        let epoch = try await store.read { try $0.epoch() }
        return Digest.sha256(Array("eas \(epoch)".utf8))
    }
}
