import Directory
import EASCodec
import MIMECodec
import MailStore
import Model

/// GetAttachment of 2.5 to 12.1: a file of a mail as its octets, with its type. There is no document to hold a Status. (MS-ASCMD §2.2.1.7)
enum GetAttachmentCommand {
    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        guard let name = request.query.attachmentName else { return .answer(EASAnswer(status: 400, body: .none)) }
        let account = request.logIn.account
        do {
            let (attachment, octets) = try await service.store.read { try FileReferences.open(name, of: account, $0) }
            return .answer(EASAnswer(body: .file(type: attachment.mediaType, octets)))
        } catch is FileReferences.Refusal {
            return .answer(EASAnswer(status: 500, body: .none))
        }
    }
}
