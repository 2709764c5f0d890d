import MailStore
import Model
import Synchronization
import Testing
import TestSupport

/// Every invariant is broken behind the store's back, and must be found under its number.
@Suite struct CheckTests {
    static let damages: [(Int, String)] = [
        (1, "PRAGMA application_id = 5"),
        (2, "UPDATE account SET id = 77"),
        (2, "INSERT INTO credential(account, kind, secret, label, created) VALUES (99, 'k', 's', '', 1)"),
        (2, "INSERT INTO address(address, account, forward) VALUES ('a@b.c', 99, '')"),
        (2, "INSERT INTO thread_key(account, key, thread) VALUES (99, 1, 1)"),
        (2, "INSERT INTO device_information(device, name, value) VALUES (99, 'OS', 'x')"),
        (2, "INSERT INTO absence(account, state) VALUES (99, 1)"),
        (2, "INSERT INTO absence_answer(account, sender, time) VALUES (99, 'a', 1)"),
        (3, "UPDATE folder SET parent = 99 WHERE name = 'Other'"),
        (3, "UPDATE folder SET parent = id WHERE name = 'Other'"),
        (4, "UPDATE folder SET name = '' WHERE name = 'Other'"),
        (4, "UPDATE folder SET name = 'a/b' WHERE name = 'Other'"),
        (4, "UPDATE folder SET name = 'a' || char(10) WHERE name = 'Other'"),
        (5, "UPDATE folder SET uid_next = 2 WHERE name = 'INBOX'"),
        (5, "UPDATE item SET folder = 99 WHERE place = (SELECT min(place) FROM item)"),
        (6, "DELETE FROM home WHERE id = (SELECT min(id) FROM home)"),
        (6, "UPDATE home SET place = place + 1000 WHERE id = (SELECT min(id) FROM home)"),
        (7, "UPDATE folder SET unseen = unseen + 1 WHERE name = 'INBOX'"),
        (7, "UPDATE folder SET total = 0 WHERE name = 'INBOX'"),
        (7, "UPDATE folder SET size = 1 WHERE name = 'INBOX'"),
        (8, "UPDATE account SET used = used - 1"),
        (9, "UPDATE account SET modseq = 1"),
        (9, "UPDATE folder SET modseq = 1 WHERE name = 'INBOX'"),
        (10, "UPDATE item SET created = modseq + 1"),
        (10, "UPDATE item SET seen_modseq = 1"),
        (11, "UPDATE content SET refs = refs + 1"),
        (11, "UPDATE item SET content = 9999 WHERE place = (SELECT min(place) FROM item)"),
        (11, "UPDATE content SET size = size + 1"),
        (12, "DELETE FROM summary"),
        (12, "DELETE FROM body WHERE piece = (SELECT min(piece) FROM body)"),
        (12, "INSERT INTO body(piece, data) VALUES (99999999, 'x')"),
        (12, "UPDATE body SET piece = piece + 1 WHERE piece = (SELECT max(piece) FROM body)"),
        (13, "UPDATE body SET data = CAST(replace(CAST(data AS TEXT), 'o', '0') AS BLOB)"),
        (14, "UPDATE gone SET folder = 99"),
        (14, "UPDATE folder SET gone_floor = 1000000"),
        (14, "UPDATE gone SET created = modseq + 1"),
        (14, "UPDATE gone SET uid = 4000"),
        (14, "UPDATE gone SET uid = 1"),
        (15, "UPDATE store SET next_id = 2"),
        (15, "UPDATE folder SET uid_validity = 5"),
        (15, "UPDATE store SET uid_validity = 1"),
        (16, "INSERT INTO sync_state VALUES (99, 0, 1, 0, 0, x'', x'', x'')"),
        (16, "UPDATE sync_state SET folder = 99"),
        (16, "UPDATE sync_state SET modseq = 1000000"),
        (17, "UPDATE item SET keywords = 'b a' WHERE keywords IS NOT NULL"),
        (17, "UPDATE item SET keywords = '' WHERE keywords IS NOT NULL"),
        (18, "UPDATE account SET folder_floor = 1000000"),
        (18, "UPDATE gone_folder SET folder = (SELECT min(id) FROM folder)"),
        (11, "DELETE FROM queued"),
        (19, "UPDATE queued SET content = 99999999"),
        (19, "UPDATE queued SET size = 1"),
        (19, "DELETE FROM queued_recipient"),
        (19, "UPDATE queued_recipient SET message = 99999999"),
        (19, "UPDATE queued_recipient SET state = 3"),
    ]

