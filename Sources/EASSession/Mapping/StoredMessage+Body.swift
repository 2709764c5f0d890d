import Bytes
import MIMECodec
import MailStore

/// The texts of a message, decoded to UTF-8, without what XML cannot carry, with CRLF line ends.
extension StoredMessage {
    enum Limits {
        /// Bytes of text that a body may have; the rest is told by its size alone.
        static let text = 16 * 1_048_576
        /// Bodies of so many encoded octets are read whole, and their size is exact.
        static let readWhole = 65_536
        /// Bytes read beyond a cut, so that it ends between two characters and shows as a cut.
        static let margin = 64
    }

    func nativeBodyType() throws -> Int { try reader().nativeForm == .html ? EmailBody.Kind.html : EmailBody.Kind.plain }
    /// A text and its size. Where only the first `limit` bytes are wanted of a long body no more is read, and the size is estimated.
    /// (MS-ASAIRS §2.2.2.23: an estimate is what EstimatedDataSize is)
    func text(_ form: BodyForm, limit: Int?) throws -> (text: [UInt8], size: Int) {
        let reader = try reader()
        let encoded = reader.encodedSize(form)
        guard let limit, encoded > Limits.readWhole, limit < encoded / 4 else {
            let whole = try text(reader, form, Limits.text)
            return (whole, whole.count)
        }
        let start = try text(reader, form, limit + Limits.margin)
        return (start, start.count <= limit ? start.count : max(encoded * 3 / 4, start.count))
    }
    /// The decoded octets of a part; nil where there is none of that path.
    func octets(of path: [Int]) throws -> [UInt8]? { try reader().octets(of: path) { try self.raw($0.range) } }

    /// What the calendar part of a meeting message says; nil where there is none, or no event in it.
    func invitation() throws -> Invitation? {
        let reader = try reader()
        guard let path = Self.calendarPath(reader.root, []), let part = reader.root.part(at: path),
            part.body.count <= Invitation.Limits.octets * 2, let octets = try octets(of: path)
        else { return nil }
        let charset = part.parameter("charset").map { String(decoding: $0, as: UTF8.self) }
        return Invitation(calendar: Charset.utf8(octets, charset: charset ?? "utf-8"))
    }
    /// The first text/calendar, counted as sections are. Messages inside of the message are others' affairs.
    private static func calendarPath(_ part: MessagePart, _ path: [Int]) -> [Int]? {
        guard part.isMultipart else { return part.isText && part.subtype == "calendar" ? (path.isEmpty ? [1] : path) : nil }
        for (index, child) in part.children.enumerated() { if let found = calendarPath(child, path + [index + 1]) { return found } }
        return nil
    }

    private func text(_ reader: BodyReader, _ form: BodyForm, _ limit: Int) throws -> [UInt8] {
        Text.forDevices(try reader.text(form, limit: limit) { try self.raw($0.range) })
    }
    private func reader() throws -> BodyReader { BodyReader(try view.structure()) }
}
