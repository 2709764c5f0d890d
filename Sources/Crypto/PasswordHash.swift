// Passwords turned into something that cannot be turned back: scrypt (RFC 7914) in the PHC string form. Knows no user.
internal import Bytes
internal import COpenSSL

/// `$scrypt$ln=15,r=8,p=1$<salt>$<hash>`, base 64 without padding.
package struct PasswordHash: Sendable, Equatable {
    /// What one guess costs. Memory is 128 · r · 2^ln bytes.
    package struct Cost: Sendable, Equatable {
        package let logN: Int
        package let r: Int
        package let p: Int
        package init(logN: Int, r: Int = 8, p: Int = 1) { self.logN = logN; self.r = r; self.p = p }
        /// 32 MiB and about 60 ms.
        package static let standard = Cost(logN: 15)
        /// For demonstrations and tests: 1 MiB and about 2 ms. Not for passwords that matter.
        package static let cheap = Cost(logN: 10)
    }
    package enum Limits {
        /// What a stored hash may ask for: more than this is damage or an attack, not a cost.
        static let logN = 1...20
        static let r = 1...32
        static let p = 1...16
        static let memory = 1 << 28
        static let saltLength = 16
        static let hashLength = 32
        static let storedLength = 16...64
    }
    package let cost: Cost
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// nil for text that is no such hash or asks for more than the limits.
    package init?(encoded: String) {
        guard encoded.utf8.count <= 512 else { return nil }
        let fields = encoded.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0].isEmpty, fields[1] == "scrypt", let cost = Self.cost(fields[2]) else { return nil }
        guard let salt = Base64.decode(Array(fields[3].utf8)), let hash = Base64.decode(Array(fields[4].utf8)) else { return nil }
        guard !salt.isEmpty, Limits.storedLength.contains(hash.count), 128 * cost.r << cost.logN <= Limits.memory else { return nil }
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }
    private init(cost: Cost, salt: [UInt8], hash: [UInt8]) { self.cost = cost; self.salt = salt; self.hash = hash }

    package var encoded: String {
        func text(_ bytes: [UInt8]) -> String { String(Base64.encodeText(bytes).prefix { $0 != "=" }) }
        return "$scrypt$ln=\(cost.logN),r=\(cost.r),p=\(cost.p)$\(text(salt))$\(text(hash))"
    }

    /// Hashes a new password. Milliseconds of work: never on a loop. nil only when memory is short.
    package static func make(_ password: String, cost: Cost = .standard) -> PasswordHash? {
        let salt = Random.bytes(Limits.saltLength)
        guard let hash = scrypt(password, salt, cost, length: Limits.hashLength) else { return nil }
        return PasswordHash(cost: cost, salt: salt, hash: hash)
    }
    /// Milliseconds of work: never on a loop.
    package func matches(_ password: String) -> Bool {
        guard let found = Self.scrypt(password, salt, cost, length: hash.count) else { return false }
        return ConstantTime.equal(found, hash)
    }

    private static func scrypt(_ password: String, _ salt: [UInt8], _ cost: Cost, length: Int) -> [UInt8]? {
        let password = Array(password.utf8)
        var result: Int32 = 0
        let memory = UInt64(Limits.memory) + (1 << 20)
        let key = unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            unsafe password.withUnsafeBytes { raw in
                let text = unsafe raw.bindMemory(to: CChar.self)
                result = unsafe EVP_PBE_scrypt(
                    text.baseAddress, text.count, salt, salt.count, UInt64(1) << UInt64(cost.logN), UInt64(cost.r), UInt64(cost.p), memory,
                    buffer.baseAddress, length)
            }
            count = result == 1 ? length : 0
        }
        return result == 1 ? key : nil
    }
    /// "ln=15,r=8,p=1" in this order.
    private static func cost(_ text: Substring) -> Cost? {
        var numbers: [Int] = []
        for (name, item) in zip(["ln=", "r=", "p="], text.split(separator: ",", omittingEmptySubsequences: false)) {
            guard item.hasPrefix(name), let number = Int(item.dropFirst(name.count)) else { return nil }
            numbers.append(number)
        }
        guard numbers.count == 3, text.filter({ $0 == "," }).count == 2 else { return nil }
        guard Limits.logN.contains(numbers[0]), Limits.r.contains(numbers[1]), Limits.p.contains(numbers[2]) else { return nil }
        return Cost(logN: numbers[0], r: numbers[1], p: numbers[2])
    }
}
