import MailStore
import Model
import Testing
import TestSupport

@Suite struct DeviceTests {
    @Test func deviceIsKeptByAccountAndIdentifier() async throws {
        let place = try TemporaryStore()
        let (ann, _, _) = try await place.account(), (bob, _, _) = try await place.account("bob@example.org")
        var device = newDevice(of: ann)
        device.information = ["Model": "X", "OS": "Y"]
        let first = try await place.store.write { [device] in try $0.put(device) }
        device.userAgent = "Phone/2"
        device.information = ["Model": "X"]
        device.remembered = []
        let again = try await place.store.write { [device] in try $0.put(device) }
        let others = try await place.store.write { try $0.put(newDevice(of: bob)) }
        #expect(first.id == again.id && others.id != first.id)
        let (row, all, missing) = try await place.store.read { tx in
            (try tx.device(of: ann, identifier: "PHONE1"), try tx.devices(of: nil), try tx.device(of: ann, identifier: "phone1"))
        }
        #expect(row == again && row?.userAgent == "Phone/2" && row?.information == ["Model": "X"] && row?.remembered == [])
        #expect(all.count == 2 && missing == nil)
        await #expect(throws: StoreError.notFound) { try await place.store.write { try $0.put(newDevice(of: AccountID(99))) } }
    }
    /// What the administrator says of a device comes back as it was; what was done to it outlives it.
    @Test func controlAndHistory() async throws {
        let place = try TemporaryStore()
        let (ann, _, _) = try await place.account()
        var device = newDevice(of: ann)
        device.control.name = "Ann's"
        device.control.ceiling = "14.1"
        (device.control.pendingKey, device.control.pendingRevision, device.control.policyRevision) = (7, -8, .max)
        device.control.isExempt = true
        device.control.wipe = DeviceRow.Wipe(id: .max, kind: .account, stage: .told, time: Timestamp(seconds: 5))
        device.control.credential = 9
        device.control.recordedUntil = Timestamp(seconds: 6)
        let made = try await place.store.write { [device] in try $0.put(device) }
        #expect(try await place.store.read { try $0.device(of: ann, identifier: "PHONE1") } == made)
        #expect(made.control == device.control)
        try await place.store.write { store in
            for number in 0..<3 { try store.record("wipe.asked", "\(number)", of: made) }
            try store.remove(made.id)
        }
        let events = try await place.store.read {
            (try $0.deviceEvents(user: "ann@example.org", device: "PHONE1", limit: 2), try $0.deviceEvents(user: "bob", device: nil, limit: 9))
        }
        #expect(events.0.map(\.detail) == ["2", "1"] && events.1.isEmpty)
    }
    @Test func appPasswordsBindOnce() async throws {
        let place = try TemporaryStore()
        let (ann, _, _) = try await place.account()
        let id = try await place.store.write { try $0.addCredential(account: ann, kind: "scrypt", secret: "x", label: "phone") }
        #expect(try await place.store.write { try $0.bindCredential(id, to: "A") })
        #expect(try await place.store.write { try $0.bindCredential(id, to: "A") })
        #expect(try await place.store.write { try $0.bindCredential(id, to: "B") } == false)
        #expect(try await place.store.read { try $0.credentials(of: ann).last?.device } == "A")
    }
    @Test func syncStatesComeAndGo() async throws {
        let place = try TemporaryStore()
        let (ann, inbox, other) = try await place.account()
        let device = try await place.store.write { try $0.put(newDevice(of: ann)) }.id
        @Sendable func state(_ folder: FolderID?, _ key: Int64) -> SyncStateRow {
            SyncStateRow(
                device: device, folder: folder, key: key, previousKey: key - 1, modseq: ModSeq(1), position: [9], previousPosition: [], lastOutcome: [8])
        }
        try await place.store.write { tx in
            for folder in [nil, inbox, other] { try tx.put(state(folder, 1)) }
            try tx.put(state(inbox, 2))
        }
        let (list, changed) = try await place.store.read { (try $0.syncState(device: device, folder: nil), try $0.syncState(device: device, folder: inbox)) }
        #expect(list == state(nil, 1) && changed == state(inbox, 2))
        try await place.store.write { try $0.removeSyncState(device: device, folder: inbox) }
        #expect(try await place.store.read { try $0.syncState(device: device, folder: inbox) } == nil)
        try await place.store.write { try $0.removeFolder(other) }
        #expect(try await place.store.read { try $0.syncState(device: device, folder: other) } == nil)
        try await place.store.write { try $0.remove(device) }
        #expect(try await place.store.read { try $0.syncState(device: device, folder: nil) } == nil)
        await #expect(throws: StoreError.notFound) { try await place.store.write { try $0.put(state(nil, 3)) } }
        await #expect(throws: StoreError.notFound) { try await place.store.write { try $0.remove(device) } }
        #expect(try await place.store.check() == [])
    }
}
