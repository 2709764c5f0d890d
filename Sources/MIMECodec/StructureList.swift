import Bytes

/// BODYSTRUCTURE and BODY as a parenthesised list. (RFC 3501 §7.4.2)
package enum StructureList {
    /// `extended`: with extension data, as BODYSTRUCTURE has it; without, as BODY has it.
    package static func render(_ part: MessagePart, extended: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        write(part, extended: extended, to: &bytes)
        return bytes
    }
    static func write(_ part: MessagePart, extended: Bool, to bytes: inout [UInt8]) {
        bytes.append(0x28)
        if part.isMultipart {
            for child in part.children { write(child, extended: extended, to: &bytes) }
            bytes.append(0x20)
            ListText.write(part.subtype, to: &bytes)
            if extended {
                bytes.append(0x20)
                write(part.parameters, to: &bytes)
                writeTail(part, to: &bytes)
            }
        } else {
            writeSingle(part, extended: extended, to: &bytes)
        }
        bytes.append(0x29)
    }
    private static func writeSingle(_ part: MessagePart, extended: Bool, to bytes: inout [UInt8]) {
        // A multipart too deep to be opened, or a nested message likewise, has no form of its own in the grammar. (RFC 3501 §9 media-basic)
        let isClosed = part.type == "multipart" || part.type == "message" && part.subtype == "rfc822" && !part.isMessage
        ListText.write(isClosed ? "application" : part.type, to: &bytes)
        bytes.append(0x20)
        ListText.write(isClosed ? "octet-stream" : part.subtype, to: &bytes)
        bytes.append(0x20)
        write(part.parameters, to: &bytes)
        bytes.append(0x20)
        ListText.write(optional: part.contentID, to: &bytes)
        bytes.append(0x20)
        ListText.write(optional: part.description, to: &bytes)
        bytes.append(0x20)
        ListText.write(part.encoding, to: &bytes)
        bytes.append(0x20)
        bytes.append(contentsOf: String(part.body.count).utf8)
        if part.isMessage {
            bytes.append(0x20)
            bytes.append(contentsOf: part.envelope)
            bytes.append(0x20)
            write(part.children[0], extended: extended, to: &bytes)
        }
        if part.isMessage || part.isText {
            bytes.append(0x20)
            bytes.append(contentsOf: String(part.lines).utf8)
        }
        if extended {
            bytes.append(0x20)
            ListText.write(optional: part.md5, to: &bytes)
            writeTail(part, to: &bytes)
        }
    }
    /// body-fld-dsp, body-fld-lang, body-fld-loc
    private static func writeTail(_ part: MessagePart, to bytes: inout [UInt8]) {
        bytes.append(0x20)
        if let disposition = part.disposition {
            bytes.append(0x28)
            ListText.write(disposition.value, to: &bytes)
            bytes.append(0x20)
            write(disposition.parameters, to: &bytes)
            bytes.append(0x29)
        } else {
            ListText.writeNil(to: &bytes)
        }
        bytes.append(0x20)
        if part.languages.isEmpty {
            ListText.writeNil(to: &bytes)
        } else {
            bytes.append(0x28)
            for (index, language) in part.languages.enumerated() {
                if index > 0 { bytes.append(0x20) }
                ListText.write(language, to: &bytes)
            }
            bytes.append(0x29)
        }
        bytes.append(0x20)
        ListText.write(optional: part.location, to: &bytes)
    }
    private static func write(_ parameters: [Parameter], to bytes: inout [UInt8]) {
        guard !parameters.isEmpty else { ListText.writeNil(to: &bytes); return }
        bytes.append(0x28)
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { bytes.append(0x20) }
            ListText.write(parameter.name, to: &bytes)
            bytes.append(0x20)
            ListText.write(parameter.value, to: &bytes)
        }
        bytes.append(0x29)
    }
}
