import Bytes
import Crypto
import MailStore
package import Model
import SMTPCodec

/// The Sender Rewriting Scheme: forwarded mail leaves under an address of ours, so that SPF judges us and not somebody we do not speak for,
/// and a bounce finds its way back. (M. S. Wong, "Sender Rewriting Scheme", 2003: SRS0=HHH=TT=domain=local, SRS1=HHH=first==HHH=TT=domain=local)
///
/// 1. An address is believed only with our keyed hash over all that follows it, and only for `Limits.days`: nobody relays through it. (threat T18)
/// 2. It takes bounces alone (the null sender); it leads to no mailbox.
package struct SRS: Sendable {
    package enum Limits {
        /// How long a bounce may take: longer than any queue keeps a message.
        package static let days = 21
        /// The day stamp counts modulo this: two letters of base 32.
        static let cycle = 1024
        /// Letters of the hash: 40 bits.
        static let hash = 8
    }
    /// The name of the key among the store's secrets.
    package static let secretName = "srs"
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    private let key: [UInt8]

    package init(key: [UInt8]) { self.key = key }
    package static func makeKey() -> [UInt8] { Random.bytes(32) }

    package static func looksLikeOne(_ address: MailAddress) -> Bool {
        let start = Array(unquoted(address.localPart).prefix(5))
        guard start.count == 5, "=+-".utf8.contains(start[4]) else { return false }
        return ASCII.equalIgnoringCase(Array(start[..<4]), Array("SRS0".utf8)) || ASCII.equalIgnoringCase(Array(start[..<4]), Array("SRS1".utf8))
    }

    /// The sender for mail that an address of `domain` leads elsewhere.
    package func rewritten(_ sender: MailAddress, domain: String, at time: Timestamp) -> MailAddress {
        let local = Self.unquoted(sender.localPart)
        let text: [UInt8]
        if Self.looksLikeOne(sender) {
            let rest = Array(local[4...])
            if local[3] == UInt8(ascii: "0") {
                // Another forwarder's: it stays as it is, behind the name of who made it.
                let body = Array(sender.domain.utf8) + Array("=".utf8) + rest
                text = Array("SRS1=".utf8) + hash(body) + Array("=".utf8) + body
            } else if let (_, body) = Self.firstField(Array(rest.dropFirst())) {
                text = Array("SRS1=".utf8) + hash(body) + Array("=".utf8) + body
            } else {
                return sender
            }
        } else {
            let body = stamp(time) + Array("=".utf8) + Array(sender.domain.utf8) + Array("=".utf8) + local
            text = Array("SRS0=".utf8) + hash(body) + Array("=".utf8) + body
        }
        return AddressSyntax.address(localPart: text, domain: domain) ?? MailAddress(localPart: String(decoding: text, as: UTF8.self), domain: domain)
    }

    /// Whom a bounce to one of our addresses is for; nil for what we have not made, or too long ago.
    package func original(of address: MailAddress, at time: Timestamp) -> MailAddress? {
        guard Self.looksLikeOne(address) else { return nil }
        let local = Self.unquoted(address.localPart)
        guard let (given, body) = Self.firstField(Array(local[5...])), isRight(given, body) else { return nil }
        if local[3] == UInt8(ascii: "1") {
            // first==HHH=TT=domain=local: back to the forwarder before us.
            guard let (host, rest) = Self.firstField(body), !rest.isEmpty else { return nil }
            return Self.address(Array("SRS0".utf8) + rest, host)
        }
        guard let (stamp, afterStamp) = Self.firstField(body), isRecent(stamp, time), let (domain, user) = Self.firstField(afterStamp) else { return nil }
        return Self.address(user, domain)
    }

    private func hash(_ body: [UInt8]) -> [UInt8] {
        // Servers on the way may change the case of letters.
        let code = HMAC.sha256(key: key, body.map(ASCII.lower))
        var bits: UInt64 = 0
        for byte in code[..<5] { bits = bits << 8 | UInt64(byte) }
        return (0..<Limits.hash).map { Self.letters[Int(bits >> UInt64(35 - 5 * $0) & 31)] }
    }
    private func isRight(_ given: [UInt8], _ body: [UInt8]) -> Bool { ConstantTime.equal(given.map(ASCII.lower), hash(body)) }
    private static func day(_ time: Timestamp) -> Int { Int((time.seconds / 86_400) % Int64(Limits.cycle)) }
    private func stamp(_ time: Timestamp) -> [UInt8] {
        let day = Self.day(time)
        return [Self.letters[day >> 5 & 31], Self.letters[day & 31]]
    }
    private func isRecent(_ stamp: [UInt8], _ time: Timestamp) -> Bool {
        let digits = stamp.map { Self.letters.firstIndex(of: ASCII.lower($0)) ?? -1 }
        guard digits.count == 2, digits.allSatisfy({ $0 >= 0 }) else { return false }
        let age = (Self.day(time) - (digits[0] << 5 | digits[1]) + Limits.cycle) % Limits.cycle
        return age <= Limits.days
    }
    /// Up to the next "=", and what follows it.
    private static func firstField(_ bytes: [UInt8]) -> (field: [UInt8], rest: [UInt8])? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        return (Array(bytes[..<end]), Array(bytes[(end + 1)...]))
    }
    private static func address(_ local: [UInt8], _ domain: [UInt8]) -> MailAddress? {
        AddressSyntax.address(localPart: local, domain: String(decoding: domain, as: UTF8.self))
    }
    /// The octets that a local part in its written form stands for.
    private static func unquoted(_ local: String) -> [UInt8] {
        let bytes = Array(local.utf8)
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else { return bytes }
        var content: [UInt8] = [], isEscaped = false
        for byte in bytes[1..<(bytes.count - 1)] {
            if byte == UInt8(ascii: "\\"), !isEscaped { isEscaped = true; continue }
            isEscaped = false
            content.append(byte)
        }
        return content
    }
}
