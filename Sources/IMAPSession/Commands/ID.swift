import Bytes
import IMAPCodec
import Logging
import SessionKit

extension IMAPSession {
    /// RFC 2971: who the client is goes to the log; who we are is no secret.
    func id(_ fields: [IDField]) -> Completion {
        var metadata: Logger.Metadata = [:]
        for field in fields {
            guard let value = field.value else { continue }
            switch String(decoding: field.name.map(ASCII.lower), as: UTF8.self) {
            case "name": metadata["name"] = "\(String(decoding: value, as: UTF8.self))"
            case "version": metadata["version"] = "\(String(decoding: value, as: UTF8.self))"
            case "os": metadata["os"] = "\(String(decoding: value, as: UTF8.self))"
            default: break
            }
        }
        if !metadata.isEmpty { log.info("imap.client", metadata: metadata) }
        write("* ID (\"name\" \"Martlet\" \"version\" ")
        ResponseWriter.string(Array(service.settings.version.utf8), to: &line.outbox.bytes)
        write(")\r\n")
        return .ok("ID completed")
    }
}
