/// Why a command cannot be understood: the words after BAD. (RFC 3501 §7.1.3)
package struct SyntaxError: Error, Equatable {
    package let reason: String
    package init(_ reason: String) { self.reason = reason }
}
