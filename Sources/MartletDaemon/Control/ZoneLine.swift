// The lines that a domain's zone should have, each with its reason. Looks nothing up.
internal import Bytes
internal import Crypto
internal import DNSCodec
internal import Directory
internal import Model

struct ZoneLine: Equatable, Sendable {
    /// When a line that is there counts as right.
    enum Match: Equatable, Sendable {
        /// The same data.
        case same
        /// Any text that begins so, as long as there is one alone: its rest is the administrator's.
        case text(beginning: String)
    }
    let name: String
    let type: RecordType
    /// As a zone file has it; texts without their quotes.
    let value: String
    let reason: String
    var match = Match.same
    /// Good to have; mail works without.
    var isOptional = false

    /// "name. IN TYPE value", as zone files are written. (RFC 1035 §5.1)
    var text: String { "\(name). IN \(Self.word(type)) \(type == .txt ? Self.quoted(value) : value)" }
    static func word(_ type: RecordType) -> String { "\(type)".uppercased() }
    /// <character-string>s of at most 255 octets.
    private static func quoted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return stride(from: 0, to: max(1, bytes.count), by: 255).map { start in
            let part = String(decoding: bytes[start..<min(bytes.count, start + 255)], as: UTF8.self)
            return "\"" + part.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }.joined(separator: " ")
    }

    /// `host`: our name; `keyDigest`: of the certificate it shows, where there is one. `domain` and `host` are in A-label form.
    static func all(domain: String, host: String, keys: [Administration.PublishedKey], keyDigest: [UInt8]?) -> [ZoneLine] {
        var lines = [
            ZoneLine(name: domain, type: .mx, value: "10 \(host).", reason: "mail for \(domain) comes to this server (RFC 5321 §5.1)"),
            ZoneLine(
                name: domain, type: .txt, value: "v=spf1 mx -all", reason: "mail from \(domain) comes from its MX hosts and from nobody else (RFC 7208 §3)",
                match: .text(beginning: "v=spf1")),
        ]
        for key in keys {
            let kind = key.algorithm == "ed25519-sha256" ? "ed25519" : "rsa"
            let why = key.isActive ? "signs mail from \(domain)" : "signed mail that may still be under way; remove it after a week"
            lines.append(
                ZoneLine(
                    name: "\(key.selector)._domainkey.\(domain)", type: .txt, value: "v=DKIM1; k=\(kind); p=\(Base64.encodeText(key.publicOctets))",
                    reason: "the key \(key.selector) \(why) (RFC 6376 §3.6)", isOptional: !key.isActive))
        }
        lines.append(
            ZoneLine(
                name: "_dmarc.\(domain)", type: .txt, value: "v=DMARC1; p=quarantine; rua=mailto:postmaster@\(domain)",
                reason: "what others do with mail that only claims to be from \(domain), and where they report (RFC 9989 §4)",
                match: .text(beginning: "v=DMARC1")))
        return lines + transportSecurity(domain, host, keyDigest) + clients(domain, host)
    }
    private static func transportSecurity(_ domain: String, _ host: String, _ keyDigest: [UInt8]?) -> [ZoneLine] {
        let policy = "version: STSv1; mode: enforce; mx: \(host); max_age: 604800"
        let file = "https://mta-sts.\(domain)/.well-known/mta-sts.txt"
        let digest = Digest.sha256(Array(policy.utf8)).prefix(8)
        var lines = [
            ZoneLine(
                name: "_mta-sts.\(domain)", type: .txt, value: "v=STSv1; id=\(hex(digest))",
                reason: "others must use TLS towards us; only with \(file), which says, a line each: \(policy) (RFC 8461 §3)",
                match: .text(beginning: "v=STSv1"), isOptional: true),
            ZoneLine(
                name: "_smtp._tls.\(domain)", type: .txt, value: "v=TLSRPTv1; rua=mailto:postmaster@\(domain)",
                reason: "where others report trouble with our TLS (RFC 8460 §3)", match: .text(beginning: "v=TLSRPTv1"), isOptional: true),
        ]
        if let keyDigest {
            lines.append(
                ZoneLine(
                    name: "_25._tcp.\(host)", type: .tlsa, value: "3 1 1 \(hex(keyDigest))",
                    reason: "our certificate's key, for DANE; only where the zone of \(host) is signed, and to be changed before the key is (RFC 7672 §3.1)",
                    isOptional: true))
        }
        return lines
    }
    private static func clients(_ domain: String, _ host: String) -> [ZoneLine] {
        let found = "clients find this server by the address alone"
        func service(_ name: String, _ port: Int, _ reason: String) -> ZoneLine {
            ZoneLine(name: "\(name)._tcp.\(domain)", type: .srv, value: "0 1 \(port) \(host).", reason: reason, isOptional: true)
        }
        return [
            ZoneLine(
                name: "autodiscover.\(domain)", type: .cname, value: "\(host).", reason: "phones find this server; the certificate must have that name too",
                isOptional: true),
            service("_autodiscover", 443, "the same for phones that ask this way"), service("_submissions", 465, "\(found), to send (RFC 8314 §5.1)"),
            service("_imaps", 993, "\(found), to read (RFC 6186 §3.2)"),
        ]
    }
    static func hex(_ bytes: some Sequence<UInt8>) -> String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

    /// Data as `value` is written; nil for what has no such form.
    static func text(of data: RecordData) -> String? {
        switch data {
        case .a(let text), .aaaa(let text): text
        case .mx(let preference, let exchange): "\(preference) \(exchange)."
        case .txt(let bytes): String(decoding: bytes, as: UTF8.self)
        case .ptr(let name), .cname(let name), .ns(let name): "\(name)."
        case .srv(let priority, let weight, let port, let target): "\(priority) \(weight) \(port) \(target)."
        case .tlsa(let record): "\(record.usage) \(record.selector) \(record.matching) \(hex(record.data))"
        case .other: nil
        }
    }
    /// Whether what is published is right. An MX may have any preference, and others beside it.
    func isMet(by published: [String]) -> Bool {
        switch match {
        case .text(let beginning): published.count { $0.hasPrefix(beginning) } == 1
        case .same where type == .mx:
            published.contains { $0.split(separator: " ").last == value.split(separator: " ").last }
        case .same where type == .txt: published.contains { Self.withoutBlanks($0) == Self.withoutBlanks(value) }
        case .same: published.contains(value)
        }
    }
    private static func withoutBlanks(_ text: String) -> String { text.filter { $0 != " " } }
}
