import Bytes

/// Mailbox names on the wire: UTF-16 in base64 with `,` for `/`, between `&` and `-`. (RFC 3501 §5.1.3)
package enum ModifiedUTF7 {
    private static let ampersand = UInt8(ascii: "&")
    private static let dash = UInt8(ascii: "-")
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,".utf8)

    /// nil for what is no such name: a shift without end, bad base64, half a surrogate pair, bits left over, an octet that is not ASCII
    /// where the name is not UTF-8 altogether. Lenient in one point: ASCII in base64 and names in plain UTF-8 are understood.
    package static func decode(_ name: [UInt8]) -> String? {
        if name.contains(where: { $0 > 127 }) { return String(validating: name, as: UTF8.self) }
        var text = String.UnicodeScalarView()
        var index = 0
        while index < name.count {
            let byte = name[index]
            index += 1
            guard byte == ampersand else { text.append(Unicode.Scalar(byte)); continue }
            guard let end = name[index...].firstIndex(of: dash) else { return nil }
            if end == index {
                text.append("&")
            } else {
                guard let run = decodeRun(name[index..<end]) else { return nil }
                text.append(contentsOf: run)
            }
            index = end + 1
        }
        return String(text)
    }
    private static func decodeRun(_ run: ArraySlice<UInt8>) -> [Unicode.Scalar]? {
        var units: [UInt16] = []
        var bits: UInt32 = 0, count = 0
        for byte in run {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 16 {
                count -= 16
                units.append(UInt16(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        guard count < 6, bits == 0, !units.isEmpty else { return nil }
        return scalars(units)
    }
    private static func scalars(_ units: [UInt16]) -> [Unicode.Scalar]? {
        var scalars: [Unicode.Scalar] = []
        var decoder = UTF16()
        var source = units.makeIterator()
        while true {
            switch decoder.decode(&source) {
            case .scalarValue(let scalar): scalars.append(scalar)
            case .emptyInput: return scalars
            case .error: return nil
            }
        }
    }

    package static func encode(_ name: String) -> [UInt8] {
        var out: [UInt8] = []
        var units: [UInt16] = []
        for scalar in name.unicodeScalars {
            guard scalar.value < 32 || scalar.value > 126 else {
                flush(&units, &out)
                out.append(UInt8(truncatingIfNeeded: scalar.value))
                if scalar == "&" { out.append(dash) }
                continue
            }
            units.append(contentsOf: UTF16.encode(scalar).map(Array.init) ?? [])
        }
        flush(&units, &out)
        return out
    }
    private static func flush(_ units: inout [UInt16], _ out: inout [UInt8]) {
        guard !units.isEmpty else { return }
        out.append(ampersand)
        var bits: UInt32 = 0, count: UInt32 = 0
        for unit in units {
            bits = bits << 16 | UInt32(unit)
            count += 16
            while count >= 6 {
                count -= 6
                out.append(alphabet[Int(bits >> count)])
                bits &= (1 << count) - 1
            }
        }
        if count > 0 { out.append(alphabet[Int(bits << (6 - count))]) }
        out.append(dash)
        units.removeAll(keepingCapacity: true)
    }
}
