import Bytes
import Crypto
import Testing

@Suite struct DigestTests {
    /// FIPS 180-4 examples and the empty text.
    static let vectors: [(String, String, String)] = [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ]
    @Test(arguments: Self.vectors) func digests(_ text: String, _ sha1: String, _ sha256: String) {
        #expect(Hex.encode(Digest.sha1(Array(text.utf8))) == sha1)
        #expect(Hex.encode(Digest.sha256(Array(text.utf8))) == sha256)
    }
    @Test func piecesMakeTheSameAsTheWhole() {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var digest = Digest(.sha256)
        var start = 0
        for length in [0, 1, 63, 64, 65, 4096, 95_711] {
            digest.update(Array(bytes[start..<start + length]))
            start += length
        }
        #expect(start == bytes.count)
        #expect(digest.finish() == Digest.sha256(bytes))
    }
    /// RFC 4231 §4.2, §4.3, §4.7 (a key longer than a block).
    static let keyed: [([UInt8], String, String)] = [
        (Array(repeating: 0x0b, count: 20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (Array("Jefe".utf8), "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            Array(repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ]
    @Test(arguments: Self.keyed) func hmac(_ key: [UInt8], _ text: String, _ expected: String) {
        #expect(Hex.encode(HMAC.sha256(key: key, Array(text.utf8))) == expected)
    }
    @Test func comparisonTellsEqualFromUnequal() {
        #expect(ConstantTime.equal([1, 2, 3], [1, 2, 3]))
        #expect(ConstantTime.equal([], []))
        #expect(!ConstantTime.equal([1, 2, 3], [1, 2, 4]))
        #expect(!ConstantTime.equal([1, 2, 3], [1, 2]))
    }
    @Test func randomBytesDiffer() {
        #expect(Random.bytes(0).isEmpty)
        #expect(Random.bytes(33).count == 33)
        #expect(Random.bytes(16) != Random.bytes(16))
        #expect(Random.password().count == 19)
        #expect(Random.password() != Random.password())
    }
}
