import Bytes
import SessionKit

/// The first octets of a connection that a proxy passes on: whose it is. Both forms of HAProxy's PROXY protocol. Pure.
///
/// 1. What follows the header is the client's first word and stays.
/// 2. A header longer than its form allows, or of another form, is malformed: nobody is believed half. (threat T22: no address is made up)
enum ProxyHeader {
    enum Limits {
        /// A header of version 1, CR LF included.
        static let line = 107
        /// Octets behind the fixed part of version 2: addresses and extensions, which are read over.
        static let extensions = 4_096
    }
    enum Outcome: Equatable {
        case incomplete
        /// nil: the proxy speaks for itself (LOCAL), or cannot tell (UNKNOWN).
        case client(Peer?, length: Int)
        case malformed
    }
    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    static func parse(_ input: ByteBuffer) -> Outcome {
        let start = input.bytes(0..<min(input.count, signature.count))
        if start == Array(signature.prefix(start.count)) { return start.count < signature.count ? .incomplete : binary(input) }
        let word = Array("PROXY ".utf8)
        let begun = Array(start.prefix(word.count))
        guard begun == Array(word.prefix(begun.count)) else { return .malformed }
        return line(input)
    }

    /// "PROXY TCP4 192.0.2.1 198.51.100.1 40000 25", or "PROXY UNKNOWN" and anything.
    private static func line(_ input: ByteBuffer) -> Outcome {
        guard let end = input.firstIndex(of: ASCII.lf) else { return input.count >= Limits.line ? .malformed : .incomplete }
        guard end < Limits.line, end > 0, input[end - 1] == ASCII.cr else { return .malformed }
        let words = String(decoding: input.bytes(0..<(end - 1)), as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        if words.count >= 2, words[1] == "UNKNOWN" { return .client(nil, length: end + 1) }
        guard words.count == 6, words[1] == "TCP4" || words[1] == "TCP6" else { return .malformed }
        guard words[2].contains(":") == (words[1] == "TCP6"), let client = Peer.address(String(words[2])), Peer.address(String(words[3])) != nil else {
            return .malformed
        }
        guard let port = Int(words[4]), (0...65_535).contains(port), let ours = Int(words[5]), (0...65_535).contains(ours) else { return .malformed }
        return .client(Peer(address: client, port: port), length: end + 1)
    }

    /// Version 2: signature, version and command, family, length, addresses, extensions.
    private static func binary(_ input: ByteBuffer) -> Outcome {
        guard input.count >= 16 else { return .incomplete }
        let length = Int(input[14]) << 8 | Int(input[15])
        guard input[12] >> 4 == 2, length <= Limits.extensions else { return .malformed }
        guard input.count >= 16 + length else { return .incomplete }
        switch (input[12] & 0x0F, input[13]) {
        case (0, _): return .client(nil, length: 16 + length)
        case (1, 0x11):
            guard length >= 12, let client = Peer.address(of: input.bytes(16..<20)) else { return .malformed }
            return .client(Peer(address: client, port: Int(input[24]) << 8 | Int(input[25])), length: 16 + length)
        case (1, 0x21):
            guard length >= 36, let client = Peer.address(of: input.bytes(16..<32)) else { return .malformed }
            return .client(Peer(address: client, port: Int(input[48]) << 8 | Int(input[49])), length: 16 + length)
        // AF_UNSPEC: the proxy cannot tell.
        case (1, 0x00): return .client(nil, length: 16 + length)
        default: return .malformed
        }
    }
}
