import Bytes

/// The text of DSN parameters: printable ASCII, everything else as "+" and two hexadecimal digits. (RFC 3461 §4)
package enum Xtext {
    /// nil where a "+" is not followed by two digits, for what is no xtext, and where the octets are no UTF-8.
    package static func decode(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "+") else {
                guard byte > 32, byte != 127, byte != UInt8(ascii: "=") else { return nil }
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(Hex.value), let low = rest.popFirst().flatMap(Hex.value) else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }
    package static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte > 32, byte < 127, byte != UInt8(ascii: "+"), byte != UInt8(ascii: "=") { bytes.append(byte); continue }
            bytes.append(UInt8(ascii: "+"))
            bytes += Hex.encode([byte]).utf8.map(ASCII.upper)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
