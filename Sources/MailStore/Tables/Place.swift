import Model

/// Where an item is, as one number: folder * 2^32 + uid.
struct Place: Equatable {
    let rawValue: Int64
    init(_ rawValue: Int64) { self.rawValue = rawValue }
    /// A number that no folder has (a client made it up) is nowhere, and never the place of another folder.
    init(_ folder: FolderID, _ uid: UInt32) {
        rawValue = folder.rawValue > 0 && folder.rawValue <= Limits.folders ? folder.rawValue << 32 | Int64(uid) : -1
    }
    var folder: FolderID { FolderID(rawValue >> 32) }
    var uid: UID { UID(UInt32(truncatingIfNeeded: rawValue)) }
}
extension Place: Bindable {
    func bind(to statement: Statement, at index: Int32) { statement.bind(index, rawValue) }
}
