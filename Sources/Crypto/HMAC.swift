// Keyed hashes (RFC 2104) and the comparison that tells nothing by its time.
internal import COpenSSL

package enum HMAC {
    package static func sha256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
        // HMAC() takes the key's length as Int32. Ours are tens of bytes; a longer key is hashed first, as RFC 2104 §2 does.
        let key = key.count > 64 ? Digest.sha256(key) : key
        return unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            var length: UInt32 = 0
            _ = unsafe COpenSSL.HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, buffer.baseAddress, &length)
            count = 32
        }
    }
}

extension HMAC {
    package static func authenticate(_ algorithm: Digest.Algorithm, key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
        let key = key.count > 64 ? Digest.digest(algorithm, key) : key
        return unsafe [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            var length: UInt32 = 0
            _ = unsafe COpenSSL.HMAC(algorithm.method, key, Int32(key.count), bytes, bytes.count, buffer.baseAddress, &length)
            count = Int(length)
        }
    }
}

package enum ConstantTime {
    /// The time depends on the lengths alone. (threat T22)
    package static func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        return unsafe CRYPTO_memcmp(a, b, a.count) == 0
    }
}
