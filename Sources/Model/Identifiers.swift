/// Ids are given once and never again: they survive rename, move, backup and restore.
public protocol StoredID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible where RawValue == Int64 {
    init(rawValue: Int64)
}
extension StoredID {
    @inlinable public init(_ value: Int64) { self.init(rawValue: value) }
    @inlinable public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    public var description: String { String(rawValue) }
}

@frozen public struct AccountID: StoredID { public let rawValue: Int64; @inlinable public init(rawValue: Int64) { self.rawValue = rawValue } }
@frozen public struct FolderID: StoredID { public let rawValue: Int64; @inlinable public init(rawValue: Int64) { self.rawValue = rawValue } }
@frozen public struct ItemID: StoredID { public let rawValue: Int64; @inlinable public init(rawValue: Int64) { self.rawValue = rawValue } }
@frozen public struct ContentID: StoredID { public let rawValue: Int64; @inlinable public init(rawValue: Int64) { self.rawValue = rawValue } }
@frozen public struct ThreadID: StoredID { public let rawValue: Int64; @inlinable public init(rawValue: Int64) { self.rawValue = rawValue } }
@frozen public struct DeviceID: StoredID { public let rawValue: Int64; @inlinable public init(rawValue: Int64) { self.rawValue = rawValue } }

/// The account's counter: every change takes the next value. IMAP's MODSEQ and the position behind an ActiveSync SyncKey. (RFC 7162 §3.1)
@frozen public struct ModSeq: StoredID {
    public let rawValue: Int64
    @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
    public static let zero = ModSeq(0)
}

/// An item's number in its folder, ascending, never reused under one UIDVALIDITY. (RFC 3501 §2.3.1.1)
@frozen public struct UID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: UInt32
    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
    @inlinable public init(_ value: UInt32) { rawValue = value }
    @inlinable public static func < (a: UID, b: UID) -> Bool { a.rawValue < b.rawValue }
    public var description: String { String(rawValue) }
}

/// Milliseconds since 1970-01-01T00:00:00Z: the one form of a point in time between the rooms.
@frozen public struct Timestamp: RawRepresentable, Hashable, Comparable, Sendable {
    public let rawValue: Int64
    @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
    @inlinable public init(milliseconds: Int64) { rawValue = milliseconds }
    @inlinable public init(seconds: Int64) { rawValue = seconds.multipliedReportingOverflow(by: 1000).partialValue }
    @inlinable public var seconds: Int64 { rawValue / 1000 - (rawValue % 1000 < 0 ? 1 : 0) }
    @inlinable public static func < (a: Timestamp, b: Timestamp) -> Bool { a.rawValue < b.rawValue }
}
