package import MailStore
package import Model

/// A user's mail folders by name: look up, make, remove, rename, subscribe. Every change is one transaction.
package struct Mailboxes: Sendable {
    let store: MailStore
    package init(store: MailStore) { self.store = store }

    package func tree(of account: AccountID) async throws(MailFailure) -> FolderTree {
        try await store.readMail { FolderTree(try $0.folders(of: account)) }
    }
    package func folder(_ path: FolderPath, of account: AccountID) async throws(MailFailure) -> FolderRow {
        try await store.readMail {
            guard let row = try $0.folder(path, of: account) else { throw MailFailure.noSuchFolder }
            return row
        }
    }

    /// Messages with a UID above `uid`.
    package func count(in folder: FolderID, above uid: UID) async throws(MailFailure) -> Int {
        guard uid.rawValue < UInt32.max else { return 0 }
        return try await store.readMail { try $0.uids(in: folder).count { $0 > uid } }
    }

    /// Makes the folder and those that are missing above it. (RFC 3501 §6.3.3)
    package func create(_ path: FolderPath, of account: AccountID, trace: String? = nil) async throws(MailFailure) {
        guard !path.hasWildcard else { throw .invalidName }
        try await store.writeMail(trace: trace) { tx in
            if try tx.folder(path, of: account) != nil { throw MailFailure.alreadyExists }
            _ = try Self.make(path, of: account, tx)
        }
    }

    /// Removes the folder and its messages. A folder with others below stays as it is: the answer says so. (RFC 5530 §3 HASCHILDREN)
    package func delete(_ path: FolderPath, of account: AccountID, trace: String? = nil) async throws(MailFailure) -> FolderID {
        try await store.writeMail(trace: trace) { tx in
            guard let row = try tx.folder(path, of: account) else { throw MailFailure.noSuchFolder }
            // The account's own folders are needed by other protocols, which find them by role.
            guard row.role == nil else { throw MailFailure.protected }
            if try tx.folders(of: account).contains(where: { $0.parent == row.id }) { throw MailFailure.hasChildren }
            try tx.removeFolder(row.id)
            // "MUST NOT remove the subscription": it outlives its mailbox. (RFC 3501 §6.3.6)
            if row.isSubscribed { try tx.setDanglingSubscription(of: account, path: path.description, isSubscribed: true) }
            return row.id
        }
    }

    /// Renames the folder, and with it all below. INBOX gives its messages to the new folder and stays, empty. (RFC 3501 §6.3.5)
    package func rename(_ path: FolderPath, to target: FolderPath, of account: AccountID, trace: String? = nil) async throws(MailFailure) {
        guard !target.hasWildcard else { throw .invalidName }
        try await store.writeMail(trace: trace) { tx in
            guard let row = try tx.folder(path, of: account) else { throw MailFailure.noSuchFolder }
            if try tx.folder(target, of: account) != nil { throw MailFailure.alreadyExists }
            guard !target.isBelow(path) || path.isInbox else { throw MailFailure.invalidName }
            if path.isInbox {
                let made = try Self.make(target, of: account, tx)
                _ = try tx.move(from: row.id, UIDSet([1...UInt32.max]), to: made)
                return
            }
            let below = Subtree(row, in: try tx.folders(of: account)).depth
            guard target.levels.count + below <= FolderPath.Limits.depth else { throw MailFailure.tooDeep }
            let parent = try target.parent.map { try Self.make($0, of: account, tx) }
            try tx.setFolder(row.id, parent: parent, name: target.name)
            try tx.setDanglingSubscription(of: account, path: target.description, isSubscribed: false)
        }
    }

    package func subscribe(_ path: FolderPath, of account: AccountID, trace: String? = nil) async throws(MailFailure) {
        try await store.writeMail(trace: trace) { tx in
            guard let row = try tx.folder(path, of: account) else { throw MailFailure.noSuchFolder }
            if !row.isSubscribed { try tx.setFolder(row.id, isSubscribed: true) }
        }
    }
    /// Also takes back a subscription whose folder is gone.
    package func unsubscribe(_ path: FolderPath, of account: AccountID, trace: String? = nil) async throws(MailFailure) {
        try await store.writeMail(trace: trace) { tx in
            if let row = try tx.folder(path, of: account) {
                if row.isSubscribed { try tx.setFolder(row.id, isSubscribed: false) }
            } else {
                try tx.setDanglingSubscription(of: account, path: path.description, isSubscribed: false)
            }
        }
    }
    /// Full names, those whose folder is gone among them.
    package func subscriptions(of account: AccountID) async throws(MailFailure) -> [(path: String, folder: FolderTree.Entry?)] {
        let (tree, dangling) = try await store.readMail { (FolderTree(try $0.folders(of: account)), try $0.danglingSubscriptions(of: account)) }
        let living = tree.entries.filter(\.row.isSubscribed).map { (path: $0.path, folder: Optional($0)) }
        return living + dangling.sorted().map { (path: $0, folder: nil) }
    }

    /// The folder of that name, made where it is missing with all above it.
    private static func make(_ path: FolderPath, of account: AccountID, _ tx: WriteTransaction) throws -> FolderID {
        var parent: FolderID?
        for above in path.ancestors + [path] {
            if let row = try tx.folder(above, of: account) {
                parent = row.id
            } else {
                parent = try tx.addFolder(account: account, parent: parent, name: above.name, itemClass: .mail, role: nil, isSubscribed: false).id
                // A subscription may have waited for its mailbox.
                if try tx.danglingSubscriptions(of: account).contains(above.description), let made = parent {
                    try tx.setFolder(made, isSubscribed: true)
                    try tx.setDanglingSubscription(of: account, path: above.description, isSubscribed: false)
                }
            }
        }
        guard let parent else { throw MailFailure.invalidName }
        return parent
    }
}
