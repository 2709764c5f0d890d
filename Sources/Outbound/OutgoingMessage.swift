import Bytes
import Delivery
import MIMECodec
import MailAuthentication
package import MailStore

/// The octets of a stored message in the form in which they leave: without what is only ours to know, every line ended by CR LF.
package struct OutgoingMessage: Sendable {
    package let octets: [UInt8]
    package let isEightBit: Bool
    package let hasUTF8Header: Bool

    enum Limits {
        /// Octets that are made ready on the connection's own loop; more goes elsewhere, and others are served meanwhile.
        static let onLoop = 65_536
    }

    /// Leaves out the Return-Path that stands in front of every stored message (RFC 5321 §4.4: the final hop alone has it), and Bcc where a user
    /// of ours wrote the message. (threat T39)
    package static func make(_ stored: [UInt8], of message: QueuedMessage) async -> OutgoingMessage {
        stored.count <= Limits.onLoop ? make(now: stored, of: message) : await make(elsewhere: stored, of: message)
    }
    @concurrent private static func make(elsewhere stored: [UInt8], of message: QueuedMessage) async -> OutgoingMessage { make(now: stored, of: message) }
    private static func make(now stored: [UInt8], of message: QueuedMessage) -> OutgoingMessage {
        let (fields, end) = HeaderReader.fields(stored.span)
        var output: [UInt8] = []
        output.reserveCapacity(stored.count)
        var place = 0
        for (index, field) in fields.enumerated() {
            let name = ASCII.lowercased(String(decoding: stored[field.name.range], as: UTF8.self))
            let isLeftOut = index < 3 && name == "return-path" || message.account != nil && (name == "bcc" || name == "resent-bcc")
            guard isLeftOut else { continue }
            output += stored[place..<field.whole.start]
            place = field.whole.end
        }
        output += stored[place...]
        let octets = Self.withLineEnds(output)
        // Line ends may have made the message longer, never shorter.
        let header = min(octets.count, max(0, end - (stored.count - output.count)))
        return OutgoingMessage(
            octets: octets, isEightBit: !octets.span.isASCII, hasUTF8Header: !octets.span.extracting(0..<header).isASCII)
    }

    /// For a server without 8BITMIME; as it is where it cannot be converted.
    @concurrent func inSevenBits() async -> OutgoingMessage {
        SevenBitForm.make(octets).map { OutgoingMessage(octets: $0, isEightBit: false, hasUTF8Header: false) } ?? self
    }
    /// With signatures on top; as it is where there is no key.
    @concurrent func signed(by signers: [DKIMSigner], seconds: Int64) async -> OutgoingMessage {
        guard !signers.isEmpty, let fields = try? DKIMSigner.fields(for: octets.span, signers, time: seconds) else { return self }
        return OutgoingMessage(octets: fields + octets, isEightBit: isEightBit, hasUTF8Header: hasUTF8Header)
    }

    /// CR LF at the end of every line, of the last too; nothing is copied where that is so already. (RFC 5321 §2.3.8; threat T1)
    static func withLineEnds(_ message: [UInt8]) -> [UInt8] {
        let lines = LineEnds.normalised(message)
        return lines.isEmpty || lines.span.endsLine ? lines : lines + [ASCII.cr, ASCII.lf]
    }
}
