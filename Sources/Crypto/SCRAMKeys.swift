// What a server keeps of a password for SCRAM: enough to recognise a proof, not enough to make one. (RFC 5802 §3, RFC 7677)
internal import Bytes
internal import COpenSSL
@_spi(_Unicode) internal import Swift

package struct SCRAMKeys: Sendable, Equatable {
    package enum Hash: String, Sendable, CaseIterable {
        case sha1 = "SCRAM-SHA-1", sha256 = "SCRAM-SHA-256"
        package var algorithm: Digest.Algorithm { self == .sha1 ? .sha1 : .sha256 }
        package var length: Int { self == .sha1 ? 20 : 32 }
    }
    package enum Limits {
        /// RFC 7677 §4 asks for 4,096 at least; more than this from a stored text is damage.
        package static let iterations = 4_096...10_000_000
        package static let salt = 16
    }
    package let hash: Hash
    package let iterations: Int
    package let salt: [UInt8]
    package let storedKey: [UInt8]
    package let serverKey: [UInt8]

    package init(hash: Hash, iterations: Int, salt: [UInt8], storedKey: [UInt8], serverKey: [UInt8]) {
        self.hash = hash; self.iterations = iterations; self.salt = salt; self.storedKey = storedKey; self.serverKey = serverKey
    }
    /// Milliseconds of work: never on a loop. nil only when memory is short.
    package static func make(_ password: String, _ hash: Hash, iterations: Int, salt: [UInt8] = Random.bytes(Limits.salt)) -> SCRAMKeys? {
        guard let salted = salted(prepared(password), hash, iterations, salt) else { return nil }
        let clientKey = HMAC.authenticate(hash.algorithm, key: salted, Array("Client Key".utf8))
        return SCRAMKeys(
            hash: hash, iterations: iterations, salt: salt, storedKey: Digest.digest(hash.algorithm, clientKey),
            serverKey: HMAC.authenticate(hash.algorithm, key: salted, Array("Server Key".utf8)))
    }

    /// "SCRAM-SHA-256$4096:<salt>$<StoredKey>:<ServerKey>", base 64. (RFC 5803 §3)
    package var encoded: String {
        "\(hash.rawValue)$\(iterations):\(Base64.encodeText(salt))$\(Base64.encodeText(storedKey)):\(Base64.encodeText(serverKey))"
    }
    package init?(encoded: String) {
        guard encoded.utf8.count <= 512 else { return nil }
        let parts = encoded.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 3, let hash = Hash(rawValue: String(parts[0])) else { return nil }
        let cost = parts[1].split(separator: ":", omittingEmptySubsequences: false), keys = parts[2].split(separator: ":", omittingEmptySubsequences: false)
        guard cost.count == 2, keys.count == 2, let iterations = Int(cost[0]), Limits.iterations.contains(iterations) else { return nil }
        guard let salt = Base64.decode(Array(cost[1].utf8)), !salt.isEmpty, let stored = Base64.decode(Array(keys[0].utf8)),
            let server = Base64.decode(Array(keys[1].utf8)), stored.count == hash.length, server.count == hash.length
        else { return nil }
        self.init(hash: hash, iterations: iterations, salt: salt, storedKey: stored, serverKey: server)
    }

    /// Clients prepare passwords by SASLprep (RFC 4013 §2): spaces of other scripts become spaces, and what is composed is written composed.
    /// Its compatibility forms (ligatures, full-width letters) are not folded here: such passwords work with PLAIN alone.
    private static func prepared(_ password: String) -> [UInt8] {
        if password.utf8.allSatisfy({ $0 < 128 }) { return Array(password.utf8) }
        var text = ""
        for scalar in password._nfc where scalar.value != 0xAD {
            text.unicodeScalars.append(scalar.properties.generalCategory == .spaceSeparator ? " " : scalar)
        }
        return Array(text.utf8)
    }
    /// Hi() is PBKDF2. (RFC 5802 §2.2)
    private static func salted(_ password: [UInt8], _ hash: Hash, _ iterations: Int, _ salt: [UInt8]) -> [UInt8]? {
        var result: Int32 = 0
        let key = unsafe [UInt8](unsafeUninitializedCapacity: hash.length) { buffer, count in
            unsafe password.withUnsafeBytes { raw in
                let text = unsafe raw.bindMemory(to: CChar.self)
                result = unsafe PKCS5_PBKDF2_HMAC(
                    text.baseAddress, Int32(text.count), salt, Int32(salt.count), Int32(clamping: iterations), hash.algorithm.method, Int32(hash.length),
                    buffer.baseAddress)
            }
            count = result == 1 ? hash.length : 0
        }
        return result == 1 ? key : nil
    }
}
