import Bytes

/// What a client asks of Autodiscover: for which address, and in which form the answer. (MS-ASCMD §2.2.1.1; MS-OXDSCLI §2.2.3)
package struct AutodiscoverRequest: Sendable, Equatable {
    package enum Limits {
        /// Octets of a request.
        package static let body = 65_536
        /// Characters of an address. (RFC 5321 §4.5.3.1)
        package static let address = 320
    }
    package enum Schema: Sendable, Equatable { case mobileSync, outlook }
    package enum Failure: Error, Equatable {
        /// There is a DOCTYPE: not read any further. (threat T15)
        case doctype
        /// Not well formed, or not this command's document.
        case malformed
        /// An answer in a form that nobody here knows.
        case unknownSchema
    }
    package let address: String
    package let schema: Schema

    /// Namespaces are not asked for: clients leave them out. Without a schema the phone's is meant.
    package init(_ octets: [UInt8]) throws(Failure) {
        guard octets.count <= Limits.body else { throw .malformed }
        if Self.hasDoctype(octets) { throw .doctype }
        guard let document = XMLElements(octets), document.list.first?.name == "Autodiscover" else { throw .malformed }
        // One, no more. (MS-ASCMD §2.2.3.150.1)
        guard document.list.filter({ $0.depth == 1 && $0.name == "Request" }).count == 1 else { throw .malformed }
        func texts(_ name: String) -> [String] { document.list.filter { $0.depth == 2 && $0.name == name }.map(\.text) }
        guard let address = texts("EMailAddress").first, !address.isEmpty, address.utf8.count <= Limits.address else { throw .malformed }
        self.address = address
        switch texts("AcceptableResponseSchema").first {
        case nil, "", "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006": schema = .mobileSync
        case "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a": schema = .outlook
        default: throw .unknownSchema
        }
    }
    /// In any letters, and in the two octets for each that UTF-16 has: before a parser sees them.
    private static func hasDoctype(_ octets: [UInt8]) -> Bool {
        let wanted = Array("<!doctype".utf8)
        let letters = octets.filter { $0 != 0 }
        guard letters.count >= wanted.count else { return false }
        for start in 0...(letters.count - wanted.count) where letters[start] == wanted[0] {
            if ASCII.equalIgnoringCase(Array(letters[start..<(start + wanted.count)]), wanted) { return true }
        }
        return false
    }
}
