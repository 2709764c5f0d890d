import Bytes

/// address-list of RFC 5322 §3.4 with the obsolete forms of §4.4, and lenient beyond: every list yields what can be read of it. Linear.
/// 1. No mailbox has a nil local part or domain: those mean groups in IMAP. (RFC 3501 §7.4.2)
/// 2. Every group that was begun is ended.
package enum AddressParser {
    package static func parse(_ text: [UInt8], limit: Int = Limits.addresses) -> [AddressEntry] {
        var reader = AddressReader(text)
        var list: [AddressEntry] = []
        var isInGroup = false
        while !reader.lexer.isAtEnd, list.count < limit - 2 {
            switch reader.element(isInGroup: isInGroup) {
            case .nothing: break
            case .mailbox(let mailbox): list.append(.mailbox(mailbox))
            case .group(let name): list.append(.groupStart(name: name)); isInGroup = true
            }
            if reader.endedGroup, isInGroup { list.append(.groupEnd); isInGroup = false }
        }
        if isInGroup { list.append(.groupEnd) }
        return list
    }
    /// The mailboxes alone, members of groups among them.
    package static func mailboxes(_ text: [UInt8], limit: Int = Limits.addresses) -> [Mailbox] {
        parse(text, limit: limit).compactMap { if case .mailbox(let mailbox) = $0 { mailbox } else { nil } }
    }
}

/// Reads one element of a list after the other.
private struct AddressReader {
    enum Element { case nothing, mailbox(Mailbox), group([UInt8]) }
    struct Word { let text: [UInt8]; let hasSpaceBefore: Bool }

    var lexer: FieldLexer
    /// Whether the element last read was ended by a semicolon.
    private(set) var endedGroup = false

    init(_ text: [UInt8]) { lexer = FieldLexer(text) }

