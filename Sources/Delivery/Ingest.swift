package import MailStore
package import Model

/// From octets to an item: the one place where mail gets its summary. Off the loop: parsing may take milliseconds.
package enum Ingest {
    package static func item(from message: Spool, date: Timestamp, flags: Flags = [], keywords: [String] = []) async throws -> NewItem { throw StoreError.closed }
    package static func item(from message: [UInt8], date: Timestamp, flags: Flags = [], keywords: [String] = []) async throws -> NewItem { throw StoreError.closed }
}
