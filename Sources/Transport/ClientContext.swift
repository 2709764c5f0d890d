import COpenSSL
import SessionKit
import Synchronization

/// Why TLS as a client cannot begin, in words for people.
struct TLSStreamFailure: Error { let words: String }

/// The TLS of connections that we open: one context for those that trust nobody or DANE, one that knows the authorities. Made when first needed.
@safe final class ClientContext: Sendable {
    /// OpenSSL counts references to a context under locks; nothing changes it once it is here.
    @safe private struct Pair: @unchecked Sendable { var open: OpaquePointer?; var trusting: OpaquePointer? }
    private let made = Mutex(Pair())
    private let authorities: String?

    /// `authorities`: a PEM file in place of the system's.
    init(authorities: String?) { self.authorities = authorities }
    deinit {
        made.withLock { pair in
            unsafe SSL_CTX_free(pair.open)
            unsafe SSL_CTX_free(pair.trusting)
        }
    }
    func pointer(for verification: ClientTLS.Verification) throws(TLSStreamFailure) -> OpaquePointer {
        let trusts = if case .names = verification { true } else { false }
        let file = authorities
        let address = made.withLock { pair -> UInt in
            if let known = unsafe trusts ? pair.trusting : pair.open { return UInt(bitPattern: known) }
            let new = unsafe martlet_tls_client_context(trusts ? 1 : 0, file)
            if trusts { unsafe pair.trusting = new } else { unsafe pair.open = new }
            return UInt(bitPattern: new)
        }
        guard let pointer = unsafe OpaquePointer(bitPattern: address) else {
            throw TLSStreamFailure(words: trusts ? "the certificate authorities cannot be read (\(file ?? "those of the system"))" : "OpenSSL has no memory")
        }
        return unsafe pointer
    }
}
