import Crypto
import MIMECodec
import MailAuthentication
import MailStore
import Model
import Synchronization

/// Whose keys sign what, remembered for a while: a key is read from its PEM once, not for each message. From any thread. (RFC 6376 §5)
final class Signatures: Sendable {
    enum Limits {
        /// How long keys are remembered: a new one signs after that at the latest.
        static let remembered: Int64 = 60_000
        static let domains = 10_000
    }
    private struct State {
        var known: [String: (signers: [DKIMSigner], until: Int64)] = [:]
        /// There is no key at all, until then.
        var noneUntil: Int64 = 0
    }
    private let state = Mutex(State())
    private let store: MailStore
    init(_ store: MailStore) { self.store = store }

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
    /// Without any key in the store no header is read for its domain.
    func signers(of message: QueuedMessage, _ octets: [UInt8], now: Int64) async -> [DKIMSigner] {
        if state.withLock({ $0.noneUntil }) > now { return [] }
        guard let domain = Self.domain(of: message, octets) else { return [] }
        if let found = state.withLock({ $0.known[domain] }), found.until > now { return found.signers }
        let (rows, isNone) = (try? await store.read { (try $0.signingKeys(of: domain), try $0.hasNoSigningKeys()) }) ?? ([], false)
        let signers = rows.filter(\.isActive).compactMap { row in
            (try? PrivateKey(pem: row.privateKey)).map { DKIMSigner(domain: row.domain, selector: row.selector, key: $0) }
        }
        state.withLock { state in
            if isNone { state.noneUntil = now + Limits.remembered }
            if state.known.count >= Limits.domains { state.known = [:] }
            state.known[domain] = (signers, now + Limits.remembered)
        }
        return signers
    }
}
