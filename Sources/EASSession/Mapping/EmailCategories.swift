import Bytes
import Groupware
import MailStore
import Model

/// Categories of a mail, which are keywords of IMAP: what one side sets the other sees. A name that is no atom has a keyword made of it and is kept
/// beside it as it was written. Keywords that programs use among themselves are no categories. (MS-ASEMAIL §2.2.2.16, RFC 3501 §9)
enum EmailCategories {
    enum Limits {
        /// Keywords of one item, which is what the store takes.
        static let keywords = 128
        /// Octets of a keyword; a longer one is cut, and a hash of the whole put to it.
        static let length = 255
    }
    /// `$Label1`, `$MDNSent` and others with a dollar, and what filters write. (IANA, IMAP and JMAP Keywords)
    private static let hidden: Set<String> = ["junk", "nonjunk", "notjunk", "old", "recent"]
    private static func isHidden(_ keyword: String) -> Bool { keyword.first == "$" || hidden.contains(ASCII.lowercased(keyword)) }

    /// Those that are kept and whose keyword is still there, as they were written; then what only IMAP has set.
    static func names(_ keywords: [String], _ properties: ItemProperties) -> [String] {
        var left: [String: String] = [:]
        for keyword in keywords where !isHidden(keyword) { left[ASCII.lowercased(keyword)] = keyword }
        var names: [String] = []
        for name in properties.categories where left.removeValue(forKey: key(name)) != nil { names.append(name) }
        for keyword in keywords { if let found = left.removeValue(forKey: ASCII.lowercased(keyword)) { names.append(name(found)) } }
        return names
    }
    /// Makes these the categories: the keywords that go and come. nil where an item cannot have so many.
    static func set(_ names: [String], of item: ItemRow, _ properties: inout ItemProperties) -> (gone: [String], new: [String])? {
        let wanted = Set(names.map(key)), known = item.state.keywords.filter { !isHidden($0) }, there = Set(known.map(ASCII.lowercased))
        guard item.state.keywords.count - known.count + wanted.count <= Limits.keywords else { return nil }
        properties.categories = names
        return (known.filter { !wanted.contains(ASCII.lowercased($0)) }, names.filter { !there.contains(key($0)) }.map(keyword))
    }
    private static func key(_ name: String) -> String { ASCII.lowercased(keyword(name)) }

    /// Atoms stay; a space becomes `_`, every other octet `=` and two digits, as in encoded words. (RFC 2047 §4.2)
    static func keyword(_ name: String) -> String {
        var out: [UInt8] = []
        for (index, byte) in name.utf8.enumerated() {
            // A dollar in front would hide it.
            if isPlain(byte), !(index == 0 && byte == UInt8(ascii: "$")) {
                out.append(byte)
            } else if byte == 32 {
                out.append(UInt8(ascii: "_"))
            } else {
                out.append(UInt8(ascii: "="))
                out += Hex.encode([byte]).utf8.map(ASCII.upper)
            }
        }
        if out.count > Limits.length {
            let hash = CommandOutcome.hash(name.utf8)
            out = out.prefix(Limits.length - 17) + [UInt8(ascii: "~")] + Hex.encode((0..<8).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8)) }).utf8
        }
        return String(decoding: out, as: UTF8.self)
    }
    /// atom-char without what is written otherwise.
    private static func isPlain(_ byte: UInt8) -> Bool { byte > 32 && byte < 127 && !"(){%*\"\\]=_".utf8.contains(byte) }
    /// The name of a keyword; one that is not made of a name is its own name.
    static func name(_ keyword: String) -> String {
        var out: [UInt8] = [], bytes = Array(keyword.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "="), let octet = Hex.decode(bytes.prefix(2)), octet.count == 1 {
                out += octet
                bytes = bytes.dropFirst(2)
            } else {
                out.append(byte == UInt8(ascii: "_") ? 32 : byte)
            }
        }
        guard let name = String(validating: out, as: UTF8.self), self.keyword(name) == keyword else { return keyword }
        return name
    }
}
