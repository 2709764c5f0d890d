import Bytes
import EASCodec
import Foundation
import Testing

/// What real devices were seen to send: every query and every document of every client is understood.
@Suite(.enabled(if: SharedFiles.isPresent, "the recorded requests are not beside the checkout"))
struct ClientRequestTests {
    struct Recorded: Decodable, CustomTestStringConvertible {
        let id: String
        let command: String
        let method: String
        let query: String
        let wbxml: String?
        let wire: String
        var testDescription: String { id }
    }
    static let all: [Recorded] = {
        guard let text = try? SharedFiles.text("eas/clients/requests.jsonl") else { return [] }
        return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Recorded.self, from: Data($0.utf8)) }
    }()

    /// Stress requests that are to be refused; all others are to be understood.
    static let refusedQueries: [String: EASQuery.Failure] = ["str-74-b64-truncated": .malformed, "str-75-b64-policykey-3-bytes": .malformed]
    static let refusedDocuments: [String: RequestError] = [
        "str-19-bodypref-overflow": .invalid(AirSyncBase.truncationSize), "str-22-window-negative": .invalid(AirSync.windowSize),
        "str-47-bad-utf8": .malformed(.invalidUTF8), "str-61-add-no-clientid": .invalid(AirSync.clientId), "str-82-root-mismatch": .unexpected,
        "str-91-depth": .malformed(.depthExceeded), "str-92-opaque-bomb": .malformed(.lengthOverflow), "str-115-gzip-body": .malformed(.unsupportedVersion),
    ]
    /// Their text loses its control characters on the way out.
    static let uncleanText: Set<String> = ["str-34-id-of-control-chars", "str-46-control-chars"]

    @Test func thereAreManyOfThem() { #expect(Self.all.count >= 299) }

    @Test(arguments: Self.all.filter { $0.method == "POST" && $0.command != "Autodiscover" }) func understandsTheQuery(_ request: Recorded) throws {
        if let failure = Self.refusedQueries[request.id] {
            #expect(throws: failure) { try EASQuery(request.query) }
            return
        }
        let query = try EASQuery(request.query)
        #expect(query.command == request.command)
        #expect(!query.deviceId.isEmpty)
    }
    @Test(arguments: Self.all.filter { $0.wbxml != nil }) func understandsTheDocument(_ request: Recorded) throws {
        let hex = try #require(request.wbxml), document = try #require(Hex.decode(hex))
        if let error = Self.refusedDocuments[request.id] {
            #expect(throws: error) { try understand(request, document) }
            return
        }
        let tree = try WBXMLElement(document: document)
        var writer = TokenWriter()
        tree.write(to: &writer)
        #expect(try WBXMLElement(document: writer.finish()) == tree || Self.uncleanText.contains(request.id))
        try understand(request, document)
    }
    func understand(_ request: Recorded, _ document: [UInt8]) throws {
        switch request.command {
        case "Sync": #expect(try SyncRequest(document: document) != SyncRequest())
        case "FolderSync": #expect(try FolderSyncRequest(document: document).syncKey != nil)
        case "FolderCreate": #expect(try FolderCreateRequest(document: document).displayName != nil)
        case "FolderUpdate": #expect(try FolderUpdateRequest(document: document).serverId != nil)
        case "FolderDelete": #expect(try FolderDeleteRequest(document: document).serverId != nil)
        case "Ping":
            let ping = try PingRequest(document: document)
            #expect(ping.folders != nil || ping.heartbeatInterval != nil)
        case "GetItemEstimate": #expect(try !GetItemEstimateRequest(document: document).collections.isEmpty)
        case "MoveItems": #expect(try !MoveItemsRequest(document: document).items.isEmpty)
        case "ItemOperations": #expect(try !ItemOperationsRequest(document: document).operations.isEmpty)
        case "SendMail", "SmartReply", "SmartForward":
            let mail = try ComposeMailRequest(document: document)
            #expect(mail.clientId != nil)
            #expect(mail.mime != nil || mail.source != nil)
        case "Settings": #expect(try !SettingsRequest(document: document).properties.isEmpty)
        case "Provision": _ = try ProvisionRequest(document: document)
        case "Search": #expect(try SearchRequest(document: document).store != nil)
        case "ResolveRecipients": #expect(try !ResolveRecipientsRequest(document: document).recipients.isEmpty)
        default: break
        }
    }
}
