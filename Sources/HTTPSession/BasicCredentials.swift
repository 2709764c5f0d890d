import Bytes

/// What an Authorization header of the scheme Basic holds. Whether it is true, and what `DOMAIN\user` means, is the caller's matter. (RFC 7617 §2)
package struct BasicCredentials: Sendable, Hashable {
    package enum Limits {
        /// Bytes before decoding.
        package static let length = 2048
    }
    package let user: String
    package let password: String

    /// nil for another scheme, for what is no base64, and where the colon is missing or a control character is there.
    /// Text is UTF-8, as phones send it, else Latin-1, as Outlook does.
    package init?(authorization: String) {
        let bytes = Array(authorization.utf8)
        guard bytes.count <= Limits.length, let blank = bytes.firstIndex(of: ASCII.space),
            ASCII.lowercased(String(decoding: bytes[..<blank], as: UTF8.self)) == "basic"
        else { return nil }
        let text = bytes[blank...].drop { $0 == ASCII.space }
        guard !text.isEmpty, let pair = Base64.decode(text), !pair.contains(where: ASCII.isControl), let colon = pair.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        user = Self.text(pair[..<colon])
        password = Self.text(pair[(colon + 1)...])
    }
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }
}

/// Never printed with its password.
extension BasicCredentials: CustomStringConvertible {
    package var description: String { "Basic \(user)" }
}
