import Bytes
import MIMECodec

/// The field that tells everybody behind us what was found, and the ones that only pretend to be ours. (RFC 8601)
package struct AuthenticationResults: Sendable {
    package var spf: [SPFResult] = []
    package var dkim: [DKIMResult] = []
    package var dmarc: [DMARCResult] = []
    package init() {}

    /// One field with its line end, a line for each result. (RFC 8601 §2.2) Nothing in it comes from outside unless quoted or a token.
    /// `sender` is the MAIL FROM that SPF looked at, as text.
    package func field(by hostname: String, sender: String) -> [UInt8] {
        var lines: [String] = []
        for result in spf {
            let value = result.identity == .mailFrom && !sender.isEmpty ? sender : result.domain
            lines.append("spf=\(result.result)\(Self.comment(result.words)) \(result.identity.rawValue)=\(Self.value(value))")
        }
        for result in dkim {
            var line = "dkim=\(result.result)\(Self.comment(result.words))"
            for (property, value) in [
                ("header.d", result.domain), ("header.i", result.identity), ("header.s", result.selector), ("header.a", result.algorithm),
                ("header.b", result.signature),
            ] where !value.isEmpty { line += " \(property)=\(Self.value(value))" }
            lines.append(line)
        }
        for result in dmarc {
            var line = "dmarc=\(result.result)\(Self.comment(result.words))"
            if !result.domain.isEmpty { line += " header.from=\(Self.value(result.domain))" }
            // RFC 9989 §9.1 registers these two.
            if !result.policyDomain.isEmpty { line += " polrec.p=\(result.published)" }
            if !result.policyDomain.isEmpty, result.policyDomain != result.domain { line += " polrec.domain=\(Self.value(result.policyDomain))" }
            lines.append(line)
        }
        if lines.isEmpty { lines = ["none"] }
        return Array("Authentication-Results: \(Self.value(hostname));\r\n\t\(lines.joined(separator: ";\r\n\t"))\r\n".utf8)
    }

    /// A comment of printable ASCII; brackets and backslashes would end it. (RFC 5322 §3.2.2)
    private static func comment(_ words: String) -> String {
        let clean = words.unicodeScalars.prefix(200).map { scalar -> Character in
            (32...126).contains(scalar.value) && scalar != "(" && scalar != ")" && scalar != "\\" ? Character(scalar) : "?"
        }
        return clean.isEmpty ? "" : " (\(String(clean)))"
    }
    /// A token or an address as it is, anything else as a quoted string; what is not printable ASCII becomes "?". (RFC 8601 §2.2, pvalue)
    private static func value(_ text: String) -> String {
        let octets = text.unicodeScalars.prefix(320).map { (33...126).contains($0.value) ? UInt8($0.value) : UInt8(ascii: "?") }
        let isPlain = !octets.isEmpty && octets.allSatisfy { ASCII.isAlphanumeric($0) || "!#$%&'*+-._^`{|}~@".utf8.contains($0) }
        if isPlain { return String(decoding: octets, as: UTF8.self) }
        var quoted: [UInt8] = [0x22]
        for byte in octets {
            if byte == 0x22 || byte == 0x5C { quoted.append(0x5C) }
            quoted.append(byte)
        }
        return String(decoding: quoted + [0x22], as: UTF8.self)
    }

    /// Fields of a message that say they are `hostname`'s, and fields of `others` (names in lower case): to be taken out before ours are put
    /// in. (RFC 8601 §5) Ranges are in order and include the line ends.
    package static func forged(in message: Span<UInt8>, hostname: String, others: [String] = []) -> [Range<Int>] {
        let own = ASCII.lowercased(hostname), names = Set(others)
        var ranges: [Range<Int>] = []
        for field in HeaderReader.fields(message).fields {
            guard (5...64).contains(field.name.count) else { continue }
            var name: [UInt8] = []
            for index in field.name.range { name.append(ASCII.lower(message[index])) }
            let text = String(decoding: name, as: UTF8.self)
            if names.contains(text) { ranges.append(field.whole.range); continue }
            guard text == "authentication-results", isOurs(field, own, message) else { continue }
            ranges.append(field.whole.range)
        }
        return ranges
    }
    private static func isOurs(_ field: HeaderField, _ own: String, _ message: Span<UInt8>) -> Bool {
        guard field.value.count <= Limits.resultsField else { return true }
        var value: [UInt8] = []
        for index in field.value.range.prefix(Limits.resultsField) { value.append(message[index]) }
        guard let service = service(value) else { return true }  // who it is from cannot be told: then it may be taken for ours
        return DomainSyntax.normalised(service) == own
    }
    /// authserv-id: a token or a quoted string after comments and white space. nil where there is none.
    private static func service(_ value: [UInt8]) -> String? {
        var place = 0
        while place < value.count {
            let byte = value[place]
            if TagList.isSpace(byte) { place += 1; continue }
            if byte == 0x28 {
                guard let end = endOfComment(value, place) else { return nil }
                place = end
                continue
            }
            if byte == 0x22 {
                var text: [UInt8] = []
                place += 1
                while place < value.count, value[place] != 0x22 {
                    if value[place] == 0x5C, place + 1 < value.count { place += 1 }
                    text.append(value[place])
                    place += 1
                }
                return String(decoding: text, as: UTF8.self)
            }
            let end = value[place...].firstIndex { TagList.isSpace($0) || $0 == 0x3B || $0 == 0x28 || $0 == 0x2F } ?? value.count
            return end > place ? String(decoding: value[place..<end], as: UTF8.self) : nil
        }
        return nil
    }
    private static func endOfComment(_ value: [UInt8], _ start: Int) -> Int? {
        var depth = 0, place = start
        while place < value.count {
            switch value[place] {
            case 0x5C: place += 1
            case 0x28: depth += 1
            case 0x29:
                depth -= 1
                if depth == 0 { return place + 1 }
            default: break
            }
            place += 1
        }
        return nil
    }
}
