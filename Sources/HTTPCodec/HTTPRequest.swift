/// A whole request, body and all. (RFC 9112 §2)
package struct HTTPRequest: Sendable {
    package let head: HTTPRequestHead
    /// After removal of the chunked coding.
    package let body: [UInt8]
    package init(head: HTTPRequestHead, body: [UInt8]) { self.head = head; self.body = body }

    package var method: String { head.method }
    package var path: String { head.path }
    package var query: String? { head.query }
    package var headers: HTTPHeaders { head.headers }
}

/// The request line and the header section of a request, proven to be well formed.
package struct HTTPRequestHead: Sendable, Hashable {
    /// How the end of the body is found.
    package enum Framing: Sendable, Hashable { case none, length(Int), chunked }

    /// Case matters. (RFC 9110 §9.1)
    package let method: String
    /// Percent-decoded once, as it came else: `..`, `//` and a trailing `/` are left in, and so match no route. Always begins with "/", or is "*".
    package let path: String
    /// After the first `?`, not decoded; nil without a `?`.
    package let query: String?
    /// HTTP/1.1 or, when false, HTTP/1.0.
    package let isHTTP11: Bool
    package let headers: HTTPHeaders
    package let framing: Framing
    /// The client wants the connection to stay. (RFC 9112 §9.3)
    package let keepsAlive: Bool
    /// The client waits for `100 Continue` before it sends the body. (RFC 9110 §10.1.1)
    package let expectsContinue: Bool
}
