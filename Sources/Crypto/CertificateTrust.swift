// Whether certificates lead to an authority that this machine believes. Asks no other server: of revocation it knows nothing.
internal import COpenSSL

package enum CertificateTrust {
    package enum Limits {
        /// Octets of one certificate in DER.
        package static let octets = 16_384
    }
    /// What is wrong with a certificate, and where that was said. (RFC 5280 §6)
    package enum Verdict: Sendable, Hashable {
        case valid
        /// No certificate at all.
        case malformed
        case badSignature
        /// Its chain ends at nobody who is believed.
        case untrusted
        /// The chain is too long, or its parts do not fit.
        case badChain
        /// Not one that may sign mail.
        case wrongPurpose
        /// One above it may not be used for what it was used.
        case wrongPurposeInChain
        /// Not valid yet, or not any more.
        case expired
        case expiredInChain
        /// One that is no authority has signed another.
        case noAuthority
        /// An extension that is critical and unknown, a constraint that is broken.
        case incorrect
        /// The check itself failed.
        case failed
    }

    /// Verdicts in the order of `certificates`, all in DER; `chain` may lie between them and an authority. `now`: seconds since 1970.
    /// `authorities`: a file of PEM; nil: those of the system. Costs milliseconds: not for a loop.
    package static func check(_ certificates: [[UInt8]], chain: [[UInt8]], authorities: String? = nil, now: Int64) -> [Verdict] {
        guard let trust = unsafe martlet_trust_new(authorities) else { return certificates.map { _ in .failed } }
        defer { unsafe martlet_trust_free(trust) }
        for between in chain where between.count <= Limits.octets {
            _ = unsafe between.withUnsafeBufferPointer { unsafe martlet_trust_add(trust, $0.baseAddress, $0.count) }
        }
        return certificates.map { certificate in
            guard !certificate.isEmpty, certificate.count <= Limits.octets else { return .malformed }
            var depth: CInt = 0
            let code = unsafe certificate.withUnsafeBufferPointer { unsafe martlet_trust_check(trust, $0.baseAddress, $0.count, now, &depth) }
            return verdict(code, isLeaf: depth == 0)
        }
    }
    private static func verdict(_ code: CInt, isLeaf: Bool) -> Verdict {
        switch code {
        case X509_V_OK: .valid
        case CInt(MARTLET_TRUST_MALFORMED): .malformed
        case CInt(MARTLET_TRUST_FAILED): .failed
        case X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY,
            X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH:
            .badSignature
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED, X509_V_ERR_CERT_REJECTED:
            .untrusted
        case X509_V_ERR_CERT_CHAIN_TOO_LONG, X509_V_ERR_SUBJECT_ISSUER_MISMATCH, X509_V_ERR_AKID_SKID_MISMATCH, X509_V_ERR_PATH_LOOP: .badChain
        case X509_V_ERR_INVALID_PURPOSE: isLeaf ? .wrongPurpose : .wrongPurposeInChain
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID: isLeaf ? .expired : .expiredInChain
        case X509_V_ERR_INVALID_CA, X509_V_ERR_INVALID_NON_CA, X509_V_ERR_PATH_LENGTH_EXCEEDED, X509_V_ERR_KEYUSAGE_NO_CERTSIGN: .noAuthority
        default: .incorrect
        }
    }
}
