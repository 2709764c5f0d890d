// Signatures of SHA-256 digests with RSA and Ed25519, and the forms their keys travel in. Decides nobody's trust: DKIM does.
internal import COpenSSL

/// How a digest is signed. (RFC 8301 §3.1, RFC 8463 §3)
package enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// RSASSA-PKCS1-v1_5 over a SHA-256 digest. (RFC 8017 §8.2)
    case rsaSHA256 = "rsa-sha256"
    /// PureEdDSA with the SHA-256 digest as its message. (RFC 8032 §5.1.6, RFC 8463 §3)
    case ed25519SHA256 = "ed25519-sha256"
}

package enum KeyError: Error, Hashable, Sendable {
    /// The octets are no key of this kind.
    case malformed
    /// RSA below 1024 bits (RFC 8301 §3.2), above 4096, or an exponent that only costs time.
    case size(bits: Int)
    case failed
}

/// Holds a key of OpenSSL's; such a key is never changed after it was made, and may be used from every thread.
@safe private final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    init?(_ pointer: OpaquePointer?) {
        guard let pointer = unsafe pointer else { ERR_clear_error(); return nil }
        unsafe self.pointer = pointer
    }
    deinit { unsafe EVP_PKEY_free(pointer) }

    /// nil where it is neither of the two kinds.
    var algorithm: SignatureAlgorithm? {
        switch unsafe EVP_PKEY_get_id(pointer) {
        case EVP_PKEY_RSA: .rsaSHA256
        case EVP_PKEY_ED25519: .ed25519SHA256
        default: nil
        }
    }
    var bits: Int { unsafe Int(EVP_PKEY_get_bits(pointer)) }

    /// SubjectPublicKeyInfo in DER. (RFC 5280 §4.1)
    var publicDER: [UInt8] {
        let length = unsafe i2d_PUBKEY(pointer, nil)
        guard length > 0 else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            var place = buffer.baseAddress
            count = unsafe Int(max(0, i2d_PUBKEY(pointer, &place)))
        }
    }
    var rawPublic: [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            count = 32
            if unsafe EVP_PKEY_get_raw_public_key(pointer, buffer.baseAddress, &count) != 1 { count = 0 }
        }
    }
    /// Bits of the public exponent.
    var exponentBits: Int {
        var number: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(pointer, "e", &number) == 1 else { ERR_clear_error(); return .max }
        defer { unsafe BN_free(number) }
        return unsafe Int(BN_num_bits(number))
    }
}

/// A key that verifies.
package struct PublicKey: Sendable {
    package enum Limits {
        /// Moduli of RSA: less is no proof (RFC 8301 §3.2), more only costs time. (threat T45)
        package static let modulus = 1024...4096
        /// Bits of RSA's exponent: 65537 has 17. A long one makes a check as slow as a signature. (threat T45)
        static let exponent = 64
        /// Octets of a key in DER; 4096 bits take 550.
        static let octets = 1_024
    }
    package let algorithm: SignatureAlgorithm
    private let handle: KeyHandle
    package var bits: Int { handle.bits }

    /// RSA: SubjectPublicKeyInfo, or RSAPublicKey alone, in DER (RFC 6376 §3.6.1 with erratum 3017). Ed25519: its 32 octets (RFC 8463 §4).
    package init(_ algorithm: SignatureAlgorithm, _ octets: [UInt8]) throws(KeyError) {
        guard !octets.isEmpty, octets.count <= Limits.octets else { throw .malformed }
        let pointer: OpaquePointer? =
            switch algorithm {
            case .rsaSHA256: unsafe Self.rsa(octets)
            case .ed25519SHA256: unsafe octets.count == 32 ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, octets, 32) : nil
            }
        guard let handle = unsafe KeyHandle(pointer), handle.algorithm == algorithm else { throw .malformed }
        if algorithm == .rsaSHA256, !Limits.modulus.contains(handle.bits) || handle.exponentBits > Limits.exponent { throw .size(bits: handle.bits) }
        self.algorithm = algorithm
        self.handle = handle
    }
    private static func rsa(_ octets: [UInt8]) -> OpaquePointer? {
        unsafe octets.withUnsafeBufferPointer { buffer in
            var place = buffer.baseAddress
            if let key = unsafe d2i_PUBKEY(nil, &place, buffer.count) { return unsafe key }
            ERR_clear_error()
            unsafe place = buffer.baseAddress
            return unsafe d2i_PublicKey(EVP_PKEY_RSA, nil, &place, buffer.count)
        }
    }

    /// Whether `signature` was made of this SHA-256 digest by the key's other half.
    package func verify(_ signature: [UInt8], digest: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        switch algorithm {
        case .rsaSHA256:
            guard let context = unsafe EVP_PKEY_CTX_new(handle.pointer, nil) else { return false }
            defer { unsafe EVP_PKEY_CTX_free(context) }
            return unsafe EVP_PKEY_verify_init(context) == 1 && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
                && EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1
                && EVP_PKEY_verify(context, signature, signature.count, digest, digest.count) == 1
        case .ed25519SHA256:
            let context = unsafe EVP_MD_CTX_new()
            defer { unsafe EVP_MD_CTX_free(context) }
            return unsafe EVP_DigestVerifyInit(context, nil, nil, nil, handle.pointer) == 1
                && EVP_DigestVerify(context, signature, signature.count, digest, digest.count) == 1
        }
    }
}

