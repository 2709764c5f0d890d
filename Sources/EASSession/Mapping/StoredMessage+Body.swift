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

    private func text(_ reader: BodyReader, _ form: BodyForm, _ limit: Int) throws -> [UInt8] {
        Text.forDevices(try reader.text(form, limit: limit) { try self.raw($0.range) })
    }
    private func reader() throws -> BodyReader { BodyReader(try view.structure()) }
}
