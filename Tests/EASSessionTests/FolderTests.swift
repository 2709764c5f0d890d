import EASCodec
import MailStore
import Model
import Testing

/// Folders that a phone makes, moves and removes.
@Suite struct FolderTests {
    let lab: PhoneLab
    let phone: PhoneLine
    init() async throws {
        lab = try await PhoneLab()
        phone = await PhoneLine(lab)
    }
    func create(_ key: String, _ name: String, under parent: String = "0") async throws -> WBXMLElement {
        var writer = TokenWriter()
        writer.open(FolderHierarchy.folderCreate)
        writer.element(FolderHierarchy.syncKey, key)
        writer.element(FolderHierarchy.parentId, parent)
        writer.element(FolderHierarchy.displayName, name)
        writer.element(FolderHierarchy.type, 12)
        writer.close()
        return try await phone.root("FolderCreate", writer.finish())
    }
    func update(_ key: String, _ folder: String, _ name: String, under parent: String = "0") async throws -> WBXMLElement {
        var writer = TokenWriter()
        writer.open(FolderHierarchy.folderUpdate)
        writer.element(FolderHierarchy.syncKey, key)
        writer.element(FolderHierarchy.serverId, folder)
        writer.element(FolderHierarchy.parentId, parent)
        writer.element(FolderHierarchy.displayName, name)
        writer.close()
        return try await phone.root("FolderUpdate", writer.finish())
    }
    func delete(_ key: String, _ folder: String) async throws -> WBXMLElement {
        var writer = TokenWriter()
        writer.open(FolderHierarchy.folderDelete)
        writer.element(FolderHierarchy.syncKey, key)
        writer.element(FolderHierarchy.serverId, folder)
        writer.close()
        return try await phone.root("FolderDelete", writer.finish())
    }
    func status(_ root: WBXMLElement) -> Int? { root[FolderHierarchy.status]?.integer }
    func key(_ root: WBXMLElement) -> String { root[FolderHierarchy.syncKey]?.text ?? "" }
    func id(_ root: WBXMLElement) -> String { root[FolderHierarchy.serverId]?.text ?? "" }
    func folderNames() async throws -> [String] {
        let account = lab.ann
        return try await lab.store.read { try $0.folders(of: account).map(\.name) }
    }
    /// So many folders inside each other; their rows from the top.
    func chain(_ count: Int, _ name: String) async throws -> [FolderRow] {
        let account = lab.ann
        return try await lab.store.write { store in
            var rows: [FolderRow] = []
            for level in 0..<count {
                rows.append(
                    try store.addFolder(
                        account: account, parent: rows.last?.id, name: "\(name)\(level)", itemClass: .mail, role: nil, isSubscribed: true))
            }
            return rows
        }
    }

    static let names: [(String, Int)] = [
        ("Project", 1), ("Größe 台北", 1), ("50%", 1), (String(repeating: "x", count: 255), 1), (String(repeating: "x", count: 256), 10),
        // threat T24: names that IMAP could not open are none here either.
        (String(repeating: "ü", count: 128), 10), ("a\u{2028}b", 10), ("a\u{2029}b", 10), ("a\u{85}b", 10), ("a/b", 10), ("a/", 10), ("Inbox", 2), ("", 10),
    ]
    @Test(arguments: names) func onlyNamesThatEveryProtocolKnowsAreGiven(_ name: String, _ expected: Int) async throws {
        let first = key(try await phone.folderSync("0"))
        #expect(status(try await create(first, name)) == expected)
    }
    // MS-ASCMD_R2120 MS-ASCMD_R4569 MS-ASCMD_R5783 MS-ASCMD_R5784
    @Test func aFolderIsMadeRenamedAndRemoved() async throws {
        let made = try await create(key(try await phone.folderSync("0")), "Project")
        #expect(status(made) == 1)
        let renamed = try await update(key(made), id(made), "Old project")
        #expect(status(renamed) == 1 && renamed.children.count == 2)
        #expect(try await folderNames().contains("Old project"))
        let gone = try await delete(key(renamed), id(made))
        #expect(status(gone) == 1 && gone.children.count == 2)
        // Nothing of it is told back.
        #expect(try await phone.folderSync(key(gone))[FolderHierarchy.changes]?[FolderHierarchy.count]?.integer == 0)
        #expect(status(try await delete(key(gone), id(made))) == 4)
    }
    /// A folder takes along what lies below it: 32 levels are all there may be.
    @Test func aMoveCountsTheLevelsBelow() async throws {
        let deep = try await chain(30, "deep"), three = try await chain(3, "three"), two = try await chain(2, "two")
        let first = key(try await phone.folderSync("0"))
        let refused = try await update(first, "\(three[0].id)", "three0", under: "\(deep[29].id)")
        #expect(status(refused) == 5)
        let moved = try await update(first, "\(two[0].id)", "two0", under: "\(deep[29].id)")
        #expect(status(moved) == 1)
        #expect(status(try await create(key(moved), "below", under: "\(two[1].id)")) == 5)
        #expect(status(try await update(key(moved), "\(deep[0].id)", "deep0", under: "\(deep[3].id)")) == 5)
    }
    @Test func aFolderGoesWithAllBelowIt() async throws {
        let rows = try await chain(3, "level"), before = try await folderNames().count
        let first = key(try await phone.folderSync("0"))
        let gone = try await delete(first, "\(rows[0].id)")
        #expect(status(gone) == 1)
        #expect(try await folderNames().count == before - 3)
    }
}
