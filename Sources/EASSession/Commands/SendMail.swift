import Delivery
import Directory
import EASCodec
import Groupware
import MailStore
import Model

/// SendMail: a message as the client wrote it, once. Success is an empty answer. (MS-ASCMD §2.2.1.17)
enum SendMailCommand {
    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked = try ComposeMailRequest(document: request.body)
        guard asked.kind == .send else { throw CommonStatus.invalidXML }
        // There is one account for each user. (MS-ASCMD §2.2.3.3)
        if asked.accountId != nil { throw CommonStatus.invalidAccountId }
        guard let mime = asked.mime, !mime.isEmpty else { throw CommonStatus.invalidMIME }
        guard let clientId = asked.clientId, !clientId.isEmpty else { throw CommonStatus.invalidXML }
        let hash = CommandOutcome.hash("\(clientId)".utf8)
        if DeviceMemory(request.device).sent.contains(hash) { throw CommonStatus.messagePreviouslySent }
        let device = request.device
        do throws(SubmissionFailure) {
            // The mail and the memory of it are one commit: neither a crash nor a second try sends it twice.
            try await service.submission.submit(mime, by: request.logIn, saveInSent: asked.savesInSentItems, trace: request.trace) { store in
                guard let now = try store.device(of: device.account, identifier: device.identifier) else { return }
                if DeviceMemory(now).sent.contains(hash) { throw CommonStatus.messagePreviouslySent }
                try DeviceMemory.update(device, store) { $0.noteSent(hash) }
            }
        } catch {
            // A second try that came while the first was under way fails inside of the commit.
            let now = try await service.store.read { try $0.device(of: device.account, identifier: device.identifier) }
            if let now, DeviceMemory(now).sent.contains(hash) { throw CommonStatus.messagePreviouslySent }
            throw CommonStatus(error)
        }
        return .answer(.empty)
    }
}

extension CommonStatus {
    init(_ failure: SubmissionFailure) {
        switch failure {
        case .noRecipients: self = .messageHasNoRecipient
        case .malformed: self = .invalidMIME
        case .messageTooLarge: self = .attachmentTooLarge
        case .senderNotAllowed: self = .accessDenied
        case .overQuota: self = .mailboxQuotaExceeded
        // Like the 450 of SMTP: it may go another time. (MS-ASCMD §2.2.2, 111)
        case .tryLater, .limited: self = .serverErrorRetryLater
        case .undeliverable: self = .recipientUnresolved
        }
    }
}
