import Crypto
import MIMECodec
import MailAuthentication
import MailStore
import Model

/// Whose keys sign what, remembered for a while: a key is read from its PEM once, not for each message. (RFC 6376 §5)
struct Signatures {
    enum Limits {
        /// How long keys are remembered: a new one signs after that at the latest.
        static let remembered: Int64 = 60_000
        static let domains = 10_000
    }
    private var known: [String: (signers: [DKIMSigner], until: Int64)] = [:]

    /// A user's mail is signed for the domain of its From, which the door has judged; forwarded mail, whose From anybody may have written,
    /// for the domain under whose address it leaves.
    static func domain(of message: QueuedMessage, _ octets: [UInt8]) -> String? {
        let sender = MailAddress(message.sender)?.domain
        guard message.account != nil else { return sender }
        let header = Array(octets.prefix(HeaderReader.end(of: octets.span)))
        let boxes = MessageSummary(parsing: header.span).envelope.from
        for case .mailbox(let box) in boxes { return String(decoding: box.domain, as: UTF8.self).lowercased() }
        return sender
    }
    mutating func signers(of domain: String, in store: MailStore, now: Int64) async -> [DKIMSigner] {
        if let found = known[domain], found.until > now { return found.signers }
        let rows = (try? await store.read { try $0.signingKeys(of: domain) }) ?? []
        let signers = rows.filter(\.isActive).compactMap { row in
            (try? PrivateKey(pem: row.privateKey)).map { DKIMSigner(domain: row.domain, selector: row.selector, key: $0) }
        }
        if known.count >= Limits.domains { known = [:] }
        known[domain] = (signers, now + Limits.remembered)
        return signers
    }
}
