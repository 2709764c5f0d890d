import Bytes

/// Names and addresses for people: decoded to Unicode, on one line.
extension DisplayAddress {
    /// What can be shown of a list, groups as their members; an empty group keeps its name.
    static func list(_ entries: [AddressEntry], fallback: String? = nil) -> [DisplayAddress] {
        var list: [DisplayAddress] = []
        var group: [UInt8]?
        for entry in entries where list.count < Limits.displayAddresses {
            switch entry {
            case .groupStart(let name): group = name
            case .groupEnd:
                if let name = group { list.append(DisplayAddress(name: EncodedWord.decode(name, fallback: fallback), address: "")) }
                group = nil
            case .mailbox(let mailbox):
                group = nil
                if !mailbox.local.isEmpty || !mailbox.domain.isEmpty || mailbox.name != nil { list.append(DisplayAddress(mailbox, fallback: fallback)) }
            }
        }
        return list
    }
    package init(_ mailbox: Mailbox, fallback: String? = nil) {
        let name = EncodedWord.decode(Array((mailbox.name ?? []).prefix(Limits.displayOctets)), fallback: fallback)
        let address = Array(mailbox.address.prefix(Limits.displayOctets))
        self.init(
            name: name.first == " " || name.last == " " ? Self.trimmed(name) : name,
            // Without a domain it is no address but whatever somebody wrote there.
            address: mailbox.domain.isEmpty ? EncodedWord.decode(address, fallback: fallback)
                : String(decoding: EncodedWord.withoutControls(Charset.guessed(address, fallback: fallback)), as: UTF8.self))
    }
    static func trimmed(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(where: { $0 != 32 }), let last = bytes.lastIndex(where: { $0 != 32 }) else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}

extension ParameterParser {
    /// A parameter's text: RFC 2231 charset and percent signs, or encoded words inside quotes as mail has them. nil: there is none.
    package static func text(_ name: String, _ parameters: [Parameter]) -> String? {
        if let extended = parameters.first(where: { $0.name == name + "*" }) { return decodeExtended(extended.value) }
        return parameters.first { $0.name == name }.map { EncodedWord.decode($0.value) }
    }
    /// charset "'" language "'" *(percent / octet) (RFC 2231 §4)
    private static func decodeExtended(_ value: [UInt8]) -> String {
        var charset: String?
        var start = 0
        if let first = value.firstIndex(of: 0x27), let second = value[(first + 1)...].firstIndex(of: 0x27) {
            charset = String(decoding: value[..<first], as: UTF8.self)
            start = second + 1
        }
        var octets: [UInt8] = []
        var place = start
        while place < value.count {
            if value[place] == 0x25, place + 2 < value.count, let high = Hex.value(value[place + 1]), let low = Hex.value(value[place + 2]) {
                octets.append(high << 4 | low)
                place += 3
            } else {
                octets.append(value[place])
                place += 1
            }
        }
        return String(decoding: EncodedWord.withoutControls(Charset.utf8(octets, charset: charset)), as: UTF8.self)
    }
}
