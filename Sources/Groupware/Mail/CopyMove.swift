package import MailStore
package import Model

/// Copies and moves between a user's folders, whole sets in one transaction.
package struct CopyMove: Sendable {
    let store: MailStore
    package init(store: MailStore) { self.store = store }

    /// COPYUID: UIDs here and there, pair by pair. (RFC 4315 §3)
    package struct Result: Sendable {
        package let target: FolderID
        package let uidValidity: UInt32
        package let from: [UID]
        package let to: [UID]
    }

    package func copy(
        _ set: UIDSet, from folder: FolderID, to path: FolderPath, of account: AccountID, trace: String? = nil
    ) async throws(MailFailure) -> Result {
        try await store.writeMail(trace: trace) { tx in
            guard let target = try tx.folder(path, of: account) else { throw MailFailure.noSuchTarget }
            return Self.result(try tx.copy(from: folder, set, to: target.id), target)
        }
    }

    /// Into the same folder: the messages get new UIDs, as a move elsewhere and back would give them. (RFC 6851 §3.3)
    package func move(
        _ set: UIDSet, from folder: FolderID, to path: FolderPath, of account: AccountID, trace: String? = nil
    ) async throws(MailFailure) -> Result {
        try await store.writeMail(trace: trace) { tx in
            guard let target = try tx.folder(path, of: account) else { throw MailFailure.noSuchTarget }
            guard target.id == folder else { return Self.result(try tx.move(from: folder, set, to: target.id), target) }
            let copied = try tx.copy(from: folder, set, to: folder)
            _ = try tx.expunge(in: folder, UIDSet(copied.map(\.from)), onlyDeleted: false)
            return Self.result(copied, target)
        }
    }
    private static func result(_ pairs: [(from: UID, to: ItemState)], _ target: FolderRow) -> Result {
        Result(target: target.id, uidValidity: target.uidValidity, from: pairs.map(\.from), to: pairs.map(\.to.uid))
    }
}
