import Bytes

/// A text in the Keyword Query Language as a tree: words, phrases, properties, AND, OR, NOT, parentheses. What the properties mean is the asker's
/// matter. What people type is seldom meant as a language: brackets and quotation marks that do not close, and properties that nobody knows, are
/// text like other text. (MS-KQL §2.1)
package indirect enum KeywordQuery: Sendable, Hashable {
    package enum Limits {
        /// Bytes of the text, words and properties in it, and brackets in brackets.
        package static let length = 4_096
        package static let terms = 64
        package static let depth = 16
    }
    package enum Failure: Error, Equatable { case empty, tooMuch }
    package enum Comparison: String, Sendable, Hashable, CaseIterable {
        // Longest first: so they are tried.
        case atLeast = ">=", atMost = "<=", notEqual = "<>", has = ":", equal = "=", above = ">", below = "<"
    }
    /// A word or a phrase, to be found anywhere.
    case text(String)
    /// The property in lower case.
    case property(String, Comparison, String)
    case not(KeywordQuery)
    case all([KeywordQuery])
    case any([KeywordQuery])

    /// `properties`: those that are known, in lower case.
    package init(_ text: String, properties: Set<String>) throws(Failure) {
        guard text.utf8.count <= Limits.length else { throw .tooMuch }
        var parser = KeywordParser(text, properties)
        var parts: [KeywordQuery] = []
        while !parser.isAtEnd {
            if let part = try parser.either(depth: 0, within: nil) { parts.append(part) }
            // A closing bracket too many parts the text and means nothing.
            parser.skipBracket()
        }
        guard let first = parts.first else { throw .empty }
        self = parts.count > 1 ? .all(parts) : first
    }
}

private struct KeywordParser {
    private enum Token: Equatable { case word(String), phrase(String), open, close, and, or, not, property(String, KeywordQuery.Comparison, String) }
    private var tokens: [Token] = []
    private var place = 0
    private var terms = 0

    init(_ text: String, _ properties: Set<String>) {
        var lexer = Lexer(bytes: Array(text.utf8))
        while let token = lexer.next(properties) { tokens.append(token) }
    }
    var isAtEnd: Bool { place >= tokens.count }
    mutating func skipBracket() { if place < tokens.count { place += 1 } }

    /// `within`: the property whose bracket this is.
    mutating func either(depth: Int, within property: (String, KeywordQuery.Comparison)?) throws(KeywordQuery.Failure) -> KeywordQuery? {
        guard depth <= KeywordQuery.Limits.depth else { throw .tooMuch }
        var choices: [KeywordQuery] = []
        while true {
            if let next = try all(depth: depth, within: property) { choices.append(next) }
            guard !isAtEnd, tokens[place] == .or else { break }
            place += 1
        }
        return choices.count > 1 ? .any(choices) : choices.first
    }
    /// What stands side by side belongs together; the same property twice is a choice. (MS-KQL §2.1.2)
    private mutating func all(depth: Int, within property: (String, KeywordQuery.Comparison)?) throws(KeywordQuery.Failure) -> KeywordQuery? {
        var parts: [KeywordQuery] = [], isExplicit = false
        while !isAtEnd {
            switch tokens[place] {
            case .or, .close: return Self.joined(parts)
            case .and:
                place += 1
                isExplicit = true
                continue
            default: break
            }
            guard let part = try one(depth: depth, within: property) else { continue }
            if !isExplicit, case .property(let name, .has, _) = part, let last = parts.last, Self.isChoice(of: name, last) {
                if case .any(let choices) = last { parts[parts.count - 1] = .any(choices + [part]) } else { parts[parts.count - 1] = .any([last, part]) }
            } else {
                parts.append(part)
            }
            isExplicit = false
        }
        return Self.joined(parts)
    }
    private static func isChoice(of name: String, _ query: KeywordQuery) -> Bool {
        switch query {
        case .property(name, .has, _): true
        case .any(let choices): choices.allSatisfy { if case .property(name, .has, _) = $0 { true } else { false } }
        default: false
        }
    }
    private static func joined(_ parts: [KeywordQuery]) -> KeywordQuery? { parts.count > 1 ? .all(parts) : parts.first }

