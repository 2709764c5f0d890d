import Bytes

/// Searches the decoded text of a message: charsets and transfer encodings undone, parts that are no text left out.
package enum MessageText {
    /// SEARCH BODY (`header` false) and TEXT (true): a text part, a part's header, or the message's header contains the pattern. (RFC 3501 §6.4.4)
    package static func contains(_ pattern: TextPattern, in message: Span<UInt8>, root: MessagePart, header: Bool) -> Bool {
        guard !pattern.isEmpty else { return true }
        if header, headerContains(pattern, message.extracting(clamped(root.header, message))) { return true }
        return partContains(pattern, message, root)
    }
    /// SEARCH HEADER: a field of this name contains the pattern; an empty pattern: there is such a field.
    package static func header(_ name: String, contains pattern: TextPattern, in header: Span<UInt8>) -> Bool {
        let wanted = name.utf8.map(ASCII.lower)
        var isFound = false
        _ = HeaderReader.visit(header) { field in
            guard !isFound, HeaderReader.isNamed(wanted, field, header) else { return }
            isFound = pattern.isEmpty || pattern.matches(EncodedWord.decode(HeaderReader.unfolded(field.value, header)))
        }
        return isFound
    }
    private static func clamped(_ range: ByteRange, _ message: Span<UInt8>) -> Range<Int> { range.range.clamped(to: 0..<message.count) }

    /// Field by field, the name with the value: people search for `X-Mailer: Foo` too.
    private static func headerContains(_ pattern: TextPattern, _ header: Span<UInt8>) -> Bool {
        var isFound = false
        _ = HeaderReader.visit(header) { field in
            guard !isFound else { return }
            var line = [UInt8](header, field.name.range) + [0x3A, 32]
            let value = HeaderReader.unfolded(field.value, header)
            let isPlain = value.allSatisfy { $0 < 0x80 } && !EncodedWord.contains(value, [0x3D, 0x3F])
            line += isPlain ? value : Array(EncodedWord.decode(value).utf8)
            isFound = pattern.matches(line)
        }
        return isFound
    }
    private static func partContains(_ pattern: TextPattern, _ message: Span<UInt8>, _ part: MessagePart) -> Bool {
        guard part.children.isEmpty else {
            for child in part.children {
                if headerContains(pattern, message.extracting(clamped(child.header, message))) || partContains(pattern, message, child) { return true }
            }
            return false
        }
        guard part.isText || part.type == "message" else { return false }
        let range = clamped(part.body, message)
        let charset = BodyReader.charset(of: part)
        let entry = charset.flatMap(CharsetNames.find)
        let isPlain = entry?.decoder == .utf8 || entry?.decoder == .ascii || charset == nil
        if TransferDecoding.isIdentity(part.encoding), isPlain { return pattern.matches(message.extracting(range)) }
        let decoded = TransferDecoding.decode([UInt8](message, range), encoding: part.encoding)
        return pattern.matches(Charset.utf8(decoded, charset: BodyReader.charset(of: part, part.subtype == "html" ? decoded : [])))
    }
}
