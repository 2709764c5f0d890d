import Bytes
import Crypto
import Delivery
import Directory
import EASCodec
import Groupware
import MIMECodec
import MailStore
import Model

/// A mail that a client hands in, in either form: a document of ComposeMail from 14.0 on, before it the message itself with the rest in the query.
/// (MS-ASCMD §2.2.1.17, §2.2.1.19, §2.2.1.20; MS-ASHTTP §2.2.1.1.1.2.4)
struct Composition {
    /// Names this submission: the same again is the same mail.
    let key: UInt64
    let kind: ComposeMailRequest.Kind
    let source: ComposeMailRequest.Source?
    let savesInSent: Bool
    /// The message is all there is: nothing of the source is added.
    let isWhole: Bool
    let message: [UInt8]

    init(_ request: EASRequest, _ kind: ComposeMailRequest.Kind) throws {
        self.kind = kind
        guard request.version.has(.composeMail) else {
            guard !request.body.isEmpty else { throw CommonStatus.invalidMIME }
            let query = request.query
            message = request.body
            // No client sends the same octets twice but to try again: Date and Message-ID are its own.
            key = CommandOutcome.hash(message)
            savesInSent = query.savesInSent
            isWhole = false
            let named = ComposeMailRequest.Source(folderId: query.collectionId, itemId: query.itemId, longId: query.longId, instanceId: query.occurrence)
            source = kind == .send ? nil : named
            return
        }
        let asked = try ComposeMailRequest(document: request.body)
        guard asked.kind == kind else { throw CommonStatus.invalidXML }
        // There is one account for each user. (MS-ASCMD §2.2.3.3)
        if asked.accountId != nil { throw CommonStatus.invalidAccountId }
        // Forwardees are for meetings, and never beside a message. (MS-ASCMD §2.2.3.79)
        if asked.hasForwardees { throw asked.mime == nil ? CommonStatus.itemNotFound : CommonStatus.notWithForwardees }
        guard let mime = asked.mime, !mime.isEmpty else { throw CommonStatus.invalidMIME }
        guard let clientId = asked.clientId, !clientId.isEmpty else { throw CommonStatus.invalidXML }
        if kind != .send, asked.source == nil { throw CommonStatus.invalidXML }
        message = mime
        key = CommandOutcome.hash("\(clientId)".utf8)
        savesInSent = asked.savesInSentItems
        isWhole = asked.replacesMime
        source = asked.source
    }

    /// Sends it, marks its source, and remembers that it was sent: one commit. Neither a crash nor a second try sends it twice.
    func send(_ service: EASService, _ request: EASRequest) async throws {
        let device = request.device, key = key, mark = SourceMark(kind)
        if DeviceMemory(device).sent.contains(key) { return try repeated(request) }
        let found = kind == .send ? nil : try await read(service, request)
        let whole = try await octets(found?.content, limit: service.submission.sizeLimit)
        let (account, id, now) = (request.logIn.account, found?.id, service.clock())
        do throws(SubmissionFailure) {
            try await service.submission.submit(whole, by: request.logIn, saveInSent: savesInSent, trace: request.trace) { store in
                if let id { try mark.put(on: id, of: account, at: now, store) }
                guard let row = try store.device(of: device.account, identifier: device.identifier) else { return }
                if DeviceMemory(row).sent.contains(key) { throw CommonStatus.messagePreviouslySent }
                try DeviceMemory.update(device, store) { $0.noteSent(key) }
            }
        } catch {
            // A second try that came while the first was under way fails inside of the commit.
            let row = try await service.store.read { try $0.device(of: device.account, identifier: device.identifier) }
            if let row, DeviceMemory(row).sent.contains(key) { return try repeated(request) }
            throw CommonStatus(error)
        }
    }
    /// From 14.0 on a device is told (MS-ASCMD §2.2.2, 118); before, there was no word for it, and it only wants to know that the mail has gone.
    private func repeated(_ request: EASRequest) throws {
        if request.version.has(.composeMail) { throw CommonStatus.messagePreviouslySent }
    }

    private struct Found { let id: ItemID, content: [UInt8]? }
    private func read(_ service: EASService, _ request: EASRequest) async throws -> Found {
        guard let source else { throw CommonStatus.invalidXML }
        if let instance = source.instanceId {
            guard DateText.parse(instance) != nil else { throw CommonStatus.invalidDateTime }
            // An occurrence of a meeting, of which there is none in a folder of mail. (MS-ASCMD §2.2.2, 150)
            throw CommonStatus.itemNotFound
        }
        let account = request.logIn.account, needsContent = !isWhole, room = service.submission.sizeLimit - message.count
        return try await service.store.read { store in
            guard let item = try Self.item(source, account, store) else { throw CommonStatus.itemNotFound }
            guard needsContent else { return Found(id: item.state.id, content: nil) }
            guard item.state.size <= room else { throw CommonStatus.attachmentTooLarge }
            return Found(id: item.state.id, content: try store.content(item.state.content))
        }
    }
    /// A mail of the account that the source names; the folder is believed only where it is the item's own. (threat T25)
    private static func item(_ source: ComposeMailRequest.Source, _ account: AccountID, _ store: ReadTransaction) throws -> ItemRow? {
        if let name = source.longId { return try LongIDs(account: account, store).open(name, store)?.item }
        guard let id = source.itemId.flatMap(FolderNames.parseItem), let (item, folder) = try store.item(id, of: account), folder.itemClass == .mail else {
            return nil
        }
        if let named = source.folderId, FolderNames.parse(named) != folder.id { return nil }
        return item
    }
    @concurrent private func octets(_ content: [UInt8]?, limit: Int) async throws -> [UInt8] {
        guard let content else { return message }
        let boundary = Hex.encode(Random.bytes(12))
        let whole = SourceInclusion.make(message, about: content, kind == .reply ? .reply : .forward, boundary: boundary)
        guard whole.count <= limit else { throw CommonStatus.attachmentTooLarge }
        return whole
    }
}

/// What an answered or forwarded mail bears for all its readers: \Answered or $Forwarded, and for phones the last verb and its time.
/// (RFC 9051 §2.3.2, RFC 5788 §3; MS-ASEMAIL §2.2.2.44, §2.2.2.45)
private struct SourceMark: Sendable {
    private let isReply: Bool
    init(_ kind: ComposeMailRequest.Kind) { isReply = kind == .reply }

    func put(on id: ItemID, of account: AccountID, at now: Timestamp, _ store: WriteTransaction) throws {
        // It may have gone since it was read: the mail is sent all the same.
        guard let item = try store.item(id, of: account)?.item else { return }
        _ = try store.setFlags(id, FlagChange(.add, isReply ? .answered : .forwarded))
        var properties = ItemProperties(decoding: item.properties)
        properties.lastVerb = ItemProperties.Verb(code: isReply ? 1 : 3, time: now)
        let bytes = properties.encode()
        if bytes.count <= ItemRow.propertiesLimit { _ = try store.setProperties(id, bytes, flag: false) }
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
