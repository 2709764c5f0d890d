import Bytes

/// Content-Type and Content-Disposition: a value and its parameters. Joins the sections of RFC 2231, decodes nothing. Linear.
package enum ParameterParser {
    /// nil where there is no type or no subtype: the caller takes the default. (RFC 2045 §5.2)
    package static func contentType(_ field: [UInt8]) -> (type: String, subtype: String, parameters: [Parameter])? {
        var lexer = FieldLexer(field)
        lexer.skipSpace()
        let type = lexer.takeToken()
        lexer.skipSpace()
        guard !type.isEmpty, lexer.take(0x2F) else { return nil }
        lexer.skipSpace()
        let subtype = lexer.takeToken()
        guard !subtype.isEmpty else { return nil }
        return (lowered(type), lowered(subtype), parameters(&lexer))
    }
    package static func disposition(_ field: [UInt8]) -> Disposition? {
        var lexer = FieldLexer(field)
        lexer.skipSpace()
        let value = lexer.takeToken()
        guard !value.isEmpty else { return nil }
        return Disposition(value: lowered(value), parameters: parameters(&lexer))
    }
    static func lowered(_ bytes: [UInt8]) -> String { String(decoding: bytes.map(ASCII.lower), as: UTF8.self) }

    private static func parameters(_ lexer: inout FieldLexer) -> [Parameter] {
        var plain: [Parameter] = []
        var sections = SectionedParameters()
        while !lexer.isAtEnd, plain.count + sections.names < Limits.parameters {
            lexer.skipSpace()
            if lexer.take(0x3B) { continue }
            let name = lexer.takeToken()
            lexer.skipSpace()
            guard !name.isEmpty, lexer.take(0x3D) else {
                // No parameter: a stray word, or an octet that begins nothing.
                if name.isEmpty { lexer.place += 1 }
                continue
            }
            lexer.skipSpace()
            let value = takeValue(&lexer)
            let lower = name.map(ASCII.lower)
            if !sections.add(lower, value) { plain.append(Parameter(name: String(decoding: lower, as: UTF8.self), value: value)) }
        }
        return plain + sections.joined()
    }
    /// A quoted string or a token. A bare value may have spaces, as mail has it (`name=my file.pdf`); it ends at a semicolon, and where
    /// another parameter follows without one (`format=flowed delsp=yes`). A quote that is never closed counts as none.
    private static func takeValue(_ lexer: inout FieldLexer) -> [UInt8] {
        if lexer.peek == 0x22 {
            let start = lexer.place
            let value = lexer.takeQuoted()
            if lexer.place > start + 1, lexer.text[lexer.place - 1] == 0x22, !lexer.isAtEnd || lexer.text.count > start + 1 { return value }
            lexer.place = start + 1
            return lexer.take { $0 != 0x3B && $0 > 32 }
        }
        var value: [UInt8] = []
        while !lexer.isAtEnd {
            value += lexer.take { $0 > 32 && $0 != 0x3B && $0 != 0x22 }  // `(1).pdf` right behind a word is no comment
            let space = lexer.place
            lexer.skipSpace()
            let next = lexer.place
            guard next > space, !lexer.isAtEnd, lexer.peek != 0x3B, lexer.peek != 0x22 else { break }
            let word = lexer.takeToken()
            let isParameter = lexer.peek == 0x3D
            lexer.place = next
            if isParameter || word.isEmpty { break }
            value += lexer.text[space..<next]  // a comment is one only at the end: `my file (1).pdf`
        }
        return value
    }
}

/// `name*0`, `name*1*` … by name, to be joined in order. (RFC 2231 §3, §4.1)
private struct SectionedParameters {
    private var sections: [(name: [UInt8], parts: [(number: Int, isExtended: Bool, value: [UInt8])])] = []
    private var places: [[UInt8]: Int] = [:]
    private var count = 0
    var names: Int { sections.count }

    /// false: the name has no section number.
    mutating func add(_ name: [UInt8], _ value: [UInt8]) -> Bool {
        guard let star = name.firstIndex(of: 0x2A) else { return false }
        var digits = name[(star + 1)...]
        let isExtended = digits.last == 0x2A
        if isExtended { digits = digits.dropLast() }
        guard (1...9).contains(digits.count), digits.allSatisfy(ASCII.isDigit) else { return false }
        guard count < Limits.parameterSections else { return true }
        count += 1
        let number = digits.reduce(0) { $0 * 10 + Int($1 - 48) }  // nine digits at most
        let base = Array(name[..<star])
        if let place = places[base] {
            sections[place].parts.append((number, isExtended, value))
        } else {
            places[base] = sections.count
            sections.append((base, [(number, isExtended, value)]))
        }
        return true
    }
    func joined() -> [Parameter] {
        sections.map { section in
            let parts = section.parts.sorted { $0.number < $1.number }
            let isExtended = parts.contains { $0.isExtended }
            var value: [UInt8] = []
            var wanted = 0
            for part in parts where part.number == wanted {  // a gap ends the value, a double is dropped
                wanted += 1
                // A plain section among extended ones may hold percent signs that mean themselves.
                if isExtended, !part.isExtended { for byte in part.value { value += byte == 0x25 ? [0x25, 0x32, 0x35] : [byte] } } else { value += part.value }
            }
            return Parameter(name: String(decoding: section.name, as: UTF8.self) + (isExtended ? "*" : ""), value: value)
        }
    }
}
