/// Why a request is refused before anybody has looked at what it wants. After each of them the connection ends: what follows cannot be trusted
/// to begin where we think it does. (RFC 9112 §11.2)
package struct HTTPSyntaxError: Error, Equatable {
    package let status: Int
    /// For the log, never for the client.
    package let reason: String
    init(_ status: Int, _ reason: String) { self.status = status; self.reason = reason }

    static func bad(_ reason: String) -> HTTPSyntaxError { HTTPSyntaxError(400, reason) }
    static let requestLineTooLong = HTTPSyntaxError(414, "request line too long")
    static let headersTooLarge = HTTPSyntaxError(431, "header section too large")
    static let bodyTooLarge = HTTPSyntaxError(413, "body too large")
    static let expectation = HTTPSyntaxError(417, "unknown expectation")
    static let transferCoding = HTTPSyntaxError(501, "unknown transfer coding")
    static let version = HTTPSyntaxError(505, "unknown version")
}

/// Bounds of what is read before a handler is asked. (threat T17)
package enum HTTPCodecLimits {
    /// Bytes without CRLF; RFC 9112 §3 asks for 8000 at least.
    package static let requestLine = 8192
    /// Bytes of all field lines together.
    package static let headers = 32_768
    package static let fields = 100
    package static let method = 32
    /// Empty lines before a request line. (RFC 9112 §2.2)
    package static let emptyLines = 4
    /// Bytes of one chunk-size line with its extension, and of all extensions of a body.
    package static let chunkLine = 256
    package static let chunkExtensions = 4096
    /// Bytes of the trailer section.
    package static let trailers = 8192
}
