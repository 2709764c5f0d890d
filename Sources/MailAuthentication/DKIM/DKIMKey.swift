import Bytes
import Crypto

/// What a selector's record publishes. (RFC 6376 §3.6.1)
struct DKIMKey: Sendable {
    let key: PublicKey
    /// t=y: the domain is trying things out.
    let isTesting: Bool
    /// t=s: i= must have the very domain of d=.
    let isStrict: Bool

    /// The one that fits the signature; `records` are all that stand under the selector.
    static func find(_ records: [[UInt8]], for signature: DKIMSignature) throws(DKIMSignature.Problem) -> DKIMKey {
        var problem = DKIMSignature.Problem(result: .permerror, words: "no key")
        for record in records {
            do throws(DKIMSignature.Problem) { return try DKIMKey(record, signature) } catch { problem = error }
        }
        throw problem
    }

    private init(_ record: [UInt8], _ signature: DKIMSignature) throws(DKIMSignature.Problem) {
        func broken(_ words: String) -> DKIMSignature.Problem { DKIMSignature.Problem(result: .permerror, words: words) }
        guard record.count <= Limits.keyRecord, let tags = TagList(record) else { throw broken("the key's record cannot be read") }
        if let version = tags.text("v"), version != "DKIM1" || tags.tags.first?.name != "v" { throw broken("the key is of another version") }
        guard let octets = tags.compact("p") else { throw broken("the key's record has no p=") }
        guard !octets.isEmpty else { throw broken("the key was revoked") }
        let kind = ASCII.lowercased(tags.text("k") ?? "rsa")
        guard kind == (signature.algorithm == .rsaSHA256 ? "rsa" : "ed25519") else { throw broken("the key is of another kind") }
        if let hashes = tags.list("h"), !hashes.contains(where: { ASCII.lowercased($0) == "sha256" }) { throw broken("the key is not for SHA-256") }
        if let services = tags.list("s"), !services.contains("*"), !services.contains("email") { throw broken("the key is not for mail") }
        guard let decoded = Base64.decode(octets) else { throw broken("p= is not base 64") }
        do throws(KeyError) {
            key = try PublicKey(signature.algorithm, decoded)
        } catch {
            if case .size(let bits) = error { throw DKIMSignature.Problem(result: .policy, words: "a key of \(bits) bits") }
            throw broken("the key cannot be read")
        }
        let flags = tags.list("t") ?? []
        isTesting = flags.contains("y")
        isStrict = flags.contains("s")
    }
}
