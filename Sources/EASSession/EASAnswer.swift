import EASCodec
import HTTPCodec
import HTTPSession

/// What a command has to say, and the HTTP around it.
struct EASAnswer {
    enum Body { case none, wbxml([UInt8]), multipart([[UInt8]]), file(type: String, [UInt8]) }
    var status = 200
    var body: Body

    static let empty = EASAnswer(body: .none)
    static func document(_ writer: consuming TokenWriter) -> EASAnswer { EASAnswer(body: .wbxml(writer.finish())) }
    /// A failure that has nothing more to say: `<Root><Status>n</Status></Root>`, and before 14.0 a code of HTTP. (MS-ASCMD §2.2.2)
    static func status(_ status: CommonStatus, of command: CommandTable.Row, in version: ProtocolVersion) -> EASAnswer {
        guard version.has(.commonStatus) else { return EASAnswer(status: status.http(of: command.name), body: .none) }
        var writer = TokenWriter(capacity: 32)
        writer.open(command.root)
        writer.element(command.status, status.code)
        writer.close()
        return .document(writer)
    }
    static func status(_ code: Int, _ root: WBXMLTag, _ status: WBXMLTag) -> EASAnswer {
        var writer = TokenWriter(capacity: 32)
        writer.open(root)
        writer.element(status, code)
        writer.close()
        return .document(writer)
    }

    consuming func response() -> HTTPResponse {
        var response = HTTPResponse(status, ["MS-Server-ActiveSync": EASHandler.serverVersion, "Cache-Control": "private"])
        switch body {
        // Old devices take an empty answer for broken when it has a type.
        case .none: break
        case .wbxml(let document):
            response.headers.set("Content-Type", "application/vnd.ms-sync.wbxml")
            response.body = [document]
        case .multipart(let parts):
            response.headers.set("Content-Type", "application/vnd.ms-sync.multipart")
            response.body = [Self.directory(of: parts)] + parts
        case .file(let type, let octets):
            response.headers.set("Content-Type", type)
            // What a mail says of itself is not to be believed by a browser.
            response.headers.set("X-Content-Type-Options", "nosniff")
            response.body = [octets]
        }
        if status == 503 { response.headers.set("Retry-After", "30") }
        return response
    }
    /// How many parts, and where each lies: little-endian numbers of 32 bits. (MS-ASCMD §2.2.1.10.1.1)
    private static func directory(of parts: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        func put(_ value: Int) { for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) } }
        put(parts.count)
        var offset = 4 + 8 * parts.count
        for part in parts {
            put(offset)
            put(part.count)
            offset += part.count
        }
        return bytes
    }
}

/// What became of a command.
enum CommandResult {
    case answer(EASAnswer)
    case park(any ParkedExchange)
}
