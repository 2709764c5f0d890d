/// What was found under a name, aliases followed.
package struct DNSAnswer: Sendable, Equatable {
    /// The records of the type that was asked for; empty when there is none (a void look-up, RFC 7208 §4.6.4).
    package var records: [RecordData]
    /// The name the records are under, after CNAMEs.
    package var name: String
    /// The name itself does not exist (NXDOMAIN); `records` is empty then.
    package var isNoSuchName: Bool
    /// The AD bit, and only from a resolver on loopback: what DANE may trust. (RFC 6698 §A.3; threat T44)
    package var isAuthentic: Bool
    /// Seconds that the answer may be remembered.
    package var lifetime: Int
    package init(records: [RecordData] = [], name: String, isNoSuchName: Bool = false, isAuthentic: Bool = false, lifetime: Int = 0) {
        self.records = records; self.name = name; self.isNoSuchName = isNoSuchName; self.isAuthentic = isAuthentic; self.lifetime = lifetime
    }
}

/// No answer that could be believed. Everybody treats it as "try again later". (RFC 7208 §2.6.6)
package enum LookUpFailure: Error, Hashable, Sendable {
    /// No resolver answered within the time, or none could be reached.
    case timeout
    /// SERVFAIL, REFUSED and their like.
    case server(code: UInt8)
    /// The answer is malformed, too long a chain of aliases, or about something else.
    case malformed
    /// The name cannot be asked for: too long, an empty label.
    case badName
}

/// Looks names up. Transport has the real one; it remembers answers for as long as they say.
package protocol NameResolver: Sendable {
    /// Aliases are followed. `name`: A-labels, with or without the last dot.
    func query(_ name: String, _ type: RecordType) async throws(LookUpFailure) -> DNSAnswer
}
