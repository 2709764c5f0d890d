import CFaultyDisk
import Glibc
import Logging
@testable import MailStore
import Model
import Synchronization
import Testing
import TestSupport

/// Disks that fail, fill up, and lose power. (threats C2-C5)
@Suite(.serialized) struct FaultTests {
    private let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    private func open(_ path: String, _ onFatal: @escaping @Sendable (StoreError) -> Void = { _ in }) throws -> MailStore {
        try #require(faulty_register() == 0)
        return try MailStore.open(path, create: true, log: quiet, vfs: "faulty", onFatal: onFatal)
    }
    private func makeFolder(_ store: MailStore) async throws -> FolderID {
        try await store.write { tx in
            let account = try tx.addAccount(name: "ann@example.org", displayName: "", quota: nil)
            return try tx.addFolder(account: account, parent: nil, name: "INBOX", itemClass: .mail, role: .inbox, isSubscribed: true).id
        }
    }

    @Test func everyAnswerFollowsASync() async throws {
        let place = TemporaryDirectory()
        let store = try open(place.path)
        let folder = try await makeFolder(store)
        for number in 1...20 {
            let before = faulty_syncs()
            _ = try await store.write { try $0.append(newItem("n\(number)"), to: folder) }
            #expect(faulty_syncs() > before)
        }
        await store.close()
    }
    /// A mark in the queue is answered when it is written and synced a little later; one that shows in a mailbox is synced first.
    @Test func whatNobodySeesIsSyncedLater() async throws {
        let place = TemporaryDirectory()
        let store = try open(place.path)
        let folder = try await makeFolder(store)
        _ = try await store.write { try $0.append(newItem("before"), to: folder) }
        let before = faulty_syncs()
        #expect(try await mark(store) { try $0.remember("trace", .delivered, "to somebody") } == before)
        #expect(try await store.read { try $0.history(of: "trace").count } == 1)
        for _ in 0..<200 where faulty_syncs() == before { try await Task.sleep(for: .milliseconds(10)) }
        #expect(faulty_syncs() == before + 1)
        #expect(try await mark(store) { _ = try $0.append(newItem("a report"), to: folder) } > before + 1)
        await store.close()
    }
    /// How many syncs there had been when the answer came.
    @discardableResult
    private func mark(_ store: MailStore, _ job: @escaping @Sendable (WriteTransaction) throws -> Void) async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            store.writeAtOnce(job) { outcome in continuation.resume(with: outcome.map { faulty_syncs() }) }
        }
    }
    /// What a commit writes to the log goes there in one piece, however many pages it has.
    @Test func aCommitIsOneWriteToTheLog() async throws {
        let place = TemporaryDirectory()
        let store = try open(place.path)
        let folder = try await makeFolder(store)
        let trace = place.path + "/trace"
        let descriptor = unsafe Glibc.open(trace, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        faulty_record(descriptor)
        let before = faulty_writes()
        _ = try await store.write { try $0.append(newItem(String(repeating: "x", count: 40_000)), to: folder) }
        #expect(faulty_writes() - before == 1)
        faulty_record(-1)
        #expect(try PowerLog.read(trace).count { $0.kind == 1 } > 10)
        await store.close()
    }
    /// After a failed sync nothing can be believed: no answer but failure, no more writes, and the process is told to end. (C5)
    @Test(arguments: [FAULTY_SYNC, FAULTY_WRITE]) func failingDiskEndsTheService(_ fault: Int) async throws {
        let place = TemporaryDirectory()
        let heard = Told()
        let store = try open(place.path) { heard.tell($0) }
        let folder = try await makeFolder(store)
        _ = try await store.write { try $0.append(newItem("good"), to: folder) }
        faulty_fail(Int32(fault))
        await #expect(throws: StoreError.self) { try await store.write { try $0.append(newItem("lost"), to: folder) } }
        faulty_fail(Int32(FAULTY_NOTHING))
        #expect(heard.error.withLock { $0 } != nil)
        await #expect(throws: StoreError.closed) { try await store.write { try $0.append(newItem("later"), to: folder) } }
        await store.close()
        let again = try MailStore.open(place.path, log: quiet)
        #expect(try await again.read { try $0.folder(folder)?.total ?? 0 } >= 1)
        #expect(try await again.check(.everything) == [])
        await again.close()
    }
    /// A full disk refuses with `.full` and changes nothing; the service goes on by itself when there is room again. (C4)
    @Test func fullDiskIsSurvived() async throws {
        let place = TemporaryDirectory()
        let heard = Told()
        let store = try open(place.path) { heard.tell($0) }
        let folder = try await makeFolder(store)
        _ = try await store.write { try $0.append(newItem("good"), to: folder) }
        faulty_fail(Int32(FAULTY_FULL))
        for _ in 0..<3 { await #expect(throws: StoreError.full) { try await store.write { try $0.append(newItem("no room"), to: folder) } } }
        faulty_fail(Int32(FAULTY_NOTHING))
        let state = try await store.write { try $0.append(newItem("room again"), to: folder) }
        #expect(state.uid == UID(2))
        #expect(heard.error.withLock { $0 } == nil)
        #expect(try await store.check(.everything) == [])
        await store.close()
    }
    /// The same when SQLite itself finds no page left, in the middle of jobs that share a commit.
    @Test func fullDatabaseIsSurvived() async throws {
        let place = try TemporaryStore()
        let (_, inbox, _) = try await place.account()
        try await place.store.write { tx in
            let pages = try tx.connection.number("PRAGMA page_count")
            try tx.connection.execute("PRAGMA max_page_count = \(pages + 60)")
        }
        let counted = Counter(), refused = Counter()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    do {
                        try await place.append("\(number) " + String(repeating: "x", count: 9000), to: inbox)
                        counted.add()
                    } catch StoreError.full { refused.add() } catch { Issue.record("\(error)") }
                }
            }
        }
        #expect(counted.value > 0 && refused.value > 0 && counted.value + refused.value == 200)
        #expect(try await place.store.read { try $0.folder(inbox)?.total } == counted.value)
        try await place.store.write { try $0.connection.execute("PRAGMA max_page_count = 1000000") }
        try await place.append("room again", to: inbox)
        #expect(try await place.store.check(.everything) == [])
    }
    /// Everything that reached the disk is written down; then power fails at each sync, with any part of what was written after it. (C2)
    @Test func powerMayFailAtAnySync() async throws {
        let place = TemporaryDirectory()
        let store = try open(place.path)
        let folder = try await makeFolder(store)
        await store.close()
        let start = try (contents(of: place.path + "/martlet.db"), [UInt8]())
        let trace = place.path + "/trace"
        let descriptor = unsafe Glibc.open(trace, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        let recorded = try open(place.path)
        faulty_record(descriptor)
        let base = faulty_syncs()
        var acknowledged: [(sync: Int, item: ItemState)] = []
        for number in 1...Self.operations {
            // In front of others, and as the first in a log that begins anew.
            if number % 3 == 1 { try await mark(recorded) { try $0.remember("n\(number)", .delivered, "") } }
            let item = newItem("n\(number) " + String(repeating: "y", count: number % 7 * 3000))
            let state = try await recorded.write { try $0.append(item, to: folder) }
            acknowledged.append((faulty_syncs() - base, state))
            if number % 25 == 0 { try await recorded.write { $0.connection.checkpoint() } }
        }
        faulty_record(-1)
        await recorded.close()
        let entries = try PowerLog.read(trace)
        unsafe unlink(trace)
        var generator = SeededGenerator(seed: 7)
        let syncs = entries.count { $0.kind == 2 }
        #expect(syncs >= Self.operations)
        for sync in stride(from: 0, through: syncs, by: Self.every) {
            let lost = TemporaryDirectory()
            try PowerLog.replay(entries, upTo: sync, on: start, to: lost.path, &generator)
            let store = try MailStore.open(lost.path, create: false, log: quiet)
            let states = try await store.read { try $0.states(in: folder, UIDSet([1...UInt32.max]), limit: .max) }
            let promised = acknowledged.filter { $0.sync <= sync }.map(\.item)
            #expect(Array(states.prefix(promised.count)) == promised, "power lost after sync \(sync)")
            #expect(try await store.check(.everything) == [], "power lost after sync \(sync)")
            await store.close()
        }
    }
    static let operations = 60
    /// Every how many syncs power is lost.
    static let every = 2
}

