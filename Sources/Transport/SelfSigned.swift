import COpenSSL
package import Model

/// Makes a certificate that nobody vouches for: ECDSA P-256, for the demo and for tests.
package enum SelfSigned {
    package struct Text: Sendable {
        /// PEM.
        package let certificate: [UInt8]
        /// PEM, unencrypted: keep the file at mode 0600.
        package let key: [UInt8]
    }
    enum Limits {
        static let names = 100
        static let text = 65_536
    }
    /// `names` are host names and numeric addresses; the first is the subject. Valid from an hour before `now`, for clocks that differ.
    package static func make(names: [String], days: Int = 825, now: Timestamp) throws(TLSIdentityError) -> Text {
        guard let first = names.first, names.count <= Limits.names else { throw .refused("a certificate needs 1 to \(Limits.names) names") }
        var alternatives: [String] = []
        for name in names {
            // What OpenSSL's list syntax would read as something else has no place in a host name either.
            guard !name.isEmpty, name.utf8.count <= 253, name.utf8.allSatisfy(isHostByte) else { throw .refused("\"\(name)\" is no host name") }
            alternatives.append(isAddress(name) ? "IP:\(name)" : "DNS:\(name)")
        }
        let begin = now.seconds - 3600
        var certificate = [CChar](repeating: 0, count: Limits.text)
        var key = [CChar](repeating: 0, count: Limits.text)
        var certificateLength = certificate.count
        var keyLength = key.count
        let (subject, list, end) = (String(first.prefix(64)), alternatives.joined(separator: ","), begin + Int64(days) * 86_400)
        let result = unsafe martlet_self_signed(subject, list, begin, end, &certificate, &certificateLength, &key, &keyLength)
        guard result == 0 else { throw .refused("OpenSSL could not make a certificate") }
        return Text(
            certificate: certificate[..<certificateLength].map { UInt8(bitPattern: $0) }, key: key[..<keyLength].map { UInt8(bitPattern: $0) })
    }
    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: ":"), UInt8(ascii: "_"): true
        default: false
        }
    }
    private static func isAddress(_ name: String) -> Bool {
        name.contains(":") || name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { UInt8($0) != nil }
    }
}
