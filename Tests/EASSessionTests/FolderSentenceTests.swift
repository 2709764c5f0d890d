import EASCodec
import EASSession
import MailStore
import Model
import Testing

/// What the sections say of folders, where no other suite comes by.
@Suite struct FolderSentenceTests {
    let lab: PhoneLab
    let phone: PhoneLine
    init() async throws {
        lab = try await PhoneLab()
        phone = await PhoneLine(lab)
    }
    private func add(_ name: String, under parent: FolderID? = nil, itemClass: ItemClass = .mail) async throws -> FolderID {
        let account = lab.ann
        return try await lab.store.write {
            try $0.addFolder(account: account, parent: parent, name: name, itemClass: itemClass, role: nil, isSubscribed: true).id
        }
    }
    private func firstKey() async throws -> String { try await phone.folderSync("0")[FolderHierarchy.syncKey]?.text ?? "" }
    private func mailFolders() async throws -> [String] {
        let account = lab.ann
        return try await lab.store.read { try $0.folders(of: account).filter { $0.itemClass == .mail }.map { $0.id.description } }
    }
    private static func document(_ root: WBXMLTag, _ elements: [(WBXMLTag, String)]) -> [UInt8] {
        var writer = TokenWriter()
        writer.open(root)
        for (tag, value) in elements { writer.element(tag, value) }
        writer.close()
        return writer.finish()
    }

    /// MS-ASCMD_R119 MS-ASCMD_R5008 MS-ASCMD_R5775
    @Test func keyZeroListsEveryFolderAndNoItem() async throws {
        try await lab.append(PhoneLab.mail("one"), to: try await lab.inbox().id)
        let below = try await add("below", under: try await add("top"))
        let answer = try await phone.folderSync("0")
        let told = (answer[FolderHierarchy.changes]?.all(FolderHierarchy.add) ?? []).compactMap { $0[FolderHierarchy.serverId]?.text }
        #expect(try await mailFolders().sorted() == told.sorted())
        #expect(told.contains(below.description))
        func pages(_ element: WBXMLElement) -> Set<UInt8> {
            var found: Set<UInt8> = [element.tag.page]
            for child in element.children { found.formUnion(pages(child)) }
            return found
        }
        #expect(pages(answer) == [FolderHierarchy.folderSync.page])
    }
    /// MS-ASCMD_R3625 MS-ASCMD_R5885 MS-ASCMD_R3916 MS-ASCMD_R4665
    @Test func everyChangeNamesWhatItMust() async throws {
        let old = try await add("old"), gone = try await add("gone")
        let key = try await firstKey(), account = lab.ann
        try await lab.store.write { store in
            try store.setFolder(old, parent: nil, name: "renamed")
            try store.removeFolder(gone)
            _ = try store.addFolder(account: account, parent: nil, name: "new", itemClass: .mail, role: nil, isSubscribed: true)
        }
        let changes = try await phone.folderSync(key)[FolderHierarchy.changes]
        let whole = [FolderHierarchy.serverId, FolderHierarchy.parentId, FolderHierarchy.displayName, FolderHierarchy.type]
        #expect(changes?[FolderHierarchy.add]?.children.map(\.tag) == whole)
        #expect(changes?[FolderHierarchy.update]?.children.map(\.tag) == whole)
        #expect(changes?[FolderHierarchy.delete]?.children.map(\.tag) == [FolderHierarchy.serverId])
    }
    /// No key, no id. MS-ASCMD_R3904 MS-ASCMD_R4570 MS-ASCMD_R5785 MS-ASCMD_R5786 MS-ASCMD_R4035 MS-ASCMD_R4063 MS-ASCMD_R4086 MS-ASCMD_R4123 MS-ASCMD_R4568
    @Test func aRefusalIsAStatusAlone() async throws {
        let made = try await add("Project").description, key = try await firstKey(), before = try await mailFolders().sorted()
        typealias F = FolderHierarchy
        let (place, name, mail) = ((F.parentId, "0"), (F.displayName, "other"), (F.type, "12"))
        var refused: [(String, WBXMLTag, [(WBXMLTag, String)], Int)] = [
            ("FolderCreate", F.folderCreate, [(F.syncKey, key), place, (F.displayName, "Project"), mail], 2),
            ("FolderCreate", F.folderCreate, [(F.syncKey, key), (F.parentId, "999999"), name, mail], 5),
            ("FolderCreate", F.folderCreate, [(F.syncKey, "nonsense"), place, name, mail], 9),
            ("FolderCreate", F.folderCreate, [place, name, mail], 10), ("FolderCreate", F.folderCreate, [(F.syncKey, key), place, name], 10),
            ("FolderCreate", F.folderCreate, [(F.syncKey, key), place, mail], 10),
            ("FolderUpdate", F.folderUpdate, [(F.syncKey, key), (F.serverId, "999999"), place, name], 4),
            ("FolderUpdate", F.folderUpdate, [(F.syncKey, "nonsense"), (F.serverId, made), place, name], 9),
            ("FolderUpdate", F.folderUpdate, [(F.serverId, made), place, name], 10),
            ("FolderUpdate", F.folderUpdate, [(F.syncKey, key), (F.serverId, made), place], 10),
            ("FolderDelete", F.folderDelete, [(F.syncKey, key), (F.serverId, "999999")], 4),
            ("FolderDelete", F.folderDelete, [(F.syncKey, "nonsense"), (F.serverId, made)], 9), ("FolderDelete", F.folderDelete, [(F.syncKey, key)], 10),
            ("FolderSync", F.folderSync, [], 10),
        ]
        for type in 2...10 { refused.append(("FolderCreate", F.folderCreate, [(F.syncKey, key), place, name, (F.type, "\(type)")], 10)) }
        for (command, root, elements, status) in refused {
            let answer = try await phone.root(command, Self.document(root, elements))
            #expect(answer.children.map { "\($0.tag.name) \($0.text)" } == ["Status \(status)"], "\(command) \(elements)")
        }
        #expect(try await mailFolders().sorted() == before)
    }
    /// Mail folders alone, where they lie, under the ids of FolderSync. MS-ASCMD_R6025 MS-ASCMD_R6026 MS-ASCMD_R7505 MS-ASCMD_R7507 MS-ASCMD_R6031 MS-ASCMD_R6032
    @Test func theOldListHasTheSameIds() async throws {
        phone.version = .v12_0
        let top = try await add("top"), below = try await add("below", under: top), calendar = try await add("events", itemClass: .calendar)
        let key = try await firstKey()
        let created = try await phone.root(
            "FolderCreate",
            Self.document(
                FolderHierarchy.folderCreate,
                [
                    (FolderHierarchy.syncKey, key), (FolderHierarchy.parentId, "0"), (FolderHierarchy.displayName, "made"), (FolderHierarchy.type, "12"),
                ]))[FolderHierarchy.serverId]?.text
        let answer = await phone.command("GetHierarchy")
        let folders = try answer?.root().all(FolderHierarchy.folder) ?? []
        let ids = folders.compactMap { $0[FolderHierarchy.serverId]?.text }
        #expect(try await mailFolders().sorted() == ids.sorted())
        #expect(!ids.contains(calendar.description) && ids.contains(created ?? "none"))
        for role in [FolderRole.sent, .trash] {
            let id = try await lab.folder(role, lab.ann).id.description
            #expect(ids.contains(id))
        }
        let found = folders.first { $0[FolderHierarchy.serverId]?.text == below.description }
        #expect(found?[FolderHierarchy.parentId]?.text == top.description)
    }
}
