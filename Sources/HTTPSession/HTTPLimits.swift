/// What a client may cost. Those of the head and the chunked coding are the codec's. (threats T13, T17)
package enum HTTPLimits {
    /// Bytes of a request body that are read before the handler has vouched for the request; its limit where it names no other.
    package static let unproven = 65_536
    /// Bytes of longer bodies that the whole process holds at a time; above it 503.
    package static let held = 268_435_456
    /// A head must be there this long after its first byte, or after the connection was opened.
    package static let head = Duration.seconds(20)
    /// Between two requests of one connection. Phones come back within a minute or so.
    package static let idle = Duration.seconds(90)
    /// A body may take this long, and besides one second for each `bodyRate` bytes.
    package static let bodyGrace = Duration.seconds(30)
    package static let bodyRate = 1024
    /// A body of a refused request up to so many bytes is thrown away, to keep the connection.
    package static let discarded = 1_048_576
    /// Bytes of an answer that are put into the outbox at once.
    package static let piece = 65_536
}
