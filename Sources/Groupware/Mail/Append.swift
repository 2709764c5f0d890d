import Delivery
package import MailStore
package import Model

/// Puts a message that a client made into a folder.
package struct Appending: Sendable {
    let store: MailStore
    package init(store: MailStore) { self.store = store }

    /// UIDPLUS's pair, and where it went. (RFC 4315 §3)
    package struct Result: Sendable {
        package let folder: FolderID
        package let uidValidity: UInt32
        package let uid: UID
    }

    /// Whether it would be taken, before its octets are sent: the folder is there and has room.
    package func check(_ path: FolderPath, of account: AccountID, size: Int) async throws(MailFailure) {
        try await store.readMail { tx in
            guard try tx.folder(path, of: account) != nil else { throw MailFailure.noSuchTarget }
            if let row = try tx.account(account), let quota = row.quota, row.used + Int64(clamping: size) > quota { throw MailFailure.overQuota }
        }
    }

    /// Parses off the loop, stores in one commit, returns after it is synced.
    package func append(
        _ message: Spool, to path: FolderPath, of account: AccountID, flags: Flags, keywords: [String], date: Timestamp, trace: String? = nil
    ) async throws(MailFailure) -> Result {
        guard message.count > 0 else { throw .emptyMessage }
        let item: NewItem
        do {
            item = try await Ingest.item(from: message, date: date, flags: flags, keywords: keywords)
        } catch {
            throw MailFailure(error)
        }
        return try await store.writeMail(trace: trace) { tx in
            guard let folder = try tx.folder(path, of: account) else { throw MailFailure.noSuchTarget }
            let state = try tx.append(item, to: folder.id)
            return Result(folder: folder.id, uidValidity: folder.uidValidity, uid: state.uid)
        }
    }
}
