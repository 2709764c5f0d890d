/// One answer of the server: code, enhanced status, text. (RFC 5321 §4.2, RFC 2034)
package struct Reply: Equatable, Sendable {
    package let code: Int
    /// class.subject.detail of RFC 3463; nil where RFC 2034 §4 has none: greeting, EHLO and HELO, 334 and 354.
    package let status: String?
    /// One or more lines of text.
    package let lines: [String]

    package init(_ code: Int, _ status: String?, _ text: String) {
        self.code = code
        self.status = status
        lines = [text]
    }
    package init(_ code: Int, lines: [String]) {
        self.code = code
        status = nil
        self.lines = lines
    }
    /// 4yz or 5yz.
    package var isRefusal: Bool { code >= 400 }
}
