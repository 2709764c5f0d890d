import Bytes

/// Composes a message: fields, then one body, with CRLF. Nothing a caller passes can begin another field or end the header. (threat T38)
package struct MessageWriter: Sendable {
    package indirect enum Body: Sendable {
        case text(subtype: String, String)
        case attachment(name: String, mediaType: String, [UInt8])
        /// A file that another part shows or names by its Content-ID. (RFC 2392)
        case inline(name: String, mediaType: String, contentID: String, [UInt8])
        /// A message, its octets as they stand.
        case message([UInt8])
        /// Octets of a type that must stay as they are: delivery-status, rfc822-headers and the like.
        case raw(mediaType: String, [UInt8])
        case multipart(subtype: String, parameters: [(String, String)], [Body])
    }
    private var header: [UInt8] = []

    package init() {}
    /// A structured field whose value is ASCII as given.
    package mutating func field(_ name: String, _ value: String) { header += HeaderLine.make(name, Array(value.utf8)) }
    /// An unstructured field: encoded words where needed.
    package mutating func text(_ name: String, _ value: String) { header += HeaderLine.make(name, EncodedWord.encode(value)) }
    /// An address list; nothing where it is empty.
    package mutating func addresses(_ name: String, _ list: [DisplayAddress]) {
        guard !list.isEmpty else { return }
        var value: [UInt8] = []
        for (index, address) in list.enumerated() {
            if index > 0 { value += [0x2C, 32] }
            value += Self.mailbox(address)
        }
        header += HeaderLine.make(name, value)
    }
    /// mailbox = [display-name] "<" addr-spec ">" (RFC 5322 §3.4)
    package static func mailbox(_ address: DisplayAddress) -> [UInt8] {
        let spec = address.address.utf8.filter { $0 > 32 && $0 != 127 && $0 != 0x3C && $0 != 0x3E && $0 != 0x2C }
        guard !address.name.isEmpty else { return spec }
        return phrase(address.name) + [32, 0x3C] + spec + [0x3E]
    }
    /// Atoms as they are, other ASCII quoted, the rest in encoded words. (RFC 5322 §3.2.5; RFC 2047 §5 (3))
    private static func phrase(_ name: String) -> [UInt8] {
        let text = EncodedWord.withoutControls(Array(name.utf8))
        guard text.allSatisfy({ $0 < 127 }), !EncodedWord.contains(text, [0x3D, 0x3F]) else { return EncodedWord.words(String(decoding: text, as: UTF8.self)) }
        let isAtoms = text.allSatisfy { ASCII.isAlphanumeric($0) || $0 == 32 || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
        return isAtoms && text.first != 32 && text.last != 32 ? text : quoted(text)
    }
    private static func quoted(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x22]
        for octet in text {
            if octet == 0x22 || octet == 0x5C { result.append(0x5C) }
            result.append(octet)
        }
        return result + [0x22]
    }

    /// The octets. `boundary` makes the boundaries of multiparts: letters and digits, unlikely in any text; made longer where a part has it.
    package consuming func finish(_ body: Body, boundary: String) -> [UInt8] {
        var seed = boundary.utf8.filter { ASCII.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F }
        if seed.isEmpty || seed.count > 48 { seed = Array(seed.prefix(48)) + [0x2D] }
        var parts = PartWriter(boundary: seed)
        var message = header + HeaderLine.make("MIME-Version", [0x31, 0x2E, 0x30])
        message += parts.write(body)
        return message
    }
    /// What to escape in `name*=`: all but attribute-char. (RFC 2231 §7)
    fileprivate static func parameter(_ name: String, _ value: String) -> [UInt8] {
        let text = EncodedWord.withoutControls(Array(value.utf8))
        if text.allSatisfy({ $0 < 127 }) { return Array("; \(name)=".utf8) + quoted(text) }
        var result = Array("; \(name)*=utf-8''".utf8)
        for octet in text {
            if ASCII.isAlphanumeric(octet) || octet == 0x2E || octet == 0x2D || octet == 0x5F {
                result.append(octet)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                result += [0x25, digits[Int(octet >> 4)], digits[Int(octet & 15)]]
            }
        }
        return result
    }
}

/// Writes parts with their headers.
private struct PartWriter {
    let boundary: [UInt8]
    private var count = 0

    init(boundary: [UInt8]) { self.boundary = boundary }

