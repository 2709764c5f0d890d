package import Model

/// Types of resource records that mail asks for. (IANA DNS parameters; RFC 1035 §3.2.2)
package enum RecordType: UInt16, Hashable, Sendable {
    case a = 1, ns = 2, cname = 5, soa = 6, ptr = 12, mx = 15, txt = 16, aaaa = 28, srv = 33, ds = 43, dnskey = 48, tlsa = 52
}

/// The data of one record. Names are lower-case ASCII ("A-label" form) without the last dot; the root is "".
package enum RecordData: Hashable, Sendable {
    /// Text form: "192.0.2.1".
    case a(String)
    /// Text form of RFC 5952: "2001:db8::1".
    case aaaa(String)
    /// RFC 7505: a null MX is preference 0 and exchange "".
    case mx(preference: UInt16, exchange: String)
    /// The strings of one record put together without anything between. (RFC 7208 §3.3)
    case txt([UInt8])
    case ptr(String)
    case cname(String)
    case ns(String)
    /// RFC 2782
    case srv(priority: UInt16, weight: UInt16, port: UInt16, target: String)
    /// RFC 6698
    case tlsa(TLSARecord)
    /// Anything else, as it came.
    case other([UInt8])
}
