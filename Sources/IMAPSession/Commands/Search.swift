import Bytes
import Groupware
import IMAPCodec
import MIMECodec
import Model
import SessionKit

extension IMAPSession {
    /// SEARCH and UID SEARCH. (RFC 3501 §6.4.4)
    func search(_ request: SearchRequest, byUID: Bool, _ view: MailboxView) async -> Completion {
        if let charset = request.charset, !SearchTranslation.isKnown(charset) {
            return .no("That charset is not known", code: "BADCHARSET (US-ASCII UTF-8 ISO-8859-1 WINDOWS-1252)")
        }
        guard let condition = SearchTranslation(charset: request.charset, view: view).condition(request.key, resolve) else { return Self.invalidSet }
        do throws(MailFailure) {
            let found = try await service.search.find(condition, in: view.folder, among: view.all)
            line.outbox.bytes.append("* SEARCH")
            for uid in found {
                guard let number = view.numbers.number(of: uid) else { continue }
                line.outbox.bytes.append(UInt8(ascii: " "))
                line.outbox.bytes.append(decimal: byUID ? Int(uid.rawValue) : number)
            }
            line.outbox.bytes.append("\r\n")
            await line.outbox.ready()
            return .ok("SEARCH completed")
        } catch {
            return ResponseFor.failure(error)
        }
    }
}
