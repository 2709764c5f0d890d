internal import Glibc

extension Peer {
    /// An IPv4 or IPv6 address in the one spelling that the rest of the house knows; IPv4 within IPv6 is IPv4. nil for anything else.
    package static func address(_ text: String) -> String? {
        guard !text.utf8.contains(0), text.utf8.count <= 64 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, text, &bytes) == 1 { return address(of: Array(bytes.prefix(4))) }
        return unsafe inet_pton(AF_INET6, text, &bytes) == 1 ? address(of: bytes) : nil
    }
    /// From 4 or 16 octets.
    package static func address(of bytes: [UInt8]) -> String? {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        if bytes.count == 16, Array(bytes.prefix(12)) == mapped { return address(of: Array(bytes.suffix(4))) }
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        var name = [CChar](repeating: 0, count: 64)
        guard unsafe inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &name, socklen_t(name.count)) != nil else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
