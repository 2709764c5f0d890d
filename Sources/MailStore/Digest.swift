import COpenSSL

/// SHA-256 in pieces: the name of a content. (FIPS 180-4)
@safe struct Digest: ~Copyable {
    private let context: OpaquePointer?

    init() {
        unsafe context = EVP_MD_CTX_new()
        unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }
    deinit { unsafe EVP_MD_CTX_free(context) }
    func update(_ bytes: Span<UInt8>) { unsafe bytes.withUnsafeBytes { unsafe update($0) } }
    func update(_ bytes: UnsafeRawBufferPointer) { _ = unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }
    consuming func finish() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 32) { bytes, count in
            var length: UInt32 = 32
            count = unsafe EVP_DigestFinal_ex(context, bytes.baseAddress, &length) == 1 ? Int(length) : 0
        }
    }
    static func sha256(_ bytes: Span<UInt8>) -> [UInt8] {
        let digest = Digest()
        digest.update(bytes)
        return digest.finish()
    }
}
