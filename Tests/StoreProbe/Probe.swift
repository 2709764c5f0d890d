import Glibc
import MailStore
import Model
import Synchronization

enum Probe {
    @concurrent static func run(_ arguments: [String]) async {
        do {
            switch arguments.first {
            case "bench" where arguments.count >= 2: try await Bench.run(arguments[1], only: arguments.dropFirst(2).first)
            case "write" where arguments.count == 3: try await write(arguments[1], workers: Int(arguments[2]) ?? 4)
            case "open" where arguments.count == 2: _ = try MailStore.open(arguments[1], log: quiet)
            case "check" where arguments.count == 2: try await check(arguments[1])
            default:
                print("usage: store-probe bench DIR [ONLY] | write DIR WORKERS | open DIR | check DIR")
                exit(64)
            }
        } catch {
            print("failed \(error)")
            exit(1)
        }
    }
    static func check(_ directory: String) async throws {
        let store = try MailStore.open(directory, create: false, log: quiet)
        let findings = try await store.check(.everything)
        for finding in findings { print(finding) }
        await store.close()
        exit(findings.isEmpty ? 0 : 1)
    }

    /// Appends, marks, moves and removes without end, and says what was acknowledged, one line each: its process id, then
    /// "A item folder uid name", "F item", "M item folder uid", "X item". To be killed.
    static func write(_ directory: String, workers: Int) async throws {
        let store = try MailStore.open(directory, log: quiet)
        let folders = try await setUp(store)
        say("\(getpid())")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<workers {
                group.addTask { try await work(store, folders, worker) }
            }
            try await group.waitForAll()
        }
    }
    private static func setUp(_ store: MailStore) async throws -> [FolderID] {
        try await store.write { tx in
            if let known = try tx.account(named: "probe@example.org") { return try tx.folders(of: known.id).map(\.id) }
            let account = try tx.addAccount(name: "probe@example.org", displayName: "Probe", quota: nil)
            return try ["INBOX", "Other"].map {
                try tx.addFolder(account: account, parent: nil, name: $0, itemClass: .mail, role: $0 == "INBOX" ? .inbox : nil, isSubscribed: true).id
            }
        }
    }
    private static func work(_ store: MailStore, _ folders: [FolderID], _ worker: Int) async throws {
        var number = 0
        while true {
            number += 1
            let name = "\(getpid())-\(worker)-\(number)"
            let folder = folders[number % folders.count], other = folders[(number + 1) % folders.count]
            let item = NewItem(content: .bytes(Array("message \(name)\r\n".utf8)), summary: Array(name.utf8), date: Timestamp(seconds: Int64(number)))
            let made = try await store.write { try $0.append(item, to: folder) }
            say("A \(made.id) \(folder) \(made.uid) \(name)")
            if number % 2 == 0 {
                _ = try await store.write { try $0.setFlags(made.id, FlagChange(.add, .flagged)) }
                say("F \(made.id)")
            }
            if number % 3 == 0 {
                let moved = try await store.write { try $0.move(made.id, to: other) }
                say("M \(made.id) \(other) \(moved.uid)")
            }
            if number % 5 == 0 {
                try await store.write { try $0.remove(made.id) }
                say("X \(made.id)")
            }
        }
    }
    private static func say(_ line: String) {
        var text = line + "\n"
        text.withUTF8 { bytes in _ = unsafe Glibc.write(1, bytes.baseAddress, bytes.count) }
    }
}
