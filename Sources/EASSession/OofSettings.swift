import Bytes
import EASCodec
import MailStore
import MIMECodec
import Model

/// Between Settings' Oof and what the store keeps of an absence; pure. (MS-ASCMD §2.2.3.122)
enum OofSettings {
    typealias Status = SettingsCommand.Status
    enum Limits {
        /// Bytes of one ReplyMessage.
        static let reply = 65_536
    }
    struct Refusal: Error { let status: Int }
    private static let audiences: [(AbsenceRow.Audience, WBXMLTag)] = [
        (.internal, Settings.appliesToInternal), (.known, Settings.appliesToExternalKnown), (.unknown, Settings.appliesToExternalUnknown),
    ]

    /// The state, and a message for each audience in the form that was asked for. BodyType stands wherever ReplyMessage does.
    /// (MS-ASCMD §2.2.3.17, §2.2.3.83)
    static func write(_ absence: AbsenceRow, form: String?, _ writer: inout TokenWriter) {
        let wantsHTML = form.map { ASCII.lowercased($0) == "html" } ?? false
        writer.open(Settings.get)
        writer.element(Settings.oofState, absence.state.rawValue)
        if let starts = absence.starts, let ends = absence.ends {
            writer.element(Settings.startTime, DateText.extended(starts))
            writer.element(Settings.endTime, DateText.extended(ends))
        }
        for (audience, tag) in audiences {
            let message = absence.messages[audience]
            writer.open(Settings.oofMessage)
            writer.empty(tag)
            writer.element(Settings.enabled, message?.isEnabled ?? false)
            if let message, !message.text.isEmpty { writer.element(Settings.replyMessage, utf8: text(message, asHTML: wantsHTML)) }
            writer.element(Settings.bodyType, wantsHTML ? "HTML" : "Text")
            writer.close()
        }
        writer.close()
    }
    private static func text(_ message: AbsenceRow.Message, asHTML: Bool) -> [UInt8] {
        let text = Array(message.text.utf8)
        if message.isHTML == asHTML { return text }
        return asHTML ? HTMLText.html(fromPlain: text) : HTMLText.plain(fromHTML: text)
    }

    /// What is kept from now on. An audience that is not named is switched off, unless none is named and all is switched off: then the texts stay
    /// for the next time. (MS-ASCMD §2.2.3.122, §2.2.3.124)
    static func absence(_ asked: Oof, before known: AbsenceRow?) throws(Refusal) -> AbsenceRow {
        guard let state = asked.state.flatMap(AbsenceRow.State.init(rawValue:)) else { throw Refusal(status: Status.protocolError) }
        var absence = known ?? AbsenceRow()
        absence.state = state
        let times = try times(asked, state)
        (absence.starts, absence.ends) = (times?.lowerBound, times?.upperBound)
        if state == .off, asked.messages.isEmpty { return absence }
        for audience in AbsenceRow.Audience.allCases { absence.messages[audience]?.isEnabled = false }
        for message in asked.messages {
            let audience: AbsenceRow.Audience =
                switch message.audience {
                case .internal: .internal
                case .externalKnown: .known
                case .externalUnknown: .unknown
                }
            absence.messages[audience] = try kept(message, before: absence.messages[audience])
        }
        return absence
    }
    /// Both or none; and where the time matters, a time that ends after it begins. (MS-ASCMD §2.2.3.176.2, §2.2.3.61.2)
    private static func times(_ asked: Oof, _ state: AbsenceRow.State) throws(Refusal) -> Range<Timestamp>? {
        guard (asked.startTime == nil) == (asked.endTime == nil) else { throw Refusal(status: Status.protocolError) }
        guard let start = asked.startTime, let end = asked.endTime else {
            if state == .timed { throw Refusal(status: Status.protocolError) }
            return nil
        }
        guard let starts = DateText.parse(start), let ends = DateText.parse(end) else { throw Refusal(status: Status.invalidArguments) }
        guard starts < ends else {
            if state == .timed { throw Refusal(status: Status.conflictingArguments) }
            return nil
        }
        return starts..<ends
    }
    /// Switched off without a text, the text of before stays.
    private static func kept(_ message: Oof.Message, before: AbsenceRow.Message?) throws(Refusal) -> AbsenceRow.Message {
        guard message.reply.utf8.count <= Limits.reply else { throw Refusal(status: Status.invalidArguments) }
        let form = ASCII.lowercased(message.bodyType)
        guard form.isEmpty || form == "text" || form == "html" else { throw Refusal(status: Status.invalidArguments) }
        if message.reply.isEmpty, !message.isEnabled, var before {
            before.isEnabled = false
            return before
        }
        return AbsenceRow.Message(isEnabled: message.isEnabled, isHTML: form == "html", text: message.reply)
    }
}
