// The server's side of SCRAM: messages in, messages out. Knows no store and no clock. (RFC 5802, RFC 7677, RFC 9266)
internal import Bytes
internal import Crypto

/// 1. client-first-message → `begin`, which tells whose keys are needed.
/// 2. `challenge(keys)` → server-first-message.
/// 3. client-final-message → `verify`, which gives server-final-message, or says that the proof is wrong.
struct SCRAMServer {
    enum Problem: Error { case malformed, wrong }
    enum Limits {
        /// Octets of the client's nonce, and of its name as it is written (each "," and "=" takes three).
        static let nonce = 512
        static let name = 1_536
        static let message = 8_192
    }
    let hash: SCRAMKeys.Hash
    /// What the line is bound to, for a -PLUS mechanism; nil for the others.
    let binding: ChannelBinding?
    /// Whether a -PLUS mechanism was offered on this line: then a client that believes otherwise has been lied to. (RFC 5802 §6)
    let offersBinding: Bool
    private let ownNonce: String
    private(set) var name = ""
    /// Whom the client wants to act as; empty for itself.
    private(set) var authorization = ""
    private var header: [UInt8] = []
    private var clientFirst: [UInt8] = []
    private var serverFirst: [UInt8] = []
    private var nonce: [UInt8] = []

    init(hash: SCRAMKeys.Hash, binding: ChannelBinding?, offersBinding: Bool, nonce: String = Base64.encodeText(Random.bytes(18))) {
        self.hash = hash
        self.binding = binding
        self.offersBinding = offersBinding
        ownNonce = nonce
    }

    mutating func begin(_ message: [UInt8]) throws(Problem) {
        guard message.count <= Limits.message else { throw .malformed }
        let fields = message.split(separator: UInt8(ascii: ","), maxSplits: 4, omittingEmptySubsequences: false).map(Array.init)
        guard fields.count >= 4 else { throw .malformed }
        try judgeFlag(String(decoding: fields[0], as: UTF8.self))
        if !fields[1].isEmpty {
            guard let given = value(fields[1], "a"), let text = Self.name(given) else { throw .malformed }
            authorization = text
        }
        // "m=" would stand here: an extension that must not be ignored. (RFC 5802 §5.1)
        guard let given = value(fields[2], "n"), let text = Self.name(given), let theirs = value(fields[3], "r") else { throw .malformed }
        guard !theirs.isEmpty, theirs.count <= Limits.nonce, theirs.allSatisfy({ $0 > 32 && $0 < 127 }) else { throw .malformed }
        name = text
        header = fields[0] + [UInt8(ascii: ",")] + fields[1] + [UInt8(ascii: ",")]
        clientFirst = Array(message[header.count...])
        nonce = theirs + Array(ownNonce.utf8)
    }
    private func judgeFlag(_ flag: String) throws(Problem) {
        switch flag {
        case "n": if binding != nil { throw .malformed }
        case "y": if binding != nil || offersBinding { throw .malformed }
        default: guard let binding, flag == "p=\(binding.type)" else { throw .malformed }
        }
    }

    mutating func challenge(_ keys: SCRAMKeys) -> [UInt8] {
        serverFirst = Array("r=".utf8) + nonce + Array(",s=\(Base64.encodeText(keys.salt)),i=\(keys.iterations)".utf8)
        return serverFirst
    }

    func verify(_ message: [UInt8], _ keys: SCRAMKeys) throws(Problem) -> [UInt8] {
        guard message.count <= Limits.message else { throw .malformed }
        let fields = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(Array.init)
        guard fields.count >= 3, let bound = value(fields[0], "c"), let theirs = value(fields[1], "r") else { throw .malformed }
        guard let last = fields.last, let text = value(last, "p"), let proof = Base64.decode(text), proof.count == hash.length else { throw .malformed }
        guard bound == Array(Base64.encodeText(header + (binding?.octets ?? [])).utf8), theirs == nonce else { throw .wrong }
        let withoutProof = Array(message[..<(message.count - last.count - 1)])
        let authMessage = clientFirst + [UInt8(ascii: ",")] + serverFirst + [UInt8(ascii: ",")] + withoutProof
        let signature = HMAC.authenticate(hash.algorithm, key: keys.storedKey, authMessage)
        let clientKey = zip(proof, signature).map { $0 ^ $1 }
        guard ConstantTime.equal(Digest.digest(hash.algorithm, clientKey), keys.storedKey) else { throw .wrong }
        return Array("v=\(Base64.encodeText(HMAC.authenticate(hash.algorithm, key: keys.serverKey, authMessage)))".utf8)
    }

    private func value(_ field: [UInt8], _ letter: Character) -> [UInt8]? {
        guard field.count >= 2, field[0] == letter.asciiValue, field[1] == UInt8(ascii: "=") else { return nil }
        return Array(field[2...])
    }
    /// saslname: UTF-8 in which "," and "=" are written "=2C" and "=3D". (RFC 5802 §5.1)
    private static func name(_ given: [UInt8]) -> String? {
        guard !given.isEmpty, given.count <= Limits.name else { return nil }
        var bytes: [UInt8] = []
        var rest = given[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                if byte == 0 { return nil }
                bytes.append(byte)
                continue
            }
            switch Array(rest.prefix(2)) {
            case [UInt8(ascii: "2"), UInt8(ascii: "C")]: bytes.append(UInt8(ascii: ","))
            case [UInt8(ascii: "3"), UInt8(ascii: "D")]: bytes.append(UInt8(ascii: "="))
            default: return nil
            }
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