    private mutating func one(depth: Int, within property: (String, KeywordQuery.Comparison)?) throws(KeywordQuery.Failure) -> KeywordQuery? {
        let token = tokens[place]
        place += 1
        switch token {
        case .not:
            guard depth < KeywordQuery.Limits.depth else { throw .tooMuch }
            guard !isAtEnd, tokens[place] != .close, tokens[place] != .or, tokens[place] != .and else { return nil }
            return try negated(depth: depth, within: property)
        case .open: return try bracket(depth: depth, within: property)
        case .word(let text), .phrase(let text):
            terms += 1
            guard terms <= KeywordQuery.Limits.terms else { throw .tooMuch }
            return property.map { .property($0.0, $0.1, text) } ?? .text(text)
        case .property(let name, let comparison, let value):
            terms += 1
            guard terms <= KeywordQuery.Limits.terms else { throw .tooMuch }
            guard value.isEmpty else { return .property(name, comparison, value) }
            // `subject:"two words"`, `subject:(this OR that)`
            guard !isAtEnd else { return nil }
            switch tokens[place] {
            case .phrase(let text):
                place += 1
                return .property(name, comparison, text)
            case .open:
                place += 1
                return try bracket(depth: depth, within: (name, comparison))
            default: return nil
            }
        case .close, .and, .or: return nil
        }
    }
    private mutating func negated(depth: Int, within property: (String, KeywordQuery.Comparison)?) throws(KeywordQuery.Failure) -> KeywordQuery? {
        guard depth < KeywordQuery.Limits.depth else { throw .tooMuch }
        if tokens[place] == .not {
            place += 1
            guard !isAtEnd else { return nil }
            return try negated(depth: depth + 1, within: property).map { .not($0) }
        }
        return try one(depth: depth + 1, within: property).map { .not($0) }
    }
    private mutating func bracket(depth: Int, within property: (String, KeywordQuery.Comparison)?) throws(KeywordQuery.Failure) -> KeywordQuery? {
        let inner = try either(depth: depth + 1, within: property)
        if !isAtEnd, tokens[place] == .close { place += 1 }
        return inner
    }

    private struct Lexer {
        let bytes: [UInt8]
        var index = 0

        mutating func next(_ properties: Set<String>) -> Token? {
            while index < bytes.count, bytes[index] <= 32 { index += 1 }
            guard index < bytes.count else { return nil }
            switch bytes[index] {
            case UInt8(ascii: "("):
                index += 1
                return .open
            case UInt8(ascii: ")"):
                index += 1
                return .close
            case UInt8(ascii: "\""):
                let text = phrase()
                return text.isEmpty ? next(properties) : .phrase(text)
            case UInt8(ascii: "-") where isSign:
                index += 1
                return .not
            case UInt8(ascii: "+") where isSign:
                index += 1
                return next(properties)
            default: return word(properties)
            }
        }
        /// A sign stands right before what it is about.
        private var isSign: Bool {
            index + 1 < bytes.count && bytes[index + 1] > 32 && bytes[index + 1] != bytes[index]
        }
        private mutating func phrase() -> String {
            index += 1
            let start = index
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") { index += 1 }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            if index < bytes.count { index += 1 }
            return text.allSatisfy(\.isWhitespace) ? "" : text
        }
        private mutating func word(_ properties: Set<String>) -> Token? {
            let start = index
            while index < bytes.count, bytes[index] > 32, bytes[index] != UInt8(ascii: "("), bytes[index] != UInt8(ascii: ")"),
                bytes[index] != UInt8(ascii: "\"")
            { index += 1 }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            switch text {
            case "AND": return .and
            case "OR": return .or
            case "NOT": return .not
            default: break
            }
            let name = text.utf8.prefix(while: ASCII.isLetter)
            let rest = text.utf8.dropFirst(name.count)
            let property = ASCII.lowercased(String(decoding: name, as: UTF8.self))
            if properties.contains(property), let comparison = KeywordQuery.Comparison.allCases.first(where: { rest.starts(with: $0.rawValue.utf8) }) {
                return .property(property, comparison, Self.withoutStar(String(decoding: rest.dropFirst(comparison.rawValue.utf8.count), as: UTF8.self)))
            }
            let plain = Self.withoutStar(text)
            return plain.isEmpty ? next(properties) : .word(plain)
        }
        /// Words are found by parts of them anyway.
        private static func withoutStar(_ text: String) -> String { text.hasSuffix("*") ? String(text.dropLast()) : text }
    }
}