/// A key that signs.
package struct PrivateKey: Sendable {
    /// Octets of a key in PEM; RSA of 4096 bits takes 3272.
    private static let pemOctets = 16_384
    package let algorithm: SignatureAlgorithm
    private let handle: KeyHandle
    package var bits: Int { handle.bits }

    /// Makes one: RSA of 2048 bits, or Ed25519. RSA takes tens of milliseconds: not on a loop.
    package init(making algorithm: SignatureAlgorithm) throws(KeyError) {
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, algorithm == .rsaSHA256 ? "RSA" : "ED25519", nil) else { throw .failed }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var pointer: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1 else { throw .failed }
        if algorithm == .rsaSHA256 { guard unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) == 1 else { throw .failed } }
        guard unsafe EVP_PKEY_generate(context, &pointer) == 1, let handle = unsafe KeyHandle(pointer) else { throw .failed }
        self.algorithm = algorithm
        self.handle = handle
    }
    /// PKCS #8 in PEM, without a password (RFC 7468 §10); PKCS #1 is read too.
    package init(pem: String) throws(KeyError) {
        let text = Array(pem.utf8)
        guard !text.isEmpty, text.count <= Self.pemOctets else { throw .malformed }
        // The buffer of the BIO is ours, and must be there until it has been read.
        let pointer: OpaquePointer? = unsafe text.withUnsafeBytes { buffer in
            guard let bio = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)) else { return nil }
            defer { unsafe BIO_free(bio) }
            // There is nobody to ask for a password.
            return unsafe PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let handle = unsafe KeyHandle(pointer), let algorithm = handle.algorithm else { throw .malformed }
        if algorithm == .rsaSHA256, !PublicKey.Limits.modulus.contains(handle.bits) { throw .size(bits: handle.bits) }
        self.algorithm = algorithm
        self.handle = handle
    }

    /// PKCS #8 in PEM.
    package var pem: String {
        let bio = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free(bio) }
        guard unsafe PEM_write_bio_PKCS8PrivateKey(bio, handle.pointer, nil, nil, 0, nil, nil) == 1 else { return "" }
        let text = unsafe [UInt8](unsafeUninitializedCapacity: Self.pemOctets) { buffer, count in
            count = unsafe Int(max(0, BIO_read(bio, buffer.baseAddress, Int32(buffer.count))))
        }
        return String(decoding: text, as: UTF8.self)
    }
    /// The other half in the form that DKIM publishes: RSA as SubjectPublicKeyInfo (RFC 6376 §3.6.1), Ed25519 as 32 octets (RFC 8463 §4).
    package var publicOctets: [UInt8] { algorithm == .rsaSHA256 ? handle.publicDER : handle.rawPublic }

    /// The signature of a SHA-256 digest. RSA of 2048 bits takes half a millisecond to one.
    package func sign(digest: [UInt8]) throws(KeyError) -> [UInt8] {
        defer { ERR_clear_error() }
        var length = unsafe Int(EVP_PKEY_get_size(handle.pointer))
        var signature = [UInt8](repeating: 0, count: length)
        let done: Bool
        switch algorithm {
        case .rsaSHA256:
            guard let context = unsafe EVP_PKEY_CTX_new(handle.pointer, nil) else { throw .failed }
            defer { unsafe EVP_PKEY_CTX_free(context) }
            done = unsafe EVP_PKEY_sign_init(context) == 1 && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
                && EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1
                && EVP_PKEY_sign(context, &signature, &length, digest, digest.count) == 1
        case .ed25519SHA256:
            let context = unsafe EVP_MD_CTX_new()
            defer { unsafe EVP_MD_CTX_free(context) }
            done = unsafe EVP_DigestSignInit(context, nil, nil, nil, handle.pointer) == 1
                && EVP_DigestSign(context, &signature, &length, digest, digest.count) == 1
        }
        guard done else { throw .failed }
        return Array(signature.prefix(length))
    }
}
