package import Directory
import Groupware
package import Logging
package import MailStore
package import SessionKit

/// What all IMAP sessions share; makes one for each connection.
package struct IMAPService: Sendable {
    let store: MailStore
    let directory: Directory
    let settings: IMAPSettings
    let log: Logger
    let mailboxes: Mailboxes
    let appending: Appending
    let copyMove: CopyMove
    let marking: Marking
    let search: MailSearch
    let recent = RecentTable()
    let allowances: Allowances

    package init(
        store: MailStore, directory: Directory, settings: IMAPSettings = IMAPSettings(), allowances: Allowances = Allowances(),
        log: Logger = Logger(label: "imap")
    ) {
        self.allowances = allowances
        self.store = store
        self.directory = directory
        self.settings = settings
        self.log = log
        mailboxes = Mailboxes(store: store)
        appending = Appending(store: store)
        copyMove = CopyMove(store: store)
        marking = Marking(store: store)
        search = MailSearch(store: store)
    }
    /// The factory for "imap" and "imaps".
    package func session(_ line: Line) -> any Session { IMAPSession(line, self) }
}
