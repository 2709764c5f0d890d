// TOML 1.0 as far as a settings file needs it: tables, keys, texts, whole numbers, booleans, lists, inline tables. Pure; knows no key of ours.
// Dates, fractions, arrays of tables and texts over several lines are named and refused. (decision 0080; toml.io/en/v1.0.0)

struct TOML {
    enum Value: Equatable { case text(String), number(Int), bool(Bool), list([Value]) }
    struct Entry { let path: String; let value: Value; let line: Int }
    struct Mistake: Error { let line: Int; let words: String }
    enum Limits {
        /// Lists and inline tables within each other.
        static let depth = 8
        static let entries = 10_000
    }

    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    private var table = ""
    private var entries: [Entry] = []
    private var seen: [String: Int] = [:]

    /// All keys with their dotted paths, in the order of the file.
    static func parse(_ text: String) throws(Mistake) -> [Entry] {
        var parser = TOML(bytes: Array(text.utf8))
        try parser.run()
        return parser.entries
    }
    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }
    private func mistake(_ words: String) -> Mistake { Mistake(line: line, words: words) }

    private mutating func run() throws(Mistake) {
        while true {
            skipBlank(lines: true)
            guard let byte = next else { return }
            if byte == UInt8(ascii: "[") { try header() } else { try entry(under: table, depth: 0) }
            skipBlank(lines: false)
            guard next == nil || next == 10 else { throw mistake("nothing may follow on this line") }
        }
    }
    private mutating func header() throws(Mistake) {
        at += 1
        guard next != UInt8(ascii: "[") else { throw mistake("lists of tables have no use here") }
        table = try key()
        guard next == UInt8(ascii: "]") else { throw mistake("\"]\" is missing") }
        at += 1
        if let first = seen["[\(table)]"] { throw mistake("the table \(table) is there already, on line \(first)") }
        seen["[\(table)]"] = line
    }
    private mutating func entry(under prefix: String, depth: Int) throws(Mistake) {
        let start = line
        let name = try key()
        let path = prefix.isEmpty ? name : "\(prefix).\(name)"
        guard next == UInt8(ascii: "=") else { throw mistake("\"=\" is missing after \(name)") }
        at += 1
        skipBlank(lines: false)
        if next == UInt8(ascii: "{") { return try inlineTable(path, depth + 1) }
        let value = try value(depth + 1)
        if let first = seen[path] { throw Mistake(line: start, words: "\(path) is set already, on line \(first)") }
        seen[path] = start
        guard entries.count < Limits.entries else { throw mistake("there are more than \(Limits.entries) keys") }
        entries.append(Entry(path: path, value: value, line: start))
    }
    private mutating func inlineTable(_ path: String, _ depth: Int) throws(Mistake) {
        guard depth <= Limits.depth else { throw mistake("tables are nested too deep") }
        at += 1
        skipBlank(lines: false)
        if next == UInt8(ascii: "}") { at += 1; return }
        while true {
            try entry(under: path, depth: depth)
            skipBlank(lines: false)
            if next == UInt8(ascii: "}") { at += 1; return }
            guard next == UInt8(ascii: ",") else { throw mistake("\",\" or \"}\" is missing") }
            at += 1
        }
    }

    /// Bare and quoted parts with dots between.
    private mutating func key() throws(Mistake) -> String {
        var parts: [String] = []
        while true {
            skipBlank(lines: false)
            if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
                parts.append(try text())
            } else {
                let start = at
                while let byte = next, Self.isBare(byte) { at += 1 }
                guard at > start else { throw mistake("a key is missing") }
                parts.append(String(decoding: bytes[start..<at], as: UTF8.self))
            }
            skipBlank(lines: false)
            guard next == UInt8(ascii: ".") else { return parts.joined(separator: ".") }
            at += 1
        }
    }
    private mutating func value(_ depth: Int) throws(Mistake) -> Value {
        guard depth <= Limits.depth else { throw mistake("lists are nested too deep") }
        switch next {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(try text())
        case UInt8(ascii: "["): return .list(try list(depth))
        case nil, 10, UInt8(ascii: "#"): throw mistake("a value is missing")
        default: return try word()
        }
    }
    private mutating func list(_ depth: Int) throws(Mistake) -> [Value] {
        at += 1
        var values: [Value] = []
        while true {
            skipBlank(lines: true)
            if next == UInt8(ascii: "]") { at += 1; return values }
            guard next != nil else { throw mistake("\"]\" is missing") }
            values.append(try value(depth + 1))
            skipBlank(lines: true)
            if next == UInt8(ascii: ",") { at += 1 } else if next != UInt8(ascii: "]") { throw mistake("\",\" or \"]\" is missing") }
        }
    }
    /// true, false, or a whole number.
    private mutating func word() throws(Mistake) -> Value {
        let start = at
        while let byte = next, Self.isBare(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") { at += 1 }
        let word = String(decoding: bytes[start..<at], as: UTF8.self)
        if word == "true" { return .bool(true) }
        if word == "false" { return .bool(false) }
        let digits = word.filter { $0 != "_" }
        let bases: [(String, Int)] = [("0x", 16), ("0o", 8), ("0b", 2)]
        for (prefix, base) in bases where digits.hasPrefix(prefix) {
            if let number = Int(digits.dropFirst(2), radix: base) { return .number(number) }
        }
        if let number = Int(digits), word.first != "_", word.last != "_" { return .number(number) }
        throw mistake(word.isEmpty ? "a value is missing" : "\(VisibleText.of(String(word.prefix(40)))) is no value: texts stand in quotes")
    }
    /// "basic" with escapes, or 'literal' without.
    private mutating func text() throws(Mistake) -> String {
        let quote = bytes[at]
        if at + 2 < bytes.count, bytes[at + 1] == quote, bytes[at + 2] == quote { throw mistake("texts over several lines have no use here") }
        at += 1
        var text: [UInt8] = []
        while let byte = next {
            at += 1
            if byte == quote { return String(decoding: text, as: UTF8.self) }
            if byte < 32 && byte != 9 || byte == 127 { break }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") { text += try escape() } else { text.append(byte) }
        }
        throw mistake("the closing quote is missing")
    }
    private mutating func escape() throws(Mistake) -> [UInt8] {
        let letters: [UInt8: UInt8] = [
            UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10, UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13, UInt8(ascii: "\""): 34,
            UInt8(ascii: "\\"): 92,
        ]
        guard let letter = next else { throw mistake("the closing quote is missing") }
        at += 1
        if let byte = letters[letter] { return [byte] }
        let length = letter == UInt8(ascii: "u") ? 4 : letter == UInt8(ascii: "U") ? 8 : 0
        guard length > 0, at + length <= bytes.count, let code = UInt32(String(decoding: bytes[at..<at + length], as: UTF8.self), radix: 16),
            let scalar = Unicode.Scalar(code)
        else { throw mistake("a backslash is followed by b t n f r \" \\ u and 4 or U and 8 hex digits; write '…' for a text without escapes") }
        at += length
        return Array(String(Character(scalar)).utf8)
    }

    /// Spaces, tabs and comments; line ends too where they mean nothing.
    private mutating func skipBlank(lines: Bool) {
        while let byte = next {
            switch byte {
            case 32, 9, 13: at += 1
            case 10 where lines: at += 1; line += 1
            case UInt8(ascii: "#"): while let byte = next, byte != 10 { _ = byte; at += 1 }
            default: return
            }
        }
    }
    private static func isBare(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