    @Test(arguments: damages) func findsDamage(_ invariant: Int, _ sql: String) async throws {
        let place = TemporaryDirectory()
        try await Self.fill(place.path)
        try execute(sql, on: place.path)
        let store = try? MailStore.open(place.path)
        if invariant == 1 {
            #expect(store == nil)
        } else {
            let findings = try await #require(store).check(.everything)
            #expect(findings.contains { $0.invariant == invariant }, "\(sql): \(findings)")
            #expect(findings.allSatisfy { !$0.words.isEmpty })
        }
        await store?.close()
    }
    @Test func findsDamageUnderTheTables() async throws {
        let place = TemporaryDirectory()
        try await Self.fill(place.path)
        var bytes = try contents(of: place.path + "/martlet.db")
        for offset in stride(from: 4096 * 3 + 8, to: bytes.count, by: 4096) { for index in 0..<64 { bytes[offset + index] = 0xA5 } }
        try write(bytes, to: place.path + "/martlet.db")
        guard let store = try? MailStore.open(place.path) else { return }
        do { #expect(try await store.check().contains { $0.invariant == 1 }) } catch { #expect(error is StoreError) }
        await store.close()
    }
    @Test func nothingIsWrongWithAStoreInUse() async throws {
        let place = TemporaryDirectory()
        try await Self.fill(place.path)
        let store = try MailStore.open(place.path)
        let steps = Steps()
        #expect(try await store.check(.everything) { steps.add($0) } == [])
        #expect(steps.last?.done == steps.last?.steps)
        await store.close()
    }

    /// A store with something in every table, closed.
    static func fill(_ path: String) async throws {
        let store = try MailStore.open(path)
        let (account, inbox, other, third) = try await store.write { tx in
            try tx.addDomain("example.org")
            let account = try tx.addAccount(name: "ann@example.org", displayName: "Ann", quota: nil)
            try tx.addAddress(AddressRow(address: "ann@example.org", target: .account(account)))
            _ = try tx.addCredential(account: account, kind: "scrypt", secret: "x", label: "")
            func folder(_ name: String, _ role: FolderRole? = nil) throws -> FolderID {
                try tx.addFolder(account: account, parent: nil, name: name, itemClass: .mail, role: role, isSubscribed: true).id
            }
            return (account, try folder("INBOX", .inbox), try folder("Other"), try folder("Third"))
        }
        try await store.write { tx in
            for number in 1...4 { _ = try tx.append(newItem("one of \(number)", keys: [Int64(number)]), to: inbox) }
            var large = newItem("")
            large.content = .bytes([UInt8](repeating: UInt8(ascii: "o"), count: 300_000))
            _ = try tx.append(large, to: inbox)
        }
        try await store.write { tx in
            _ = try tx.copy(from: inbox, UIDSet([1...3]), to: other)
            _ = try tx.move(from: inbox, UIDSet([2...2]), to: other)
            _ = try tx.setFlags(in: inbox, UIDSet([1...1]), FlagChange(.add, .seen, keywords: ["a", "b"]))
            try tx.removeFolder(third)
            var message = QueuedMessage(trace: "t1", sender: "ann@example.org", account: account, created: Timestamp(seconds: 5), expires: Timestamp(seconds: 500))
            message.returnsAll = true
            var late = QueuedRecipient(address: "x@far.example", destination: "far.example", next: Timestamp(seconds: 9))
            late.warn = Timestamp(seconds: 50)
            _ = try tx.enqueue(message, newItem("outgoing"), to: [late])
            try tx.remember("t1", .received, "from nowhere")
            let device = try tx.put(newDevice(of: account))
            try tx.put(SyncStateRow(
                device: device.id, folder: inbox, key: 1, previousKey: 0, modseq: ModSeq(1), position: [1], previousPosition: [], lastOutcome: []))
        }
        await store.close()
    }
}

/// Collects what a check says of its progress.
final class Steps: Sendable {
    private let seen = Mutex<[CheckProgress]>([])
    var last: CheckProgress? { seen.withLock { $0.last } }
    func add(_ step: CheckProgress) { seen.withLock { $0.append(step) } }
}
