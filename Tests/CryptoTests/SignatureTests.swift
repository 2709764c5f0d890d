import Bytes
import Crypto
import Testing

@Suite struct SignatureTests {
    static let digest = Digest.sha256(Array("a message".utf8))

    @Test(arguments: SignatureAlgorithm.allCases) func whatIsSignedVerifiesAndNothingElse(_ algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey(making: algorithm)
        let signature = try key.sign(digest: Self.digest)
        let other = try PublicKey(algorithm, try PrivateKey(making: algorithm).publicOctets)
        let known = try PublicKey(algorithm, key.publicOctets)
        #expect(known.verify(signature, digest: Self.digest))
        #expect(!other.verify(signature, digest: Self.digest))
        #expect(!known.verify(signature, digest: Digest.sha256([])))
        for length in [0, 1, signature.count - 1] { #expect(!known.verify(Array(signature.prefix(length)), digest: Self.digest)) }
        var bent = signature
        bent[bent.count / 2] ^= 1
        #expect(!known.verify(bent, digest: Self.digest))
    }
    @Test(arguments: SignatureAlgorithm.allCases) func keysComeBackFromPEM(_ algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey(making: algorithm)
        let again = try PrivateKey(pem: key.pem)
        #expect(again.algorithm == algorithm)
        #expect(again.publicOctets == key.publicOctets)
        #expect(try PublicKey(algorithm, key.publicOctets).verify(try again.sign(digest: Self.digest), digest: Self.digest))
        if algorithm == .rsaSHA256 { #expect(key.bits == 2048) }
    }
    /// RFC 8463 §A.2: the key pair of its example.
    @Test func ed25519OfTheStandard() throws {
        let pem = "-----BEGIN PRIVATE KEY-----\n" + Base64.encodeText([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]
            + (Base64.decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=") ?? [])) + "\n-----END PRIVATE KEY-----\n"
        #expect(Base64.encodeText(try PrivateKey(pem: pem).publicOctets) == "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    }
    /// RSA keys are bounded both ways, and an exponent of a thousand bits is not taken. (threat T45)
    @Test func keysOutOfBoundsAreRefused() throws {
        #expect(throws: KeyError.size(bits: 512)) { try PublicKey(.rsaSHA256, Self.rsa(modulus: 64, exponent: [1, 0, 1])) }
        #expect(throws: KeyError.self) { try PublicKey(.rsaSHA256, Self.rsa(modulus: 1_000, exponent: [1, 0, 1])) }
        #expect(throws: KeyError.self) { try PublicKey(.rsaSHA256, Self.rsa(modulus: 4_096, exponent: [1, 0, 1])) }
        #expect(throws: KeyError.size(bits: 1024)) { try PublicKey(.rsaSHA256, Self.rsa(modulus: 128, exponent: Array(repeating: 0x55, count: 120))) }
        #expect(try PublicKey(.rsaSHA256, Self.rsa(modulus: 128, exponent: [1, 0, 1])).bits == 1024)
        #expect(throws: KeyError.malformed) { try PublicKey(.ed25519SHA256, Array(repeating: 1, count: 31)) }
        #expect(throws: KeyError.malformed) { try PublicKey(.rsaSHA256, []) }
    }
    @Test func noiseIsNoKey() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let octets = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect((try? PublicKey(.rsaSHA256, octets)) == nil)
            #expect((try? PrivateKey(pem: String(decoding: octets, as: UTF8.self))) == nil)
        }
        #expect((try? PrivateKey(pem: "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n")) == nil)
    }

    /// RSAPublicKey with a modulus of so many octets. (RFC 8017 §A.1.1)
    private static func rsa(modulus: Int, exponent: [UInt8]) -> [UInt8] {
        func number(_ octets: [UInt8]) -> [UInt8] { [2] + length(octets.count) + octets }
        func length(_ count: Int) -> [UInt8] { count < 128 ? [UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 255)] }
        let body = number([0] + Array(repeating: 0xC1, count: modulus)) + number(exponent)
        return [0x30] + length(body.count) + body
    }
}
