import Model

/// A thread's id in the 16 octets of ConversationId, and back. (MS-ASCON §2.2.2.3)
enum ConversationID {
    private static let head = Array("Martlet".utf8) + [0]

    static func bytes(_ thread: ThreadID) -> [UInt8] {
        head + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: thread.rawValue >> Int64($0)) }
    }
    static func thread(_ bytes: [UInt8]) -> ThreadID? {
        guard bytes.count == 16, Array(bytes.prefix(8)) == head else { return nil }
        return ThreadID(bytes.dropFirst(8).reduce(Int64(0)) { $0 << 8 | Int64($1) })
    }
    /// The header of ConversationIndex: five bytes of the FILETIME (units of 100 ns since 1601) at which the message was sent. (MS-ASCON §2.2.2.4.1)
    static func index(_ time: Timestamp) -> [UInt8] {
        let units = UInt64(bitPattern: (time.rawValue &+ 11_644_473_600_000) &* 10_000)
        return stride(from: 48, through: 16, by: -8).map { UInt8(truncatingIfNeeded: units >> UInt64($0)) }
    }
}
