import Bytes
import MIMECodec
package import Model

/// A notice about what became of a message, as octets: multipart/report with words for people, fields for programs, and the message or its
/// header. (RFC 3464, RFC 6522) Decides nothing about who gets it.
package struct DeliveryReport: Sendable {
    package enum Limits {
        /// Octets of a message that are sent back whole; of a larger one goes the header.
        package static let whole = 65_536
        package static let wholeWhenAsked = 1_048_576
        /// Octets of a header that goes back.
        static let header = 65_536
        /// Recipients that the words for people name.
        static let named = 100
    }
    package enum Action: String, Sendable { case failed, delayed, delivered, relayed }
    package struct Entry: Sendable, Equatable {
        package var recipient: String
        /// ORCPT as it stood.
        package var original: String?
        package var action: Action
        /// class.subject.detail (RFC 3463)
        package var status: String
        /// What was said, by the remote server or by us.
        package var reply: String
        package var remote: String?
        package var willRetryUntil: Timestamp?
        package init(recipient: String, original: String?, action: Action, status: String, reply: String) {
            self.recipient = recipient; self.original = original; self.action = action; self.status = status; self.reply = reply
        }
    }
    package var hostname: String
    /// Whom the notice is for.
    package var recipient: String
    package var trace: String
    package var date: Timestamp
    package var arrived: Timestamp
    package var identifier: String?
    package var returnsAll: Bool?
    package var entries: [Entry]

    package init(hostname: String, recipient: String, trace: String, date: Timestamp, arrived: Timestamp, entries: [Entry]) {
        self.hostname = hostname; self.recipient = recipient; self.trace = trace; self.date = date; self.arrived = arrived; self.entries = entries
    }

    package func octets(about message: [UInt8]) -> [UInt8] {
        let isFailure = entries.contains { $0.action == .failed }, isDelay = entries.contains { $0.action == .delayed }
        let boundary = "=_\(trace)_\(Trace.unforeseen())"
        let isInternational = entries.contains { $0.recipient.utf8.contains { $0 > 127 } }
        let end = HeaderReader.end(of: message.span)
        let mostWhole = returnsAll == true ? Limits.wholeWhenAsked : Limits.whole
        let isWhole = isFailure && returnsAll != false && message.count <= mostWhole
        let back = isWhole ? message[...] : message.prefix(min(end, Limits.header))
        let isEightBit = !back.span.isASCII || isInternational
        let subject = isFailure ? "Undelivered mail returned to sender" : isDelay ? "Delayed mail (still being retried)" : "Successful mail delivery report"
        var text = "From: Mail Delivery System <MAILER-DAEMON@\(hostname)>\r\nTo: <\(clean(recipient))>\r\nDate: \(MessageDate.text(date))\r\n"
        text += "Message-ID: <\(Trace.unforeseen())\(Trace.unforeseen())@\(hostname)>\r\nSubject: \(subject)\r\n"
        // RFC 3834 §5: nobody shall answer this by program.
        text += "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        text += "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"\(boundary)\"\r\n"
        let encoding = isEightBit ? "Content-Transfer-Encoding: 8bit\r\n" : ""
        text += encoding + "\r\n--\(boundary)\r\nContent-Type: text/plain; charset=utf-8\r\n\(encoding)\r\n"
        text += words(isFailure: isFailure, isDelay: isDelay)
        text += "\r\n--\(boundary)\r\nContent-Type: message/\(isInternational ? "global-" : "")delivery-status\r\n\(isInternational ? encoding : "")\r\n"
        text += fields(isInternational: isInternational)
        text += "\r\n--\(boundary)\r\nContent-Type: \(isWhole ? "message/rfc822" : "text/rfc822-headers")\r\n\(encoding)\r\n"
        var octets = Array(text.utf8)
        octets += LineEnds.normalised(Array(back))
        octets += Array("\r\n--\(boundary)--\r\n".utf8)
        return octets
    }

    /// For people.
    private func words(isFailure: Bool, isDelay: Bool) -> String {
        var text = "This is the mail system at \(hostname).\r\n\r\n"
        if isFailure {
            text += "Your message could not be delivered to the recipients below. It will not be tried again.\r\n"
        } else if isDelay {
            text += "Your message has not been delivered to the recipients below yet.\r\nYou need not send it again: delivery is still being tried"
            text += entries.first?.willRetryUntil.map { " until \(MessageDate.text($0))" } ?? ""
            text += ".\r\n"
        } else {
            text += "Your message was delivered to the recipients below, or handed to servers that do not report.\r\n"
        }
        text += "If you ask for help, please send this notice along; it names the message \(trace).\r\n"
        for entry in entries.prefix(Limits.named) {
            text += "\r\n<\(clean(entry.recipient))>"
            if let remote = entry.remote { text += " at \(clean(remote))" }
            text += "\r\n    \(clean(entry.reply))\r\n"
        }
        if entries.count > Limits.named { text += "\r\nand \(entries.count - Limits.named) others.\r\n" }
        return text
    }
    /// For programs. (RFC 3464 §2)
    private func fields(isInternational: Bool) -> String {
        var text = ""
        if let identifier { text += "Original-Envelope-Id: \(clean(identifier))\r\n" }
        text += "Reporting-MTA: dns; \(hostname)\r\nX-Martlet-Trace: \(trace)\r\nArrival-Date: \(MessageDate.text(arrived))\r\n"
        for entry in entries {
            text += "\r\n"
            if let original = entry.original { text += "Original-Recipient: \(clean(original))\r\n" }
            let type = entry.recipient.utf8.contains { $0 > 127 } ? "utf-8" : "rfc822"
            text += "Final-Recipient: \(type); \(clean(entry.recipient))\r\nAction: \(entry.action.rawValue)\r\nStatus: \(clean(entry.status))\r\n"
            if let remote = entry.remote { text += "Remote-MTA: dns; \(clean(remote))\r\n" }
            text += "Diagnostic-Code: smtp; \(clean(entry.reply))\r\n"
            if let until = entry.willRetryUntil { text += "Will-Retry-Until: \(MessageDate.text(until))\r\n" }
        }
        return text
    }
    /// On one line, short enough for a line of mail: remotes say what they like.
    private func clean(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars.prefix(800) { output.unicodeScalars.append(scalar.value < 32 || scalar.value == 127 ? " " : scalar) }
        return output
    }
}
