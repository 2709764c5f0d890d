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
            // Whatever stands before the next semicolon is no parameter.
            _ = lexer.take { $0 != 0x3B && $0 != 0x28 }
            lexer.skipSpace()
            guard lexer.take(0x3B) else { if lexer.isAtEnd { break }; lexer.place += lexer.peek == 0x3B || lexer.peek == 0x28 ? 0 : 1; continue }
            lexer.skipSpace()
            let name = lexer.takeToken()
            lexer.skipSpace()
            guard !name.isEmpty, lexer.take(0x3D) else { continue }
            lexer.skipSpace()
            let value = takeValue(&lexer)
            let lower = name.map(ASCII.lower)
            if !sections.add(lower, value) {
                let text = String(decoding: lower, as: UTF8.self)
                // The first of two equal names counts, as for fields.
                if !plain.contains(where: { $0.name == text }) { plain.append(Parameter(name: text, value: value)) }
            }
        }
        return plain + sections.joined()
    }
    /// A quoted string or a token; a bare value with spaces or specials runs to the semicolon, as mail has it: `name=my file.pdf`.
    private static func takeValue(_ lexer: inout FieldLexer) -> [UInt8] {
        if lexer.peek == 0x22 { return lexer.takeQuoted() }
        var value = lexer.take { $0 != 0x3B && $0 != 0x28 && $0 != 0x22 }
        while let last = value.last, last == 32 || last == 9 || last == 13 || last == 10 { value.removeLast() }
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
