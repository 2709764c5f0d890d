package import Model

extension ReadTransaction {
    package func devices(of account: AccountID?) throws -> [DeviceRow] { throw StoreError.closed }
    package func device(of account: AccountID, identifier: String) throws -> DeviceRow? { throw StoreError.closed }
    package func syncState(device: DeviceID, folder: FolderID?) throws -> SyncStateRow? { throw StoreError.closed }
}

extension WriteTransaction {
    /// Adds the device or updates the row of the same account and identifier; returns it with its id.
    package func put(_ device: DeviceRow) throws -> DeviceRow { throw StoreError.closed }
    package func remove(_ device: DeviceID) throws { throw StoreError.closed }
    package func put(_ state: SyncStateRow) throws { throw StoreError.closed }
    /// nil folder: the folder list and all folders of the device.
    package func removeSyncState(device: DeviceID, folder: FolderID?) throws { throw StoreError.closed }
}
