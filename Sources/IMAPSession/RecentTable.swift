import Model
import Synchronization

/// Which messages no session of this process has been told of yet: what `\Recent` means. (RFC 3501 §2.3.2)
///
/// Kept per folder as the UID up to which a session with the folder open for writing has been told. It does not outlive the process: after a
/// start everything is recent once, as the RFC asks where it cannot be known.
final class RecentTable: Sendable {
    private let told = Mutex<[FolderID: UID]>([:])

    /// The UID above which messages are recent for whoever claims now; marks all up to `last` as told.
    func claim(_ folder: FolderID, upTo last: UID) -> UID {
        told.withLock { told in
            let before = told[folder] ?? UID(0)
            if last > before { told[folder] = last }
            return before
        }
    }
    /// The same without claiming: EXAMINE and STATUS.
    func look(_ folder: FolderID) -> UID { told.withLock { $0[folder] ?? UID(0) } }
    func forget(_ folder: FolderID) { told.withLock { $0[folder] = nil } }
}
