import Bytes

/// A message while it comes in: memory first, an unlinked file beyond that. Filled by one owner, then only read.
package final class Spool: @unchecked Sendable {
    package var count: Int { 0 }
    package func append(_ bytes: Span<UInt8>) throws(StoreError) { throw .closed }
    package func append(_ bytes: [UInt8]) throws(StoreError) { try append(bytes.span) }
    /// All bytes in one piece (the file part is mapped), valid during the call.
    package func withBytes<R>(_ body: (Span<UInt8>) throws -> R) throws -> R { throw StoreError.closed }
}
