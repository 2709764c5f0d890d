import Bytes
import IMAPCodec
import MailStore
import MIMECodec
import Model

/// `* n FETCH (…)`: copies from states and summaries into the outbox. (RFC 3501 §7.4.2)
enum FetchWriter {
    /// Writes an item that needs no octets of the content; false for one that does.
    static func write(_ item: FetchItem, _ message: FetchPage.Message, isRecent: Bool, to out: inout ByteBuffer) -> Bool {
        switch item {
        case .uid:
            out.append("UID ")
            out.append(decimal: Int(message.state.uid.rawValue))
        case .flags:
            out.append("FLAGS ")
            ResponseWriter.flags(message.state.flags, message.state.keywords, isRecent: isRecent, to: &out)
        case .internalDate:
            out.append("INTERNALDATE ")
            InternalDate.write(message.state.date, to: &out)
        case .size:
            out.append("RFC822.SIZE ")
            out.append(decimal: Int(message.state.size))
        case .envelope:
            out.append("ENVELOPE ")
            if let summary = message.summary { out.append(summary.envelopeList) } else { out.append(noEnvelope) }
        case .bodyStructure:
            out.append("BODYSTRUCTURE ")
            if let summary = message.summary { out.append(summary.structureList) } else { out.append(noStructure) }
        case .body:
            out.append("BODY ")
            if let list = try? message.summary?.bodyList() { out.append(list) } else { out.append(noStructure) }
        case .rfc822, .rfc822Header, .rfc822Text, .section: return false
        }
        return true
    }
    static func name(_ item: FetchItem, to out: inout ByteBuffer) {
        switch item {
        case .rfc822: out.append("RFC822")
        case .rfc822Header: out.append("RFC822.HEADER")
        case .rfc822Text: out.append("RFC822.TEXT")
        case .section(let request): ResponseWriter.section(request, to: &out)
        default: break
        }
        out.append(ASCII.space)
    }
    static func octets(_ octets: [UInt8], _ piece: FetchPlan.Piece, to out: inout ByteBuffer) {
        if case .absent = piece { out.append("NIL"); return }
        ResponseWriter.literal(size: octets.count, to: &out)
        out.append(octets)
    }
    // Of a summary that cannot be read: an answer that every client can parse.
    private static let noEnvelope: StaticString = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"
    private static let noStructure: StaticString = "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0)"
}
