import Bytes

/// The files of a message, from its structure: everything that is neither the body nor one of its other forms.
struct AttachmentList {
    private(set) var attachments: [Attachment] = []
    /// Whether one of them is a file that a reader would miss: neither shown inside the text nor part of a signature or report.
    private(set) var hasFiles = false
    private let body: Set<[Int]>

    init(_ root: MessagePart) {
        let choice = BodyChoice(root: root)
        body = Set((choice.segments(.plain) + choice.segments(.html)).map(\.path))
        if root.isMultipart { visit(root, []) } else { add(root, [1], parent: "") }
    }
    private mutating func visit(_ part: MessagePart, _ path: [Int]) {
        for (index, child) in part.children.enumerated() where attachments.count < Limits.attachments {
            let place = path + [index + 1]
            if child.isMultipart { visit(child, place) } else { add(child, place, parent: part.subtype) }
        }
    }
    private mutating func add(_ part: MessagePart, _ path: [Int], parent: String) {
        guard !body.contains(path) else { return }
        let isAttachment = part.disposition?.value == "attachment"
        // Other forms of the body are not files: text beside it in an alternative, and the calendar form of an invitation.
        if parent == "alternative", part.isText, !isAttachment { return }
        if part.isText, !isAttachment, !BodyChoice.hasName(part), BodyChoice.isBodyText(part, isFirst: true) { return }
        if path == [1], parent.isEmpty, part.body.isEmpty { return }
        if parent == "signed" || parent == "encrypted", part.subtype.hasSuffix("-signature") || part.subtype == "pgp-encrypted" { return }
        let isReferred = parent == "related" && (part.contentID != nil || part.location != nil)
        let isInline = !isAttachment && (isReferred || part.contentID != nil && part.type == "image") || isReferred && part.type == "image"
        attachments.append(Attachment(
            path: path, name: Self.name(part), mediaType: part.mediaType,
            size: TransferDecoding.estimate(encoded: part.body.count, lines: part.lines, encoding: part.encoding),
            contentID: Self.identifier(part.contentID), contentLocation: Self.text(part.location), isInline: isInline, isMessage: part.isMessage))
        if !isInline, parent != "report" { hasFiles = true }
    }
    private static func text(_ octets: [UInt8]?) -> String { octets.map { EncodedWord.decode(Array($0.prefix(Limits.displayOctets))) } ?? "" }
    /// Content-ID without its brackets. (RFC 2392 §2)
    private static func identifier(_ octets: [UInt8]?) -> String {
        var id = Array((octets ?? []).filter { $0 > 32 }.prefix(Limits.displayOctets))
        if id.first == 0x3C { id.removeFirst() }
        if id.last == 0x3E { id.removeLast() }
        return String(decoding: id, as: UTF8.self)
    }
    /// The file name: filename before name, no directories, no controls, not endless.
    private static func name(_ part: MessagePart) -> String {
        let found = part.disposition.flatMap { ParameterParser.text("filename", $0.parameters) } ?? ParameterParser.text("name", part.parameters) ?? ""
        let last = found.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let clean = last.unicodeScalars.filter { !isDeceptive($0) }
        let name = DisplayAddress.trimmed(String(String.UnicodeScalarView(clean.prefix(Limits.fileNameCharacters))))
        return name == "." || name == ".." ? "" : name
    }
    /// Controls, and what turns the direction of writing: `invoice\u{202E}fdp.exe`.
    private static func isDeceptive(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 32 || (0x7F...0x9F).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
}

extension Attachment {
    private static let endings = [
        "jpeg": "jpg", "plain": "txt", "calendar": "ics", "x-vcard": "vcf", "vcard": "vcf", "svg+xml": "svg", "octet-stream": "bin",
    ]
    /// A name to show: the message's own, else one made from the type.
    package var displayName: String {
        if !name.isEmpty { return name }
        if isMessage { return "message.eml" }
        let subtype = mediaType.split(separator: "/").last.map(String.init) ?? ""
        let ending = Self.endings[subtype] ?? subtype
        let isEnding = (1...8).contains(ending.utf8.count) && ending.utf8.allSatisfy(ASCII.isAlphanumeric)
        return "attachment." + (isEnding ? ending : "bin")
    }
}
