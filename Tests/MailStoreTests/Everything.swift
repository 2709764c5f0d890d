import MailStore
import Model
import Testing

/// Calls every read and every write of the store once, on a store that `CheckTests.fill` made.
func useEverything(of store: MailStore) async throws {
    let account = try #require(try await store.read { try $0.account(named: "ann@example.org") }).id
    let inbox = try #require(try await store.read { try $0.folder(of: account, role: .inbox) }).id
    let (item, device) = try await store.read { tx in
        (try tx.states(in: inbox, UIDSet([1...9]), limit: 1)[0], try tx.devices(of: account)[0])
    }
    try await readEverything(of: store, account, inbox, item)
    try await store.write { tx in
        let other = try tx.addFolder(account: account, parent: inbox, name: "Below", itemClass: .mail, role: nil, isSubscribed: false).id
        try tx.setFolder(other, parent: nil, name: "Above")
        try tx.setFolder(other, role: .archive)
        try tx.setFolder(other, isSubscribed: true)
        try tx.setDanglingSubscription(of: account, path: "Lost/One", isSubscribed: true)
        try tx.setDanglingSubscription(of: account, path: "Lost/One", isSubscribed: false)
        _ = try tx.setProperties(item.id, [1, 2, 3], flag: true)
        _ = try tx.setFlags(item.id, FlagChange(.add, .answered))
        _ = try tx.copy(from: inbox, UIDSet([1...9]), to: other)
        let moved = try tx.move(item.id, to: other)
        _ = try tx.replace(moved.id, with: newItem("another text"))
        try tx.remove(moved.id)
        _ = try tx.append(NewItem(content: .existing(item.content), summary: [], date: item.date), to: inbox)
        _ = try tx.expunge(in: other, nil, onlyDeleted: false)
        try tx.removeFolder(other)
        try tx.removeSyncState(device: device.id, folder: inbox)
        try tx.removeSyncState(device: device.id, folder: nil)
        var known = device
        known.information = ["OS": "x"]
        _ = try tx.put(known)
        try tx.put(SyncStateRow(
            device: device.id, folder: nil, key: 1, previousKey: 0, modseq: .zero, position: [], previousPosition: [], lastOutcome: []))
        let queued = try tx.queued(after: QueueID(0), limit: 1)[0], recipient = try tx.recipients(of: queued.id)[0]
        try tx.postpone(recipient.id, until: Timestamp(seconds: 10), reply: "451 later")
        try tx.setWarned(recipient.id)
        try tx.setState(of: queued.id, .held)
        _ = try tx.secret("one") { [1] }
        #expect(try tx.finish(recipient.id, of: queued.id) && !tx.removeQueued(queued.id))
        try tx.setAccount(account, state: .disabled)
        try tx.setAccount(account, quota: 1 << 30)
        try tx.setAccount(account, displayName: "Ann B.")
        let credential = try tx.addCredential(account: account, kind: "app", secret: "s", label: "l")
        try tx.removeCredential(credential)
        try tx.addAddress(AddressRow(address: "list@example.org", target: .forward("x@example.net")))
        try tx.removeAddress(AddressRow(address: "list@example.org", target: .forward("x@example.net")))
        for selector in ["a", "b"] {
            try tx.addSigningKey(SigningKeyRow(domain: "example.org", selector: selector, algorithm: "x", privateKey: "k", created: Timestamp(seconds: 1)))
        }
        for delay in [60_000, 0, 0] as [Int64] {
            _ = try tx.passesGreylist(network: "192.0.2.0/24", sender: "a@b.c", recipients: ["x@y.z"], delay: delay)
        }
        var absence = AbsenceRow()
        absence.state = .on
        absence.messages[.unknown] = AbsenceRow.Message(isEnabled: true, isHTML: false, text: "away")
        try tx.setAbsence(absence, of: account)
        #expect(try tx.takeAnswer(of: account, to: "x@far.example", every: 1_000) && !tx.takeAnswer(of: account, to: "x@far.example", every: 1_000))
        #expect(try tx.absence(of: account) == absence)
        try tx.setSigningKey(domain: "example.org", selector: "a", isActive: false)
        try tx.removeSigningKey(domain: "example.org", selector: "b")
        #expect(try tx.signingKeys(of: "Example.org").map(\.selector) == ["a"])
    }
    _ = try await store.prune(now: Timestamp(seconds: 4_000_000_000))
    _ = try await store.stats()
    try await store.write { tx in
        try tx.remove(device.id)
        try tx.removeAccount(account)
        try tx.removeDomain("example.org")
        try tx.addDomain("example.org")
    }
    #expect(try await store.check() == [])
}

private func readEverything(of store: MailStore, _ account: AccountID, _ inbox: FolderID, _ item: ItemState) async throws {
    try await store.read { tx in
        _ = try (tx.epoch(), tx.domains(), tx.isLocal(domain: "EXAMPLE.org"), tx.accounts(), tx.account(account))
        _ = try (tx.targets(of: "ann@example.org"), tx.addresses(), tx.addresses(of: account), tx.credentials(of: account))
        _ = try (tx.listedAddresses(of: "example.org"), tx.absence(of: account))
        _ = try (tx.folders(of: account), tx.folder(inbox), tx.goneFolders(of: account, after: .zero), tx.danglingSubscriptions(of: account))
        _ = try (tx.uids(in: inbox), tx.firstUnseen(in: inbox), tx.states(in: inbox, UIDSet([1...9]), after: UID(1), limit: 3))
        _ = try (tx.items(in: inbox, UIDSet([1...9]), limit: 3), tx.item(item.id), tx.items([item.id, ItemID(99_999)]))
        _ = try (tx.changes(in: inbox, after: .zero, limit: 3), tx.gone(in: inbox, after: .zero, limit: 3))
        _ = try tx.newest(in: inbox, since: nil, createdUpTo: ModSeq(.max), from: nil, limit: 3)
        _ = try tx.items(in: inbox, dated: Timestamp(seconds: 0)..<Timestamp(seconds: 4_000_000_000), limit: 3)
        _ = try (tx.count(in: inbox, since: nil), tx.count(in: inbox, since: Timestamp(seconds: 0)), tx.items(of: account, thread: item.thread))
        _ = try (tx.content(item.content), tx.content(item.content, 1..<3), tx.devices(of: nil), tx.device(of: account, identifier: "PHONE1"))
        let queued = try tx.queued(after: QueueID(0), limit: 1)[0], now = Timestamp(seconds: 1_000)
        _ = try (tx.queued(queued.id), tx.queued(trace: "t1"), tx.recipient(RecipientID(1)), tx.due("far.example", at: now, limit: 1))
        _ = try (tx.firstDue("far.example"), tx.destinations(after: "", limit: 9), tx.expired(at: now, limit: 1), tx.late(at: now, limit: 1))
        _ = try (tx.queueCounts(), tx.history(of: "t1"), tx.secret("none"))
        let device = try tx.devices(of: account)[0]
        _ = try (tx.syncState(device: device.id, folder: inbox), tx.syncState(device: device.id, folder: nil))
    }
}
