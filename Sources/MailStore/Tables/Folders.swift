package import Model

extension ReadTransaction {
    /// All folders of an account, any order.
    package func folders(of account: AccountID) throws -> [FolderRow] { throw StoreError.closed }
    package func folder(_ id: FolderID) throws -> FolderRow? { throw StoreError.closed }
    package func folder(of account: AccountID, role: FolderRole) throws -> FolderRow? { throw StoreError.closed }
    /// Folders removed after a position, for FolderSync; nil when the position is below what is remembered.
    package func goneFolders(of account: AccountID, after position: ModSeq) throws -> [FolderID]? { throw StoreError.closed }
    /// Names subscribed to that have no folder (RFC 3501 §6.3.6 lets a subscription outlive its mailbox). Full paths.
    package func danglingSubscriptions(of account: AccountID) throws -> [String] { throw StoreError.closed }
}

extension WriteTransaction {
    /// `.exists` when the parent already has that name.
    package func addFolder(account: AccountID, parent: FolderID?, name: String, itemClass: ItemClass, role: FolderRole?, isSubscribed: Bool) throws -> FolderRow {
        throw StoreError.closed
    }
    package func setFolder(_ id: FolderID, parent: FolderID?, name: String) throws { throw StoreError.closed }
    package func setFolder(_ id: FolderID, role: FolderRole?) throws { throw StoreError.closed }
    package func setFolder(_ id: FolderID, isSubscribed: Bool) throws { throw StoreError.closed }
    /// With its items; its children must be gone or moved first (`.exists`).
    package func removeFolder(_ id: FolderID) throws { throw StoreError.closed }
    package func setDanglingSubscription(of account: AccountID, path: String, isSubscribed: Bool) throws { throw StoreError.closed }
}
