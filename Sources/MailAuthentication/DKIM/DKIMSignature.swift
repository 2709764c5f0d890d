import Bytes
import Crypto
import MIMECodec

/// What one DKIM-Signature field says. (RFC 6376 §3.5)
struct DKIMSignature: Sendable {
    /// Why a field says nothing that could be checked.
    struct Problem: Error, Equatable { let result: CheckResult; let words: String }

    var algorithm = SignatureAlgorithm.rsaSHA256
    var headerForm = Canonicalization.simple
    var bodyForm = Canonicalization.simple
    /// d= and s= in lower case, i= as it stands ("@d" where it is absent).
    var domain = "", selector = "", identity = ""
    var bodyHash: [UInt8] = [], signature: [UInt8] = []
    /// h= in lower case, in order.
    var signedNames: [[UInt8]] = []
    /// The value of b= (place in the field's value), which the signature leaves out of itself.
    var signaturePlace = 0..<0

    /// What can be said of it in a result, even where it is broken.
    static func labels(_ tags: TagList?) -> (domain: String, selector: String, identity: String, algorithm: String, signature: String) {
        func text(_ name: String) -> String { String((tags?.text(name) ?? "").prefix(Limits.domainName + 65)) }
        let signature = String(decoding: tags?.compact("b")?.prefix(8) ?? [], as: UTF8.self)
        return (DomainSyntax.normalised(text("d")), text("s"), text("i"), ASCII.lowercased(text("a")), signature)
    }

    /// `now`: seconds since 1970.
    init(_ tags: TagList, now: Int64) throws(Problem) {
        func broken(_ words: String) -> Problem { Problem(result: .neutral, words: words) }
        guard tags.text("v") == "1" else { throw broken("no version 1") }
        try readAlgorithm(tags)
        guard let domain = tags.text("d").map(DomainSyntax.normalised), DomainSyntax.isName(domain) else { throw broken("d= is no domain") }
        guard let selector = tags.text("s").map(DomainSyntax.normalised), DomainSyntax.isName(selector) else { throw broken("s= is no selector") }
        self.domain = ASCII.lowercased(domain)
        self.selector = ASCII.lowercased(selector)
        identity = tags.text("i") ?? "@\(self.domain)"
        guard let at = identity.lastIndex(of: "@") else { throw broken("i= has no @") }
        let identityDomain = DomainSyntax.normalised(String(identity[identity.index(after: at)...]))
        guard DomainSyntax.isWithin(identityDomain, self.domain) else { throw broken("i= is not of d=") }
        guard let bodyHash = tags.compact("bh").flatMap({ Base64.decode($0) }), bodyHash.count == 32 else { throw broken("bh= is no SHA-256 hash") }
        guard let place = tags.tags.first(where: { $0.name == "b" })?.place, let signature = tags.compact("b").flatMap({ Base64.decode($0) }),
            !signature.isEmpty
        else { throw broken("b= is no signature") }
        (self.bodyHash, self.signature, signaturePlace) = (bodyHash, signature, place)
        guard let names = tags.list("h"), names.count <= Limits.signedNames, names.allSatisfy({ !$0.isEmpty }) else { throw broken("h= is no list of fields") }
        signedNames = names.map { Array(ASCII.lowercased($0).utf8) }
        // RFC 6376 §5.4: a signature that leaves out who wrote the mail is about nobody's mail.
        guard signedNames.contains(Array("from".utf8)) else { throw Problem(result: .permerror, words: "From is not signed") }
        if let methods = tags.list("q"), !methods.contains("dns/txt") { throw broken("q= has no dns/txt") }
        try readTimes(tags, now)
        // Whoever appended to the body wrote what the reader sees. (RFC 6376 §8.2; threat T45)
        if tags["l"] != nil { throw Problem(result: .policy, words: "l= leaves a part of the body unsigned") }
    }

    private mutating func readAlgorithm(_ tags: TagList) throws(Problem) {
        let name = ASCII.lowercased(tags.text("a") ?? "")
        // RFC 8301 §3.1: rsa-sha1 proves nothing any more.
        if name == "rsa-sha1" { throw Problem(result: .policy, words: "rsa-sha1") }
        guard let algorithm = SignatureAlgorithm(rawValue: name) else { throw Problem(result: .neutral, words: "unknown algorithm") }
        self.algorithm = algorithm
        let forms = (tags.text("c") ?? "simple/simple").split(separator: "/", omittingEmptySubsequences: false).map { ASCII.lowercased(String($0)) }
        guard (1...2).contains(forms.count), let header = Canonicalization(rawValue: forms[0]),
            let body = Canonicalization(rawValue: forms.count == 2 ? forms[1] : "simple")
        else { throw Problem(result: .neutral, words: "unknown canonicalisation") }
        (headerForm, bodyForm) = (header, body)
    }
    private func readTimes(_ tags: TagList, _ now: Int64) throws(Problem) {
        func time(_ name: String) throws(Problem) -> Int64? {
            guard let value = tags[name] else { return nil }
            guard (1...12).contains(value.count), value.allSatisfy(ASCII.isDigit), let time = Int64(String(decoding: value, as: UTF8.self)) else {
                throw Problem(result: .neutral, words: "\(name)= is no time")
            }
            return time
        }
        let made = try time("t"), expires = try time("x")
        if let made, let expires, expires <= made { throw Problem(result: .neutral, words: "x= is before t=") }
        if let made, made > now + Limits.clockSkew { throw Problem(result: .policy, words: "signed in the future") }
        if let expires, expires < now { throw Problem(result: .fail, words: "signature expired") }
    }
}
