import Glibc
import Logging
import MailStore
import Model
import Synchronization

let quiet = Logger(label: "probe", factory: { _ in SwiftLogNoOpLogHandler() })

/// Figures of the store alone: docs/performance.md says what they were and on what machine.
enum Bench {
    static func run(_ directory: String, only: String?) async throws {
        let store = try MailStore.open(directory, log: quiet)
        let bench = Run(store: store)
        for (name, measure) in bench.all where only == nil || name.hasPrefix(only ?? "") { try await measure() }
        let stats = try await store.stats()
        print("stats: \(stats)")
        await store.close()
    }
    static func milliseconds(_ time: Duration) -> String {
        let hundredths = Int(time / .microseconds(10))
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) ms"
    }
    /// User and system time of the process.
    static func cpu() -> Duration {
        var usage = rusage()
        unsafe getrusage(0, &usage)
        return .microseconds(
            Int64(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000 + Int64(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec))
    }
    static func peakMemory() -> Int {
        var usage = rusage()
        unsafe getrusage(0, &usage)
        return usage.ru_maxrss
    }
}

struct Run: Sendable {
    let store: MailStore
    static let items = 10_000

    var all: [(String, @Sendable () async throws -> Void)] {
        [
            ("append-4k-1", { try await appends(1, 4096, count: 2000) }),
            ("append-4k-20", { try await appends(20, 4096, count: 10_000) }),
            ("append-4k-50", { try await appends(50, 4096, count: 20_000) }),
            ("append-100k-20", { try await appends(20, 102_400, count: 2000) }),
            ("append-1m-4", { try await appends(4, 1 << 20, count: 200) }),
            ("deliver-100", { try await deliver(to: 100, count: 100) }),
            ("spool-50m", { try await spooled(50 << 20) }),
            ("folder", { try await folder() }),
            ("hops", { try await hops() }),
            ("pages", { try await pages() }),
        ]
    }
    func account() async throws -> (AccountID, FolderID, FolderID) {
        try await store.write { tx in
            let account = try tx.addAccount(name: "u\(UInt64.random(in: 0...UInt64.max))@example.org", displayName: "", quota: nil)
            let inbox = try tx.addFolder(account: account, parent: nil, name: "INBOX", itemClass: .mail, role: .inbox, isSubscribed: true).id
            return (account, inbox, try tx.addFolder(account: account, parent: nil, name: "Other", itemClass: .mail, role: nil, isSubscribed: true).id)
        }
    }
    private static let last = Atomic<Int>(Int(getpid()) << 32)
    static func message(_ size: Int) -> NewItem {
        let number = last.wrappingAdd(1, ordering: .relaxed).newValue
        var bytes = [UInt8](repeating: 65, count: size)
        for index in 0..<min(8, size) { bytes[index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
        let mixed = number &* 0x9E37_79B9_7F4A_7C1
        var item = NewItem(content: .bytes(bytes), summary: [UInt8](repeating: 1, count: 600), date: Timestamp(seconds: Int64(mixed & 0x7FFF_FFFF)))
        item.threadKeys = [Int64(mixed), Int64(mixed) ^ 0x55AA]
        return item
    }
    @discardableResult
    func timed(_ name: String, _ count: Int = 0, _ body: () async throws -> Void) async rethrows -> Duration {
        let cpu = Bench.cpu(), began = ContinuousClock.now
        try await body()
        let took = ContinuousClock.now - began, used = Bench.cpu() - cpu
        let rate = count > 0 ? ", \(Int(Double(count) / (took / .seconds(1))))/s, \(Int(used / .microseconds(1) / Double(count))) µs CPU each" : ""
        print("\(name): \(Bench.milliseconds(took)), CPU \(Bench.milliseconds(used))\(rate)")
        return took
    }
    func appends(_ producers: Int, _ size: Int, count: Int) async throws {
        var inboxes: [FolderID] = []
        for _ in 0..<producers { inboxes.append(try await account().1) }
        let folders = inboxes
        try await timed("append \(size) octets, \(producers) producers", count) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for producer in 0..<producers {
                    group.addTask {
                        for _ in 0..<(count / producers) {
                            let item = Self.message(size)
                            _ = try await store.write { try $0.append(item, to: folders[producer]) }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
    func deliver(to recipients: Int, count: Int) async throws {
        var inboxes: [FolderID] = []
        for _ in 0..<recipients { inboxes.append(try await account().1) }
        let folders = inboxes
        try await timed("one mail to \(recipients) accounts", recipients * count) {
            for _ in 0..<count {
                let item = Self.message(4096)
                try await store.write { tx in for folder in folders { _ = try tx.append(item, to: folder) } }
            }
        }
    }
    func spooled(_ size: Int) async throws {
        let inbox = try await account().1
        let before = Bench.peakMemory()
        let spool = store.spool()
        let piece = [UInt8](repeating: 66, count: 65_536)
        try await timed("spool and append \(size) octets") {
            for _ in 0..<(size / piece.count) { try spool.append(piece) }
            let item = NewItem(content: .spooled(spool), summary: [], date: Timestamp(seconds: 1))
            _ = try await store.write { try $0.append(item, to: inbox) }
        }
        print("peak memory grew by \(Bench.peakMemory() - before) KiB")
    }
    func folder() async throws {
        let (account, inbox, other) = try await account()
        let all = UIDSet([1...UInt32.max])
        try await timed("fill a folder", Self.items) {
            for _ in 0..<(Self.items / 500) {
                let items = (0..<500).map { _ in Self.message(2048) }
                try await store.write { tx in for item in items { _ = try tx.append(item, to: inbox) } }
            }
        }
        let position = try await store.read { try $0.account(account)?.modseq } ?? .zero
        for round in 1...3 {
            print("round \(round)")
            try await timed("uids") { _ = try await store.read { try $0.uids(in: inbox).count } }
            try await timed("states in one read") { _ = try await store.read { try $0.states(in: inbox, all, limit: .max).count } }
            try await timed("summaries in pages of 256") {
                try await readPages(inbox)
            }
            let change = FlagChange(round == 2 ? .remove : .add, [.seen])
            try await timed("store \\Seen") { _ = try await store.write { try $0.setFlags(in: inbox, all, change).count } }
            try await timed("changes") { _ = try await store.read { try $0.changes(in: inbox, after: position, limit: .max).count } }
            try await timed("one change of \(Self.items)") {
                let state = try await store.write { try $0.setFlags(in: inbox, UIDSet([5000...5000]), FlagChange(.add, .flagged)) }
                _ = try await store.read { try $0.changes(in: inbox, after: ModSeq(state[0].modseq.rawValue - 1), limit: 100).count }
            }
        }
        try await timed("copy") { _ = try await store.write { try $0.copy(from: inbox, all, to: other).count } }
        try await timed("move") { _ = try await store.write { try $0.move(from: inbox, all, to: other).count } }
        try await timed("expunge half") { _ = try await store.write { try $0.expunge(in: other, UIDSet([1...UInt32(Self.items)]), onlyDeleted: false).count } }
        try await timed("expunge the rest, contents go") { _ = try await store.write { try $0.expunge(in: other, nil, onlyDeleted: false).count } }
    }
    func pages() async throws {
        let (_, inbox, _) = try await account()
        for _ in 0..<(Self.items / 500) {
            let items = (0..<500).map { _ in Self.message(2048) }
            try await store.write { tx in for item in items { _ = try tx.append(item, to: inbox) } }
        }
        for _ in 0..<3 {
            try await timed("summaries in pages of 256, 20 times", 20 * Self.items) { for _ in 0..<20 { try await readPages(inbox) } }
            try await timed("flags in pages of 256, 20 times", 20 * Self.items) {
                for _ in 0..<20 {
                    var after: UID?
                    while true {
                        let from = after
                        guard let last = try await store.read({ try $0.states(in: inbox, UIDSet([1...UInt32.max]), after: from, limit: 256) }).last else { break }
                        after = last.uid
                    }
                }
            }
        }
    }
    func readPages(_ inbox: FolderID) async throws {
        var after: UID?
        while true {
            let from = after
            let page = try await store.read { try $0.items(in: inbox, UIDSet([1...UInt32.max]), after: from, limit: 256) }
            guard let last = page.last else { break }
            after = last.state.uid
        }
    }
    func hops() async throws {
        let (account, inbox, _) = try await account()
        let item = Self.message(4096)
        let state = try await store.write { try $0.append(item, to: inbox) }
        try await timed("empty read", 20_000) { for _ in 0..<20_000 { try await store.read { _ in } } }
        try await timed("read of one account", 20_000) { for _ in 0..<20_000 { _ = try await store.read { try $0.account(account) } } }
        try await timed("read of one body", 20_000) { for _ in 0..<20_000 { _ = try await store.read { try $0.content(state.content) } } }
        try await timed("one flag, one commit", 2000) {
            for number in 0..<2000 {
                _ = try await store.write { try $0.setFlags(state.id, FlagChange(number % 2 == 0 ? .add : .remove, .seen)) }
            }
        }
        try await timed("empty write", 20_000) { for _ in 0..<20_000 { try await store.write { _ in } } }
    }
}