    /// Header fields, empty line, body.
    mutating func write(_ body: MessageWriter.Body) -> [UInt8] {
        switch body {
        case .text(let subtype, let text): return Self.text(subtype, TransferEncoding.crlf(Array(text.utf8)))
        case .attachment(let name, let mediaType, let octets): return Self.file("attachment", name, mediaType, nil, octets)
        case .inline(let name, let mediaType, let contentID, let octets): return Self.file("inline", name, mediaType, contentID, octets)
        case .message(let octets): return Self.asItIs("message/rfc822", octets)
        case .raw(let mediaType, let octets): return Self.asItIs(mediaType, octets)
        case .multipart(let subtype, let parameters, let parts): return multipart(subtype, parameters, parts)
        }
    }
    private static func file(_ disposition: String, _ name: String, _ mediaType: String, _ contentID: String?, _ octets: [UInt8]) -> [UInt8] {
        var head = HeaderLine.make("Content-Type", Self.mediaType(mediaType) + (name.isEmpty ? [] : MessageWriter.parameter("name", name)))
        head += HeaderLine.make("Content-Disposition", Array(disposition.utf8) + (name.isEmpty ? [] : MessageWriter.parameter("filename", name)))
        if let contentID { head += HeaderLine.make("Content-ID", [0x3C] + contentID.utf8.filter { $0 > 32 && $0 < 127 && $0 != 0x3C && $0 != 0x3E } + [0x3E]) }
        return head + Array("Content-Transfer-Encoding: base64\r\n\r\n".utf8) + TransferEncoding.base64(octets)
    }
    private static func text(_ subtype: String, _ text: [UInt8]) -> [UInt8] {
        let (encoding, octets) = TransferEncoding.encoded(text)
        let charset = encoding == "7bit" ? "us-ascii" : "utf-8"
        let head = HeaderLine.make("Content-Type", mediaType("text/" + subtype) + Array("; charset=\(charset)".utf8))
        return head + Array("Content-Transfer-Encoding: \(encoding)\r\n\r\n".utf8) + octets
    }
    private static func asItIs(_ mediaType: String, _ octets: [UInt8]) -> [UInt8] {
        let encoding = octets.span.isASCII ? "7bit" : "8bit"
        return HeaderLine.make("Content-Type", self.mediaType(mediaType)) + Array("Content-Transfer-Encoding: \(encoding)\r\n\r\n".utf8) + octets
    }
    private mutating func multipart(_ subtype: String, _ parameters: [(String, String)], _ parts: [MessageWriter.Body]) -> [UInt8] {
        let pieces = parts.map { write($0) }
        count += 1
        let (mark, joined) = Multipart.joined(pieces, boundary: Array("=_".utf8) + boundary + Array("-\(count)".utf8))
        var head = mediaType("multipart/" + subtype)
        for (name, value) in parameters { head += MessageWriter.parameter(String(decoding: HeaderLine.name(name), as: UTF8.self), value) }
        return HeaderLine.make("Content-Type", head + Array("; boundary=\"".utf8) + mark + [0x22]) + [13, 10] + joined
    }
    private func mediaType(_ type: String) -> [UInt8] { Self.mediaType(type) }
    /// type "/" subtype of tokens, or application/octet-stream.
    private static func mediaType(_ type: String) -> [UInt8] {
        let halves = type.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        let isGood = halves.count == 2 && halves.allSatisfy { !$0.isEmpty && $0.count < 128 && $0.allSatisfy { FieldLexer.isTokenByte($0) && $0 < 127 } }
        return isGood ? Array(type.utf8) : Array("application/octet-stream".utf8)
    }
}

/// The body of a multipart. (RFC 2046 §5.1.1)
enum Multipart {
    /// Parts with their headers between delimiters. No part may hold the boundary: each round makes it longer; the longest line is finite.
    static func joined(_ parts: [[UInt8]], boundary: [UInt8]) -> (boundary: [UInt8], body: [UInt8]) {
        var mark = boundary
        while parts.contains(where: { TextSearch.find([0x2D, 0x2D] + mark, in: $0.span) }), mark.count < 68 { mark.append(0x78) }
        var body: [UInt8] = []
        for part in parts { body += [0x2D, 0x2D] + mark + [13, 10] + part + [13, 10] }
        return (mark, body + [0x2D, 0x2D] + mark + [0x2D, 0x2D, 13, 10])
    }
}