final class Told: Sendable {
    let error = Mutex<StoreError?>(nil)
    func tell(_ failure: StoreError) { error.withLock { $0 = failure } }
}
final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}

/// What a disk was told, and what may be left of it.
enum PowerLog {
    struct Entry { var kind: UInt32, file: UInt32, offset: Int, bytes: [UInt8] }

    static func read(_ file: String) throws -> [Entry] {
        let descriptor = unsafe open(file, O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var entries: [Entry] = []
        while true {
            var head = faulty_entry()
            guard unsafe Glibc.read(descriptor, &head, MemoryLayout<faulty_entry>.size) == MemoryLayout<faulty_entry>.size else { return entries }
            var bytes = [UInt8](repeating: 0, count: Int(head.length))
            let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            try #require(count == bytes.count)
            // The disk knows pages: of a long write any of them may be there without the others.
            var start = 0
            repeat {
                let end = min(start + 4096, bytes.count)
                entries.append(Entry(kind: head.kind, file: head.file, offset: Int(head.offset) + start, bytes: Array(bytes[start..<end])))
                start = end
            } while start < bytes.count
        }
    }
    /// Writes the files as they may be after power was lost between sync number `sync` and the next: what was written to a file before its last sync is there;
    /// of what came after, any write may be missing or torn at a sector.
    static func replay(
        _ entries: [Entry], upTo sync: Int, on start: ([UInt8], [UInt8]), to path: String, _ generator: inout SeededGenerator
    ) throws {
        var seen = 0, cut = entries.count
        for (index, entry) in entries.enumerated() where entry.kind == 2 {
            seen += 1
            if seen == sync + 1 { cut = index; break }
        }
        var files = [start.0, start.1]
        for which in 0...1 {
            let lastSync = entries[..<cut].lastIndex { $0.kind == 2 && $0.file == UInt32(which) } ?? -1
            for (index, entry) in entries[..<cut].enumerated() where entry.file == UInt32(which) && entry.kind != 2 {
                var entry = entry
                if index > lastSync {
                    switch UInt8.random(in: 0..<3, using: &generator) {
                    case 0: continue
                    case 1 where entry.kind == 1: entry.bytes = Array(entry.bytes.prefix(entry.bytes.count / 512 / 2 * 512))
                    default: break
                    }
                }
                apply(entry, to: &files[which])
            }
        }
        try write(files[0], to: path + "/martlet.db")
        try write(files[1], to: path + "/martlet.db-wal")
    }
    private static func apply(_ entry: Entry, to file: inout [UInt8]) {
        if entry.kind == 3 {
            file.removeLast(max(0, file.count - entry.offset))
            return
        }
        let end = entry.offset + entry.bytes.count
        if file.count < end { file += [UInt8](repeating: 0, count: end - file.count) }
        file.replaceSubrange(entry.offset..<end, with: entry.bytes)
    }
}
