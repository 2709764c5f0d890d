import Bytes
import Directory
import EASCodec
import HTTPCodec
import MailStore
import SessionKit

/// One command from one device of one user, with everything around it proven.
struct EASRequest {
    let query: EASQuery
    let version: ProtocolVersion
    let headers: HTTPHeaders
    let body: [UInt8]
    let logIn: LogIn
    let device: DeviceRow
    let line: Line

    /// The answer may hold binary parts beside the WBXML. (MS-ASHTTP §2.2.1.1.2.1)
    var acceptsMultipart: Bool { query.acceptsMultipart || Self.trimmed(headers["MS-ASAcceptMultiPart"] ?? "").uppercased() == "T" }
    /// One word for the log from here to the store.
    var trace: String { "eas-\(line.id)" }

    static func trimmed(_ text: String) -> String {
        var text = text.utf8[...]
        while let first = text.first, ASCII.isWhitespace(first) { text = text.dropFirst() }
        while let last = text.last, ASCII.isWhitespace(last) { text = text.dropLast() }
        return String(decoding: text, as: UTF8.self)
    }
}
