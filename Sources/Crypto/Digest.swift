// Digests of bytes, whole or as they come. Chooses no algorithm for anybody: the caller's standard does.
internal import COpenSSL

/// One digest being computed. (FIPS 180-4)
@safe package struct Digest: ~Copyable {
    package enum Algorithm: Sendable {
        case sha1, sha256
        var length: Int { self == .sha1 ? 20 : 32 }
        var method: OpaquePointer? {
            switch self {
            case .sha1: unsafe EVP_sha1()
            case .sha256: unsafe EVP_sha256()
            }
        }
    }
    private let algorithm: Algorithm
    private let context: OpaquePointer?

    package init(_ algorithm: Algorithm) {
        self.algorithm = algorithm
        unsafe context = EVP_MD_CTX_new()
        _ = unsafe EVP_DigestInit_ex(context, algorithm.method, nil)
    }
    deinit { unsafe EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { raw in _ = unsafe EVP_DigestUpdate(context, raw.baseAddress, raw.count) }
    }
    package mutating func update(_ bytes: [UInt8]) { update(bytes.span) }

    package consuming func finish() -> [UInt8] {
        let length = algorithm.length
        return unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            _ = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
            count = length
        }
    }
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] { digest(.sha256, bytes) }
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] { digest(.sha1, bytes) }

    package static func digest(_ algorithm: Algorithm, _ bytes: [UInt8]) -> [UInt8] {
        var digest = Digest(algorithm)
        digest.update(bytes)
        return digest.finish()
    }
}
