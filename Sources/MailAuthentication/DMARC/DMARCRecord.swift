import Bytes

/// What a domain's owner asks of those who find mail that is not the domain's. (RFC 9989 §4.7)
package enum DMARCPolicy: String, Sendable, Hashable, Comparable {
    case none, quarantine, reject
    private var rank: Int { self == .none ? 0 : self == .quarantine ? 1 : 2 }
    package static func < (a: DMARCPolicy, b: DMARCPolicy) -> Bool { a.rank < b.rank }
}

/// One DMARC record. (RFC 9989 §4.7, §4.8)
struct DMARCRecord: Sendable, Hashable {
    /// psd=: a domain under which others are registered, the top of an organisation, or not said.
    enum Suffix: String, Sendable, Hashable { case isSuffix = "y", isOrganisation = "n", unknown = "u" }

    /// p=, sp=, np=; a p= that is missing or unknown is "none".
    var policy = DMARCPolicy.none
    var subdomains: DMARCPolicy?
    var nonexistent: DMARCPolicy?
    var isDKIMStrict = false, isSPFStrict = false
    var suffix = Suffix.unknown
    /// t=y: the owner is only looking.
    var isTesting = false

    /// nil where it is no DMARC record: "v=DMARC1" must come first; its value is exactly so. Mistakes behind it only lose their own tag.
    init?(_ text: [UInt8]) {
        guard text.count <= Limits.dmarcRecord, let tags = TagList(text, isLenient: true), let first = tags.tags.first, first.name == "v",
            String(decoding: first.value, as: UTF8.self) == "DMARC1", Self.startsWithVersion(text)
        else { return nil }
        func word(_ name: String) -> String { ASCII.lowercased(tags.text(name) ?? "") }
        policy = DMARCPolicy(rawValue: word("p")) ?? .none
        subdomains = DMARCPolicy(rawValue: word("sp"))
        nonexistent = DMARCPolicy(rawValue: word("np"))
        isDKIMStrict = word("adkim") == "s"
        isSPFStrict = word("aspf") == "s"
        suffix = Suffix(rawValue: word("psd")) ?? .unknown
        isTesting = word("t") == "y"
    }
    /// Lenient reading would pass over broken parts before it.
    private static func startsWithVersion(_ text: [UInt8]) -> Bool {
        guard let letter = text.first(where: { !TagList.isSpace($0) }) else { return false }
        return letter | 0x20 == UInt8(ascii: "v")
    }
}
