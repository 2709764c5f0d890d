import Glibc
import MailStore
import Model
import Testing
import TestSupport

/// A process that writes is killed at a random moment; what it had said was stored must be there, once and whole. (threat C1, the store's part)
@Suite struct KillTests {
    /// Rounds of one run. Raise it for a long look.
    static let rounds = 4
    static let probe: String = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(root)/.build/debug/StoreProbe"
    }()

    @Test(.enabled(if: unsafe access(probe, X_OK) == 0, "StoreProbe is not built beside the tests")) func whatWasAcknowledgedIsThere() async throws {
        let place = TemporaryDirectory()
        var acknowledged = Acknowledged()
        for round in 0..<Self.rounds {
            let lines = try runAndKill(place.path, after: UInt32.random(in: 60_000...250_000))
            for line in lines { acknowledged.add(line) }
            let store = try MailStore.open(place.path)
            let findings = try await store.check(.everything)
            #expect(findings == [], "round \(round)")
            try await acknowledged.compare(with: store, round)
            await store.close()
        }
        #expect(acknowledged.items.count > 10)
    }
    @Test(.enabled(if: unsafe access(probe, X_OK) == 0, "StoreProbe is not built beside the tests")) func aSecondProcessIsKeptOut() async throws {
        let place = try TemporaryStore()
        guard let output = unsafe popen("exec \(Self.probe) open \(place.path)", "r") else { throw StoreError.closed }
        var buffer = [UInt8](repeating: 0, count: 1000)
        let count = unsafe read(fileno(output), &buffer, buffer.count)
        #expect(unsafe pclose(output) != 0)
        #expect(String(decoding: buffer[..<max(0, count)], as: UTF8.self).contains("locked"))
        try await place.account()
    }
    /// 50 MiB through a spool into the store take the writer's page cache and no more. (threat T7)
    @Test(.enabled(if: unsafe access(probe, X_OK) == 0, "StoreProbe is not built beside the tests")) func aLargeMessageTakesLittleMemory() throws {
        let place = TemporaryDirectory()
        guard let output = unsafe popen("exec \(Self.probe) bench \(place.path) spool-50m", "r") else { throw StoreError.closed }
        var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = unsafe read(fileno(output), &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        unsafe pclose(output)
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        let index = try #require(words.firstIndex(of: "by"))
        let kibibytes = try #require(Int(words[index + 1]))
        #expect(kibibytes < 14 * 1024)
    }
    /// Runs the probe, kills it, and returns the whole lines it had written.
    private func runAndKill(_ path: String, after microseconds: UInt32) throws -> [String] {
        guard let output = unsafe popen("exec \(Self.probe) write \(path) 6", "r") else { throw StoreError.closed }
        // Reading while it runs keeps the pipe from filling up; the time begins with its first word, when the store is open.
        var bytes: [UInt8] = [], killed = false, deadline = 0
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(fileno(output), &buffer, buffer.count)
            if count <= 0 { break }
            bytes += buffer[..<count]
            var time = timespec()
            unsafe clock_gettime(CLOCK_MONOTONIC, &time)
            let now = time.tv_sec * 1_000_000 + time.tv_nsec / 1000
            if deadline == 0 { deadline = now + Int(microseconds) }
            if !killed, now >= deadline, let end = bytes.firstIndex(of: 10), let child = pid_t(String(decoding: bytes[..<end], as: UTF8.self)) {
                kill(child, SIGKILL)
                killed = true
            }
        }
        unsafe pclose(output)
        #expect(killed)
        let whole = bytes.lastIndex(of: 10).map { bytes[...$0] } ?? []
        return String(decoding: whole, as: UTF8.self).split(separator: "\n").dropFirst().map(String.init)
    }
}

/// What the probe said, item by item.
struct Acknowledged {
    struct Item { var folder: Int64, uid: UInt32, name: String, flagged = false, removed = false }
    var items: [Int64: Item] = [:]

    mutating func add(_ line: String) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count >= 2, let id = Int64(words[1]) else {
            Issue.record("the probe said \(line)")
            return
        }
        switch words[0] {
        case "A": items[id] = Item(folder: Int64(words[2]) ?? 0, uid: UInt32(words[3]) ?? 0, name: words[4])
        case "F": items[id]?.flagged = true
        case "M":
            items[id]?.folder = Int64(words[2]) ?? 0
            items[id]?.uid = UInt32(words[3]) ?? 0
        case "X": items[id]?.removed = true
        default: Issue.record("the probe said \(line)")
        }
    }
    func compare(with store: MailStore, _ round: Int) async throws {
        let account = try #require(try await store.read { try $0.account(named: "probe@example.org") }).id
        let rows = try await store.read { tx in
            try tx.folders(of: account).flatMap { folder in
                try tx.items(in: folder.id, UIDSet([1...UInt32.max]), limit: .max).map { ($0, try tx.content($0.state.content)) }
            }
        }
        let found = Dictionary(uniqueKeysWithValues: rows.map { ($0.0.state.id.rawValue, $0) })
        var names: Set<String> = []
        for (row, body) in rows {
            let name = String(decoding: row.summary, as: UTF8.self)
            #expect(names.insert(name).inserted, "\(name) is there twice")
            #expect(String(decoding: body, as: UTF8.self) == "message \(name)\r\n")
        }
        for (id, item) in items {
            guard let (row, _) = found[id] else {
                // Gone is right if its removal was said, or was done and could not be said any more: then the item is the last of its worker.
                if !item.removed { #expect(isLast(item), "round \(round): \(item.name) is lost") }
                continue
            }
            #expect(!item.removed, "round \(round): \(item.name) was removed and is back")
            if item.flagged { #expect(row.state.flags.contains(.flagged), "round \(round): the flag of \(item.name) is lost") }
            if row.folder.rawValue != item.folder || row.state.uid.rawValue != item.uid { #expect(isLast(item), "round \(round): \(item.name) is elsewhere") }
        }
    }
    /// The worker of that item said nothing of a later one.
    private func isLast(_ item: Item) -> Bool {
        let parts = item.name.split(separator: "-")
        let number = Int(parts[2]) ?? 0
        return !items.values.contains { $0.name.hasPrefix("\(parts[0])-\(parts[1])-") && (Int($0.name.split(separator: "-")[2]) ?? 0) > number }
    }
}
