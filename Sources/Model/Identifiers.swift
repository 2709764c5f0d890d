/// Ids are given once and never again: they survive rename, move, backup and restore.
package protocol StoredID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible where RawValue == Int64 {
    init(rawValue: Int64)
}
extension StoredID {
    @inlinable package init(_ value: Int64) { self.init(rawValue: value) }
    @inlinable package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    package var description: String { String(rawValue) }
}

@frozen package struct AccountID: StoredID { package let rawValue: Int64; @inlinable package init(rawValue: Int64) { self.rawValue = rawValue } }
@frozen package struct FolderID: StoredID { package let rawValue: Int64; @inlinable package init(rawValue: Int64) { self.rawValue = rawValue } }
@frozen package struct ItemID: StoredID { package let rawValue: Int64; @inlinable package init(rawValue: Int64) { self.rawValue = rawValue } }
@frozen package struct ContentID: StoredID { package let rawValue: Int64; @inlinable package init(rawValue: Int64) { self.rawValue = rawValue } }
@frozen package struct ThreadID: StoredID { package let rawValue: Int64; @inlinable package init(rawValue: Int64) { self.rawValue = rawValue } }
@frozen package struct DeviceID: StoredID { package let rawValue: Int64; @inlinable package init(rawValue: Int64) { self.rawValue = rawValue } }

/// The account's counter: every change takes the next value. IMAP's MODSEQ and the position behind an ActiveSync SyncKey. (RFC 7162 §3.1)
@frozen package struct ModSeq: StoredID {
    package let rawValue: Int64
    @inlinable package init(rawValue: Int64) { self.rawValue = rawValue }
    package static let zero = ModSeq(0)
}

/// An item's number in its folder, ascending, never reused under one UIDVALIDITY. (RFC 3501 §2.3.1.1)
@frozen package struct UID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: UInt32
    @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }
    @inlinable package init(_ value: UInt32) { rawValue = value }
    @inlinable package static func < (a: UID, b: UID) -> Bool { a.rawValue < b.rawValue }
    package var description: String { String(rawValue) }
}

/// Milliseconds since 1970-01-01T00:00:00Z: the one form of a point in time between the rooms.
@frozen package struct Timestamp: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64
    @inlinable package init(rawValue: Int64) { self.rawValue = rawValue }
    @inlinable package init(milliseconds: Int64) { rawValue = milliseconds }
    @inlinable package init(seconds: Int64) { rawValue = seconds.multipliedReportingOverflow(by: 1000).partialValue }
    @inlinable package var seconds: Int64 { rawValue / 1000 - (rawValue % 1000 < 0 ? 1 : 0) }
    @inlinable package static func < (a: Timestamp, b: Timestamp) -> Bool { a.rawValue < b.rawValue }
}
