import Bytes
import IMAPCodec
import MailStore
import MIMECodec
import Model

/// `* n FETCH (…)`: copies from states and summaries into the outbox. (RFC 3501 §7.4.2)
struct FetchWriter {
    let plan: FetchPlan
    /// Messages whose bodies this very FETCH marked as seen.
    let flagsChanged: Set<UID>

    /// Writes messages from `from` on up to the first that must be streamed; returns the place of that one.
    func write(
        _ page: FetchPage, from: Int, _ numbers: SequenceMap, _ view: inout MailboxView?, told: inout Int, to out: inout ByteBuffer
    ) -> Int {
        for index in from..<page.messages.count {
            guard page.messages[index].octets != nil || plan.depth != .content else { return index }
            guard let number = numbers.number(of: page.messages[index].state.uid) else { continue }
            told += 1
            write(page.messages[index], number, &view, to: &out)
        }
        return page.messages.count
    }
    @inline(__always) private func write(_ message: borrowing FetchPage.Message, _ number: Int, _ view: inout MailboxView?, to out: inout ByteBuffer) {
        let isRecent = view?.isRecent(message.state.uid) ?? false
        if !message.state.keywords.isEmpty, plan.showsFlags || !flagsChanged.isEmpty { view?.announceKeywords(message.state.keywords, to: &out) }
        begin(number, to: &out)
        var piece = 0
        for index in plan.items.indices {
            if index > 0 { out.append(ASCII.space) }
            if Self.write(plan.items[index], message, isRecent: isRecent, to: &out) { continue }
            Self.name(plan.items[index], to: &out)
            if let octets = message.octets, piece < octets.count {
                Self.octets(octets[piece], message.pieces[piece], to: &out)
            } else {
                out.append("NIL")
            }
            piece += 1
        }
        end(message, isRecent: isRecent, to: &out)
    }
    func begin(_ number: Int, to out: inout ByteBuffer) {
        out.append("* ")
        out.append(decimal: number)
        out.append(" FETCH (")
    }
    /// "If this causes the flags to change, they SHOULD be included." (RFC 3501 §6.4.5)
    func end(_ message: borrowing FetchPage.Message, isRecent: Bool, to out: inout ByteBuffer) {
        if !plan.showsFlags, !flagsChanged.isEmpty, flagsChanged.contains(message.state.uid) {
            out.append(ASCII.space)
            _ = Self.write(.flags, message, isRecent: isRecent, to: &out)
        }
        out.append(")\r\n")
    }

    /// Writes an item that needs no octets of the content; false for one that does.
    static func write(_ item: FetchItem, _ message: borrowing FetchPage.Message, isRecent: Bool, to out: inout ByteBuffer) -> Bool {
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
