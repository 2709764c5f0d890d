internal import Bytes
package import DNSCodec

/// What a domain says about TLS towards its exchanges, as its policy file has it. (RFC 8461 §3.2)
package struct STSPolicy: Sendable, Equatable {
    package enum Mode: String, Sendable { case enforce, testing, none }
    package enum Limits {
        /// Octets of the file. (RFC 8461 §3.3: at least 64 kilobytes)
        package static let file = 65_536
        package static let exchanges = 512
        /// Seconds; about a year. (RFC 8461 §3.2)
        package static let age = 31_557_600
        package static let identifier = 32
    }
    package var mode: Mode
    /// Seconds that the policy holds after it was fetched.
    package var maxAge: Int
    /// Names of exchanges, lower case; "*.example.org" stands for one label.
    package var exchanges: [String]
    package init(mode: Mode, maxAge: Int, exchanges: [String]) { self.mode = mode; self.maxAge = maxAge; self.exchanges = exchanges }

    /// nil where it is no valid policy; it counts as none then.
    package init?(_ text: [UInt8]) {
        guard text.count <= Limits.file, let file = String(validating: text, as: UTF8.self) else { return nil }
        var first: [String: String] = [:]
        var exchanges: [String] = []
        // CRLF is one character to Swift; either ends a line.
        for line in file.split(whereSeparator: { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }) {
            guard let colon = line.firstIndex(of: ":") else {
                guard Self.trimmed(line).isEmpty else { return nil }
                continue
            }
            let (name, value) = (Self.trimmed(line[..<colon]), Self.trimmed(line[line.index(after: colon)...]))
            if name == "mx" {
                guard exchanges.count < Limits.exchanges, let pattern = Self.pattern(value) else { return nil }
                exchanges.append(pattern)
            } else if first[name] == nil {
                // Of other fields that come twice the first counts, and unknown ones are for later versions.
                first[name] = value
            }
        }
        guard first["version"] == "STSv1", let mode = first["mode"].flatMap(Mode.init(rawValue:)), let digits = first["max_age"],
            !digits.isEmpty, digits.utf8.count <= 10, digits.utf8.allSatisfy(ASCII.isDigit), let age = Int(digits)
        else { return nil }
        guard mode == .none || !exchanges.isEmpty else { return nil }
        self.init(mode: mode, maxAge: min(age, Limits.age), exchanges: exchanges)
    }
    private static func trimmed(_ text: Substring) -> String {
        let bytes = text.utf8
        guard let start = bytes.firstIndex(where: { !ASCII.isWhitespace($0) }), let end = bytes.lastIndex(where: { !ASCII.isWhitespace($0) }) else {
            return ""
        }
        return String(text[start...end])
    }
    private static func pattern(_ text: String) -> String? {
        guard text.hasPrefix("*.") else { return DomainName.ascii(text) }
        return DomainName.ascii(String(text.dropFirst(2))).map { "*." + $0 }
    }
    /// Whether mail may go to that host. The wildcard is one whole label. (RFC 8461 §4.1)
    package func allows(_ host: String) -> Bool {
        guard let name = DomainName.ascii(host) else { return false }
        return exchanges.contains { pattern in
            guard pattern.hasPrefix("*.") else { return pattern == name }
            guard let dot = name.firstIndex(of: ".") else { return false }
            return name[dot...] == pattern.dropFirst()
        }
    }
    /// The id in the records of "_mta-sts"; nil where there is none, or more than one. (RFC 8461 §3.1)
    package static func identifier(in records: [RecordData]) -> String? {
        var found: [String] = []
        for case .txt(let bytes) in records {
            let text = String(decoding: bytes, as: UTF8.self)
            let fields = text.split(separator: ";", omittingEmptySubsequences: false).map { trimmed($0) }
            guard fields.first == "v=STSv1" else { continue }
            let ids = fields.dropFirst().filter { $0.hasPrefix("id=") }.map { String($0.dropFirst(3)) }
            found.append(ids.first ?? "")
        }
        guard found.count == 1, let id = found.first, (1...Limits.identifier).contains(id.utf8.count), id.utf8.allSatisfy(ASCII.isAlphanumeric) else {
            return nil
        }
        return id
    }
}
