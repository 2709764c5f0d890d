package import Model

extension ReadTransaction {
    /// All UIDs of a folder, ascending: what a client's sequence numbers are made from.
    package func uids(in folder: FolderID) throws -> [UID] { throw StoreError.closed }
    /// The first item without \Seen, for SELECT's UNSEEN.
    package func firstUnseen(in folder: FolderID) throws -> UID? { throw StoreError.closed }
    /// States of a folder's items in a set, ascending by UID, beginning after `after`, at most `limit`.
    package func states(in folder: FolderID, _ set: UIDSet, after: UID? = nil, limit: Int) throws -> [ItemState] { throw StoreError.closed }
    /// The same with summaries.
    package func items(in folder: FolderID, _ set: UIDSet, after: UID? = nil, limit: Int) throws -> [ItemRow] { throw StoreError.closed }
    package func item(_ id: ItemID) throws -> ItemRow? { throw StoreError.closed }
    package func items(_ ids: [ItemID]) throws -> [ItemRow] { throw StoreError.closed }

    /// States changed after a position (created or changed), ascending by modseq then id; beginning after `from` when a page went before.
    package func changes(in folder: FolderID, after position: ModSeq, from: (ModSeq, ItemID)? = nil, limit: Int) throws -> [ItemState] { throw StoreError.closed }
    /// What left the folder after a position, ascending by modseq then item.
    package func gone(in folder: FolderID, after position: ModSeq, from: (ModSeq, ItemID)? = nil, limit: Int) throws -> [GoneRow] { throw StoreError.closed }
    /// Newest first by (date, id): items dated at or after `since` that were created at or before `createdUpTo`; beginning below `from`.
    package func newest(in folder: FolderID, since: Timestamp?, createdUpTo: ModSeq, from: (Timestamp, ItemID)?, limit: Int) throws -> [ItemState] {
        throw StoreError.closed
    }
    /// Items dated in lower..<upper, ascending by (date, id): what a moving FilterType window left behind or uncovered.
    package func items(in folder: FolderID, dated range: Range<Timestamp>, limit: Int) throws -> [ItemState] { throw StoreError.closed }
    package func count(in folder: FolderID, since: Timestamp?) throws -> Int { throw StoreError.closed }
    /// Items of an account (mail folders) whose content is that of `thread`.
    package func items(of account: AccountID, thread: ThreadID) throws -> [ItemRow] { throw StoreError.closed }

    /// All octets of a content.
    package func content(_ id: ContentID) throws -> [UInt8] { throw StoreError.closed }
    /// Octets of a part of it; cut at the end.
    package func content(_ id: ContentID, _ range: Range<Int>) throws -> [UInt8] { throw StoreError.closed }
}

/// A flag change that was made.
package struct FlagChange: Sendable {
    package let operation: FlagOperation
    package let flags: Flags
    package let keywords: [String]
    /// For `.replace`: the bits that are replaced; others stay (IMAP does not see them).
    package let mask: Flags
    package init(_ operation: FlagOperation, _ flags: Flags, keywords: [String] = [], mask: Flags = Flags(rawValue: .max)) {
        self.operation = operation; self.flags = flags; self.keywords = keywords; self.mask = mask
    }
}

extension WriteTransaction {
    /// Checks the quota, stores the content once, gives UID and modseq.
    package func append(_ item: NewItem, to folder: FolderID) throws -> ItemState { throw StoreError.closed }
    /// Changes flags of the items in the set; returns the new states of all of them. Items whose flags stay the same get no new modseq.
    package func setFlags(in folder: FolderID, _ set: UIDSet, _ change: FlagChange) throws -> [ItemState] { throw StoreError.closed }
    package func setFlags(_ item: ItemID, _ change: FlagChange) throws -> ItemState { throw StoreError.closed }
    /// New items with new ids, flags kept; ascending. Pairs of old and new UID.
    package func copy(from folder: FolderID, _ set: UIDSet, to target: FolderID) throws -> [(from: UID, to: ItemState)] { throw StoreError.closed }
    /// The same items with their ids in another folder, with new UIDs; a `gone` row each in the old one.
    package func move(from folder: FolderID, _ set: UIDSet, to target: FolderID) throws -> [(from: UID, to: ItemState)] { throw StoreError.closed }
    package func move(_ item: ItemID, to target: FolderID) throws -> ItemState { throw StoreError.closed }
    /// Removes the items in the set that have \Deleted (all of the set when `onlyDeleted` is false). Returns their UIDs, ascending.
    package func expunge(in folder: FolderID, _ set: UIDSet?, onlyDeleted: Bool = true) throws -> [UID] { throw StoreError.closed }
    package func remove(_ item: ItemID) throws { throw StoreError.closed }
    /// New content for an item that keeps its id (a draft, an event). IMAP sees another UID: the old one goes, a new one comes.
    package func replace(_ item: ItemID, with new: NewItem) throws -> ItemState { throw StoreError.closed }
}
