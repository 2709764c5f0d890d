/// What a commit did to one folder or to the account itself.
package struct Change: Hashable, Sendable {
    package struct Kind: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let itemsAdded = Kind(rawValue: 1)
        package static let itemsChanged = Kind(rawValue: 2)
        package static let itemsGone = Kind(rawValue: 4)
        /// The folder list: created, renamed, moved, removed, subscribed.
        package static let folders = Kind(rawValue: 8)
        /// State, password, devices or policy of the account: log-ins must be judged anew. `folder` is nil.
        package static let account = Kind(rawValue: 16)
    }
    package let folder: FolderID?
    package let kinds: Kind
    package init(folder: FolderID?, kinds: Kind) { self.folder = folder; self.kinds = kinds }
}

/// All that one commit changed for one account, told after the commit, in commit order. Where to look, not what is there: the store has that.
package struct ChangeSet: Sendable {
    package let account: AccountID
    /// The account's counter after the commit.
    package let modseq: ModSeq
    package let changes: [Change]
    /// One id from SMTP through the store to the phone's Sync; nil where nobody gave one.
    package let trace: String?
    package init(account: AccountID, modseq: ModSeq, changes: [Change], trace: String? = nil) {
        self.account = account; self.modseq = modseq; self.changes = changes; self.trace = trace
    }
    package func touches(_ folder: FolderID) -> Bool { changes.contains { $0.folder == folder } }
    package func contains(_ kind: Change.Kind) -> Bool { changes.contains { !$0.kinds.isDisjoint(with: kind) } }
}
