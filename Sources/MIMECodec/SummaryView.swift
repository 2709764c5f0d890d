package import Model

/// The blob is not one that this program wrote: the item is to be summarised anew from its content.
package struct SummaryCorrupt: Error, Equatable { package init() {} }

/// A summary read from its blob, field by field, without unpacking the rest. Never traps whatever the blob holds.
package struct SummaryView: Sendable {
    let blob: [UInt8]

    /// nil: not a summary, or one of another version.
    package init?(_ blob: [UInt8]) {
        guard SummaryHead.isSound(blob) else { return nil }
        self.blob = blob
    }
    package var size: Int { SummaryHead.size(blob) }
    package var headerSize: Int { SummaryHead.headerSize(blob) }
    package var sentDate: Timestamp? { SummaryHead.flags(blob) & 2 != 0 ? Timestamp(milliseconds: SummaryHead.date(blob)) : nil }
    package var importance: Importance { Importance(rawValue: blob[2]) ?? .normal }
    package var kind: MessageKind { MessageKind(rawValue: blob[3]) ?? .plain }
    package var hasAttachments: Bool { SummaryHead.flags(blob) & 1 != 0 }

    /// ENVELOPE in list form, ready to be copied to an IMAP client: `("date" "subject" ((…)) …)`. (RFC 3501 §7.4.2)
    package var envelopeList: ArraySlice<UInt8> { blob[SummaryHead.range(blob, .envelope)] }
    /// BODYSTRUCTURE in list form.
    package var structureList: ArraySlice<UInt8> { blob[SummaryHead.range(blob, .structure)] }
    /// BODY in list form: the structure without extension data.
    package func bodyList() throws(SummaryCorrupt) -> [UInt8] { StructureList.render(try structure(), extended: false) }

    /// The parts with their ranges in the content.
    package func structure() throws(SummaryCorrupt) -> MessagePart {
        var reader = BlobReader(blob, SummaryHead.range(blob, .parts))
        return try reader.readPart()
    }
    package func threadKeys() throws(SummaryCorrupt) -> [Int64] {
        var reader = BlobReader(blob, SummaryHead.range(blob, .threads))
        return try reader.readKeys()
    }
    package func attachments() throws(SummaryCorrupt) -> [Attachment] {
        var reader = BlobReader(blob, SummaryHead.range(blob, .attachments))
        return try reader.readAttachments()
    }
    package func display() throws(SummaryCorrupt) -> DisplayTexts {
        var reader = BlobReader(blob, SummaryHead.range(blob, .display))
        return try reader.readDisplay()
    }
    /// The display subject alone.
    package func subject() throws(SummaryCorrupt) -> String {
        var reader = BlobReader(blob, SummaryHead.range(blob, .display))
        return try reader.readString()
    }
    /// Message-ID without white space; empty where there is none.
    package func messageID() throws(SummaryCorrupt) -> String {
        var reader = BlobReader(blob, SummaryHead.range(blob, .identity))
        return try reader.readString()
    }
}
