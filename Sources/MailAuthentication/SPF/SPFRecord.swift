import Bytes

/// One SPF record, read but not asked about. (RFC 7208 §4.6, §12)
struct SPFRecord: Sendable {
    struct SyntaxError: Error { let words: String }

    enum Mechanism: Sendable {
        case all
        case include(SPFMacro), exists(SPFMacro), ptr(SPFMacro?)
        case a(SPFMacro?, v4: Int, v6: Int), mx(SPFMacro?, v4: Int, v6: Int)
        case address(IPAddress, bits: Int)
        /// Asks the DNS: counts towards the limit. (RFC 7208 §4.6.4)
        var asks: Bool {
            switch self {
            case .all, .address: false
            case .include, .exists, .ptr, .a, .mx: true
            }
        }
    }
    struct Directive: Sendable {
        /// What a match means.
        let result: CheckResult
        let mechanism: Mechanism
        /// As it stands in the record, for people.
        let text: String
    }
    private(set) var directives: [Directive] = []
    private(set) var redirect: SPFMacro?
    private(set) var explanation: SPFMacro?

    /// "v=spf1" alone or followed by a space. (RFC 7208 §4.5)
    static func isRecord(_ text: [UInt8]) -> Bool {
        let version = Array("v=spf1".utf8)
        return text.count >= 6 && ASCII.equalIgnoringCase(Array(text[..<6]), version) && (text.count == 6 || text[6] == 32)
    }

    /// The whole record must be right before any of it counts. (RFC 7208 §4.6)
    init(_ text: [UInt8]) throws(SyntaxError) {
        guard text.count <= Limits.spfRecord else { throw SyntaxError(words: "the record is too long") }
        guard text.allSatisfy({ (32...126).contains($0) }) else { throw SyntaxError(words: "the record has octets that are no printable ASCII") }
        let terms = String(decoding: text.dropFirst(6), as: UTF8.self).split(separator: " ").map(String.init)
        guard terms.count <= Limits.spfTerms else { throw SyntaxError(words: "the record has too many terms") }
        for term in terms { try read(term) }
    }

    private mutating func read(_ term: String) throws(SyntaxError) {
        if let equals = term.firstIndex(of: "="), Self.isModifierName(term[..<equals]) {
            return try readModifier(ASCII.lowercased(String(term[..<equals])), String(term[term.index(after: equals)...]), term)
        }
        var rest = Substring(term)
        var result = CheckResult.pass
        if let first = rest.first, let meaning = Self.qualifiers[first] {
            result = meaning
            rest = rest.dropFirst()
        }
        let end = rest.firstIndex { $0 == ":" || $0 == "/" } ?? rest.endIndex
        let mechanism = try Self.mechanism(ASCII.lowercased(String(rest[..<end])), rest[end...], term)
        directives.append(Directive(result: result, mechanism: mechanism, text: term))
    }
    private static let qualifiers: [Character: CheckResult] = ["+": .pass, "-": .fail, "~": .softfail, "?": .neutral]

    private mutating func readModifier(_ name: String, _ value: String, _ term: String) throws(SyntaxError) {
        switch name {
        // RFC 7208 §6: more than one of either is an error.
        case "redirect":
            guard redirect == nil else { throw SyntaxError(words: "redirect= twice") }
            redirect = try Self.domain(value, term)
        case "exp":
            guard explanation == nil else { throw SyntaxError(words: "exp= twice") }
            explanation = try Self.domain(value, term)
        default: _ = try Self.macro(value, term)  // unknown modifiers are passed over, yet must be macro strings
        }
    }

    /// `argument`: what follows the name: ":domain-spec" and "/length", or nothing.
    private static func mechanism(_ name: String, _ argument: Substring, _ term: String) throws(SyntaxError) -> Mechanism {
        switch name {
        case "all":
            guard argument.isEmpty else { break }
            return .all
        case "include": if argument.first == ":" { return .include(try domain(String(argument.dropFirst()), term)) }
        case "exists": if argument.first == ":" { return .exists(try domain(String(argument.dropFirst()), term)) }
        case "ptr":
            if argument.isEmpty { return .ptr(nil) }
            if argument.first == ":" { return .ptr(try domain(String(argument.dropFirst()), term)) }
        case "a", "mx":
            let (text, v4, v6) = try lengths(argument, term)
            var spec: SPFMacro?
            if !text.isEmpty {
                guard text.first == ":" else { break }
                spec = try domain(String(text.dropFirst()), term)
            }
            return name == "a" ? .a(spec, v4: v4, v6: v6) : .mx(spec, v4: v4, v6: v6)
        case "ip4", "ip6":
            guard argument.first == ":" else { break }
            let parts = argument.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard (1...2).contains(parts.count), parts[0].contains(":") == (name == "ip6"), let address = IPAddress(parts[0]) else { break }
            let most = name == "ip6" ? 128 : 32
            guard parts.count == 2 else { return .address(address, bits: most) }
            guard let bits = length(parts[1], most: most) else { break }
            // A mapped address is compared as the IPv4 address that it is.
            return .address(address, bits: name == "ip6" && !address.isV6 ? max(bits - 96, 0) : bits)
        default: break
        }
        throw SyntaxError(words: "\"\(term.prefix(64))\" is no term")
    }
    /// dual-cidr-length: "/24", "//64", "/24//64". (RFC 7208 §5.6)
    private static func lengths(_ text: Substring, _ term: String) throws(SyntaxError) -> (Substring, v4: Int, v6: Int) {
        var rest = text, v4 = 32, v6 = 128
        if let double = rest.ranges(of: "//").last, !rest[double.upperBound...].contains(where: { $0 == "/" || $0 == "}" }) {
            guard let bits = length(String(rest[double.upperBound...]), most: 128) else { throw SyntaxError(words: "\"\(term.prefix(64))\" has no length") }
            v6 = bits
            rest = rest[..<double.lowerBound]
        }
        // A slash inside of %{…} is a delimiter of the macro.
        if let slash = rest.lastIndex(of: "/"), !rest[slash...].contains("}") {
            guard let bits = length(String(rest[rest.index(after: slash)...]), most: 32) else {
                throw SyntaxError(words: "\"\(term.prefix(64))\" has no length")
            }
            v4 = bits
            rest = rest[..<slash]
        }
        return (rest, v4, v6)
    }
    /// Digits without a leading zero, up to `most`.
    private static func length(_ text: String, most: Int) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy(ASCII.isDigit), text == "0" || text.first != "0", let bits = Int(text), bits <= most
        else {
            return nil
        }
        return bits
    }
    private static func isModifierName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, ASCII.isLetter(first) else { return false }
        return text.utf8.allSatisfy { ASCII.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
    }
    private static func macro(_ text: String, _ term: String) throws(SyntaxError) -> SPFMacro {
        guard let macro = SPFMacro(text) else { throw SyntaxError(words: "\"\(term.prefix(64))\" has a macro that is none") }
        return macro
    }
    /// domain-spec: a macro string that ends with a top label or an expansion. (RFC 7208 §7.1)
    private static func domain(_ text: String, _ term: String) throws(SyntaxError) -> SPFMacro {
        let macro = try macro(text, term)
        guard macro.isDomainSpec else { throw SyntaxError(words: "\"\(term.prefix(64))\" names no domain") }
        return macro
    }
}
