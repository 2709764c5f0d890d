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
        let file = try await service.store.read { store -> (type: String, octets: [UInt8])? in
            guard let place = try FileReferences(epoch: store.epoch(), account: account).place(name), let item = try store.item(place.item),
                try store.folder(item.folder)?.account == account
            else { return nil }
            let message = try StoredMessage(item, store)
            guard let attachment = message.attachments.first(where: { $0.path == place.path }), attachment.size <= FetchedItems.Limits.answer,
                let octets = try message.octets(of: place.path)
            else { return nil }
            return (attachment.mediaType, octets)
        }
        guard let file else { return .answer(EASAnswer(status: 500, body: .none)) }
        return .answer(EASAnswer(body: .file(type: file.type, file.octets)))
    }
}