    mutating func element(isInGroup: Bool) -> Element {
        endedGroup = false
        var words: [Word] = []
        var comment: [UInt8]?
        var hasSpace = false
        while let byte = lexer.peek {
            switch byte {
            case 32, 9, 13, 10: lexer.place += 1; hasSpace = true; continue
            case 0x28:
                let text = lexer.takeComment()
                if comment == nil { comment = text }
                hasSpace = true
                continue
            case 0x22: words.append(Word(text: lexer.takeQuoted(), hasSpaceBefore: hasSpace))
            case 0x3C:
                lexer.place += 1
                return angle(words, comment)
            case 0x2C: lexer.place += 1; return bare(words, nil, comment)
            case 0x3B: lexer.place += 1; endedGroup = true; return bare(words, nil, comment)
            case 0x3A:
                lexer.place += 1
                if !isInGroup, !words.isEmpty { return .group(phrase(words)) }
            case 0x40:
                lexer.place += 1
                let domain = takeDomain(&comment)
                // `me@here <me@here>`: the name looks like an address
                if lexer.peek == 0x3C {
                    words.append(Word(text: [0x40] + domain, hasSpaceBefore: false))
                    continue
                }
                return bare(words, domain, passRest(comment))
            case 0x3E, 0x29, 0x5D: lexer.place += 1  // nothing was opened
            default: words.append(Word(text: takeAtom(), hasSpaceBefore: hasSpace))
            }
            hasSpace = false
        }
        return bare(words, nil, comment)
    }
    /// An atom; an encoded word is one whatever octets are in it, for many writers do not encode commas. (RFC 2047 §5)
    private mutating func takeAtom() -> [UInt8] {
        let text = lexer.text, start = lexer.place
        if text[start] == 0x3D, start + 1 < text.count, text[start + 1] == 0x3F {
            var end = start + 2, marks = 0
            let last = min(text.count - 1, start + Limits.encodedWordOctets)
            while end < last, text[end] > 32 {
                if text[end] == 0x3F { marks += 1 }
                if marks >= 3, text[end] == 0x3F, text[end + 1] == 0x3D {
                    lexer.place = end + 2
                    return Array(text[start..<lexer.place])
                }
                end += 1
            }
        }
        return lexer.take(while: Self.isAtomByte)
    }
    /// Everything but white space and what ends or begins something.
    static func isAtomByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 32, 9, 13, 10, 0x28, 0x29, 0x3C, 0x3E, 0x40, 0x2C, 0x3B, 0x3A, 0x22, 0x5D: false
        default: true
        }
    }
    /// Words with one space where there was white space.
    private func phrase(_ words: [Word]) -> [UInt8] {
        var text: [UInt8] = []
        for (index, word) in words.enumerated() {
            if index > 0, word.hasSpaceBefore { text.append(32) }
            text += word.text
        }
        return text
    }
    private func name(_ words: [Word], _ comment: [UInt8]?) -> [UInt8]? {
        let text = phrase(words)
        if !text.isEmpty { return text }
        guard var comment else { return nil }
        while let last = comment.last, ASCII.isWhitespace(last) { comment.removeLast() }
        comment = Array(comment.drop(while: ASCII.isWhitespace))
        return comment.isEmpty ? nil : comment
    }
    /// addr-spec without angle brackets.
    private func bare(_ words: [Word], _ domain: [UInt8]?, _ comment: [UInt8]?) -> Element {
        guard !words.isEmpty || domain != nil else { return .nothing }
        guard let domain else { return .mailbox(Mailbox(name: name([], comment), local: phrase(words), domain: [])) }
        // `John Smith js@here`: what stands apart before the local part can only be the name.
        var first = words.endIndex - 1
        while first > 0, !words[first].hasSpaceBefore || words[first].text.first == 0x2E || words[first - 1].text.last == 0x2E { first -= 1 }
        let before = first > 0 ? Array(words[..<first]) : []
        return .mailbox(Mailbox(name: name(before, comment), local: words[max(first, 0)...].flatMap(\.text), domain: domain))
    }
    /// After `<`: [route ":"] local "@" domain ">".
    private mutating func angle(_ words: [Word], _ outer: [UInt8]?) -> Element {
        var comment = outer
        var local: [UInt8] = []
        var domain: [UInt8] = []
        var route: [UInt8]?
        loop: while let byte = lexer.peek {
            switch byte {
            case 32, 9, 13, 10: lexer.place += 1
            case 0x28: let text = lexer.takeComment(); if comment == nil { comment = text }
            case 0x22: local += lexer.takeQuoted()
            case 0x3E: lexer.place += 1; break loop
            case 0x40:
                if local.isEmpty, domain.isEmpty, route == nil, let found = takeRoute() { route = found; continue }
                lexer.place += 1
                domain = takeDomain(&comment)
            case 0x2C, 0x3B: break loop  // the bracket was never closed
            case 0x3A, 0x3C, 0x29, 0x5D: lexer.place += 1
            default: local += lexer.take(while: Self.isAtomByte)
            }
        }
        comment = passRest(comment)
        // `<>` is somebody of whom nothing is known, not nobody.
        return .mailbox(Mailbox(name: name(words, comment), route: route, local: local, domain: domain))
    }
    /// obs-route = "@" domain *("," "@" domain) ":" ; nil (nothing taken) where there is no colon before the bracket's end. (RFC 5322 §4.4)
    private mutating func takeRoute() -> [UInt8]? {
        var end = lexer.place
        let last = min(lexer.text.count, end + Limits.routeOctets)
        while end < last, lexer.text[end] != 0x3A {
            if lexer.text[end] == 0x3E { return nil }
            end += 1
        }
        guard end < last else { return nil }
        let route = lexer.text[lexer.place..<end].filter { !ASCII.isWhitespace($0) }
        lexer.place = end + 1
        return Array(route)
    }
    /// domain or domain-literal, white space and comments taken out. After `@`.
    private mutating func takeDomain(_ comment: inout [UInt8]?) -> [UInt8] {
        var domain: [UInt8] = []
        while let byte = lexer.peek {
            switch byte {
            case 32, 9, 13, 10:
                lexer.place += 1
                // White space ends the domain but around dots. (RFC 5322 §4.4 obs-domain)
                if let next = lexer.peek, !domain.isEmpty, domain.last != 0x2E, next != 0x2E, !ASCII.isWhitespace(next), next != 0x28 { return domain }
            case 0x28: let text = lexer.takeComment(); if comment == nil { comment = text }
            case 0x5B:
                domain += lexer.take { $0 != 0x5D && $0 != 0x3E }
                if lexer.take(0x5D) { domain.append(0x5D) }
            case 0x3C, 0x3E, 0x2C, 0x3B, 0x3A, 0x22, 0x40, 0x29, 0x5D: return domain
            default: domain += lexer.take { Self.isAtomByte($0) && $0 != 0x5B }
            }
        }
        return domain
    }
    /// Passes over what stands before the next comma or semicolon, and takes that; a comment there may be the name.
    private mutating func passRest(_ outer: [UInt8]?) -> [UInt8]? {
        var comment = outer
        while let byte = lexer.peek {
            switch byte {
            case 0x28: let text = lexer.takeComment(); if comment == nil { comment = text }
            case 0x22: _ = lexer.takeQuoted()
            case 0x2C: lexer.place += 1; return comment
            case 0x3B: lexer.place += 1; endedGroup = true; return comment
            default: lexer.place += 1
            }
        }
        return comment
    }
}
