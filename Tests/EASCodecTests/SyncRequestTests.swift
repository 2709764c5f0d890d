import EASCodec
import Testing

@Suite struct SyncRequestTests {
    func document(_ body: (inout TokenWriter) -> Void) -> [UInt8] {
        var writer = TokenWriter()
        writer.element(AirSync.sync, body)
        return writer.finish()
    }
    func collection(_ body: (inout TokenWriter) -> Void) throws -> SyncRequest.Collection {
        let request = try SyncRequest(document: document { $0.element(AirSync.collections) { $0.element(AirSync.collection, body) } })
        #expect(request.collections?.count == 1)
        return try #require(request.collections?.first)
    }

    // MS-ASCMD_R3127
    @Test func readsEverythingOfACollection() throws {
        let found = try collection { writer in
            writer.element(AirSync.syncKey, "7")
            writer.element(AirSync.collectionId, "5")
            writer.element(AirSync.supported) { $0.empty(Contacts.fileAs); $0.empty(Contacts.firstName) }
            writer.element(AirSync.deletesAsMoves, false)
            writer.empty(AirSync.getChanges)
            writer.element(AirSync.windowSize, 25)
            writer.element(AirSync.conversationMode, true)
            writer.element(AirSync.options) { writer in
                writer.element(AirSync.filterType, 3)
                writer.element(AirSync.class, "Email")
                writer.element(AirSync.mimeSupport, 2)
                writer.element(AirSync.mimeTruncation, 8)
                writer.element(AirSyncBase.bodyPreference) { $0.element(AirSyncBase.type, 2); $0.element(AirSyncBase.truncationSize, 4_294_967_295) }
                writer.element(AirSyncBase.bodyPreference) { writer in
                    writer.element(AirSyncBase.type, 1)
                    writer.element(AirSyncBase.allOrNone, true)
                    writer.element(AirSyncBase.preview, 255)
                }
                writer.element(AirSyncBase.bodyPartPreference) { $0.element(AirSyncBase.type, 2) }
            }
            writer.element(AirSync.options) { $0.element(AirSync.class, "SMS"); $0.element(AirSync.filterType, 0) }
            writer.element(AirSync.commands) { writer in
                writer.element(AirSync.change) { $0.element(AirSync.serverId, "5:1"); $0.element(AirSync.applicationData) { $0.element(Email.read, 1) } }
                writer.element(AirSync.delete) { $0.element(AirSync.serverId, "5:2") }
                writer.element(AirSync.fetch) { $0.element(AirSync.serverId, "5:3") }
                writer.element(AirSync.add) { $0.element(AirSync.clientId, "c"); $0.empty(AirSync.applicationData) }
            }
        }
        #expect(found.syncKey == "7")
        #expect(found.collectionId == "5")
        #expect(found.supported == [Contacts.fileAs, Contacts.firstName])
        #expect(found.deletesAsMoves == false)
        #expect(found.getChanges == true)
        #expect(found.windowSize == 25)
        #expect(found.conversationMode == true)
        let options = try #require(found.options)
        #expect(options.count == 2)
        #expect(options[0].filterType == 3)
        #expect(options[0].mimeSupport == 2)
        #expect(options[0].mimeTruncation == 8)
        #expect(options[0].bodyPreferences == [BodyPreference(type: 2, truncationSize: 4_294_967_295), BodyPreference(type: 1, allOrNone: true, preview: 255)])
        #expect(options[0].bodyPartPreference == BodyPreference(type: 2))
        #expect(options[1].itemClass == "SMS")
        #expect(found.commands == [
            .change(serverId: "5:1", itemClass: nil, instanceId: nil,
                    data: WBXMLElement(AirSync.applicationData, children: [WBXMLElement(Email.read, content: Array("1".utf8))])),
            .delete(serverId: "5:2", itemClass: nil, instanceId: nil), .fetch(serverId: "5:3"),
            .add(clientId: "c", itemClass: nil, data: WBXMLElement(AirSync.applicationData)),
        ])
    }
    @Test func absentIsNotTheSameAsEmpty() throws {
        let bare = try collection { $0.element(AirSync.syncKey, "1") }
        #expect(bare.supported == nil)
        #expect(bare.getChanges == nil)
        #expect(bare.deletesAsMoves == nil)
        #expect(bare.options == nil)
        #expect(try collection { $0.empty(AirSync.supported) }.supported == [])
        #expect(try collection { $0.element(AirSync.getChanges, false) }.getChanges == false)
        #expect(try collection { $0.empty(AirSync.options) }.options == [SyncOptions()])
        #expect(try SyncRequest(document: document { $0.element(AirSync.wait, 5) }).collections == nil)
        #expect(try SyncRequest(document: document { $0.empty(AirSync.collections) }).collections == [])
        #expect(try SyncRequest(document: document { $0.empty(AirSync.partial) }).isPartial)
    }
    @Test func elementsThatNobodyExpectsArePassedOver() throws {
        let found = try collection { writer in
            writer.element(Calendar.exceptions) { $0.element(Calendar.exception) { $0.element(Calendar.subject, "x") } }
            writer.element(AirSync.syncKey, "3")
        }
        #expect(found.syncKey == "3")
    }

    static let refused: [(String, RequestError, @Sendable (inout TokenWriter) -> Void)] = [
        ("a word for a number", .invalid(AirSync.windowSize), { $0.element(AirSync.windowSize, "many") }),
        ("a number above Int", .invalid(AirSync.windowSize), { $0.element(AirSync.windowSize, "99999999999999999999") }),
        ("a negative size", .invalid(AirSync.windowSize), { $0.element(AirSync.windowSize, -1) }),
        ("a filter that does not exist", .invalid(AirSync.filterType), { $0.element(AirSync.options) { $0.element(AirSync.filterType, 9) } }),
        ("a preference without a type", .invalid(AirSyncBase.type), { $0.element(AirSync.options) { $0.empty(AirSyncBase.bodyPreference) } }),
        ("a truncation of 33 bits", .invalid(AirSyncBase.truncationSize), { writer in
            writer.element(AirSync.options) { writer in
                writer.element(AirSyncBase.bodyPreference) { $0.element(AirSyncBase.type, 1); $0.element(AirSyncBase.truncationSize, 4_294_967_296) }
            }
        }),
        ("an Add without ClientId", .invalid(AirSync.clientId), { $0.element(AirSync.commands) { $0.empty(AirSync.add) } }),
        ("a Change without ServerId", .invalid(AirSync.serverId), { $0.element(AirSync.commands) { $0.empty(AirSync.change) } }),
        ("nine Options", .tooMany(AirSync.options), { writer in for _ in 0..<9 { writer.empty(AirSync.options) } }),
        ("a thousand and one commands", .tooMany(AirSync.fetch), { writer in
            writer.element(AirSync.commands) { writer in
                for number in 0...RequestLimits.syncCommands { writer.element(AirSync.fetch) { $0.element(AirSync.serverId, number) } }
            }
        }),
        ("a tree too large", .tooMany(Email.read), { writer in
            writer.element(AirSync.commands) { writer in
                writer.element(AirSync.change) { writer in
                    writer.element(AirSync.applicationData) { for _ in 0...WBXMLElement.Limits.elements { $0.empty(Email.read) } }
                }
            }
        }),
    ]
    @Test(arguments: Self.refused.indices) func refuses(_ index: Int) {
        let (name, error, body) = Self.refused[index]
        #expect(throws: error, Comment(rawValue: name)) { try collection(body) }
    }
    @Test func refusesTheWrongRootAndWhatFollowsIt() {
        #expect(throws: RequestError.unexpected) { try FolderSyncRequest(document: document { _ in }) }
        #expect(throws: RequestError.malformed(.multipleRoots)) { try SyncRequest(document: document { _ in } + [0x05]) }
        #expect(throws: RequestError.malformed(.truncated)) { try SyncRequest(document: []) }
    }
}
