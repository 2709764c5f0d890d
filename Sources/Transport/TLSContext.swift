import COpenSSL
import Model
import Synchronization

/// What one service shows and accepts: a context for each identity, the first of them for every name that none of them has. Immutable.
@safe final class TLSContext: @unchecked Sendable {
    /// The context streams begin with. It keeps the others.
    let pointer: OpaquePointer

    init(_ identities: [TLSIdentity], service: String, protocols: [String], keys: TicketKeys) throws(TLSIdentityError) {
        guard let first = identities.first else { throw .refused("no certificate for \(service)") }
        var list: [UInt8] = []
        for name in protocols {
            guard (1...255).contains(name.utf8.count) else { throw .refused("\"\(name)\" is no application protocol") }
            list.append(UInt8(name.utf8.count))
            list += Array(name.utf8)
        }
        func make(_ identity: TLSIdentity) throws(TLSIdentityError) -> OpaquePointer {
            guard let made = unsafe martlet_tls_context(identity.pointer, service, keys.bytes, list, list.count) else {
                throw .refused("OpenSSL does not take the certificate for \(identity.names.first ?? service)")
            }
            return unsafe made
        }
        let front = try unsafe make(first)
        unsafe pointer = front
        for name in first.names { _ = unsafe martlet_tls_add_name(front, name, front) }
        for identity in identities.dropFirst() {
            let other = try unsafe make(identity)
            for name in identity.names { _ = unsafe martlet_tls_add_name(front, name, other) }
            unsafe SSL_CTX_free(other)
        }
    }
    deinit { unsafe SSL_CTX_free(pointer) }
}

/// The secret under which a service's session tickets are written; another service's tickets are noise to it. (threat T23)
struct TicketKeys: Sendable {
    enum Limits {
        /// Who steals the keys reads what was said under TLS 1.2 resumption while they were in use. (RFC 5077 §5.5)
        static let age = Duration.seconds(86_400)
    }
    /// Name, authentication key, encryption key. (SSL_CTX_set_tlsext_ticket_keys(3))
    let bytes: [UInt8]
    let made = ContinuousClock.now

    init() throws(TLSIdentityError) {
        var random = [UInt8](repeating: 0, count: 80)
        guard unsafe RAND_bytes(&random, Int32(random.count)) == 1 else { throw .refused("no random bytes for ticket keys") }
        bytes = random
    }
    var isOld: Bool { made.duration(to: .now) > Limits.age }
}

/// The TLS of a service as it is now: certificates are exchanged under running connections, ticket keys when they are a day old.
final class TLSState: Sendable {
    private struct Current { var identities: [TLSIdentity]; var keys: TicketKeys; var context: TLSContext }
    private let current: Mutex<Current>
    private let service: String
    private let protocols: [String]

    init(_ identities: [TLSIdentity], service: String, protocols: [String]) throws(TLSIdentityError) {
        let keys = try TicketKeys()
        let context = try TLSContext(identities, service: service, protocols: protocols, keys: keys)
        current = Mutex(Current(identities: identities, keys: keys, context: context))
        self.service = service
        self.protocols = protocols
    }
    /// Connections that are there keep what they have; tickets stay good. Throws and changes nothing when a certificate cannot be used.
    func reload(_ identities: [TLSIdentity]) throws(TLSIdentityError) {
        let keys = current.withLock { $0.keys }
        let context = try TLSContext(identities, service: service, protocols: protocols, keys: keys)
        current.withLock { current in
            current.identities = identities
            current.context = context
        }
    }
    /// For a new handshake.
    var context: TLSContext {
        current.withLock { current in
            guard current.keys.isOld, let keys = try? TicketKeys(),
                let context = try? TLSContext(current.identities, service: service, protocols: protocols, keys: keys)
            else { return current.context }
            current.keys = keys
            current.context = context
            return context
        }
    }
}
