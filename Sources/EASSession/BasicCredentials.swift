import Bytes

/// Name and password of an Authorization field; nothing about whether they are right. (RFC 7617 §2)
struct BasicCredentials: Equatable {
    enum Limits {
        /// Characters of a field that is looked at.
        static let field = 2048
    }
    let name: String
    let password: String

    /// nil for anything but Basic with base64 and a colon. Phones send UTF-8, Outlook ISO 8859-1; `DOMAIN\user` means user.
    init?(_ field: String?) {
        guard let field, field.utf8.count <= Limits.field else { return nil }
        let words = field.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2, ASCII.lowercased(String(words[0])) == "basic", let bytes = Base64.decode(String(words[1])) else { return nil }
        let text = String(validating: bytes, as: UTF8.self) ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let name = text[..<colon]
        self.name = String(name.lastIndex(of: "\\").map { name[name.index(after: $0)...] } ?? name)
        password = String(text[text.index(after: colon)...])
        guard !self.name.isEmpty else { return nil }
    }
}
