import MailStore
import Model
import Testing
import TestSupport

@Suite struct AccountTests {
    @Test func accountsAndAddresses() async throws {
        let place = try TemporaryStore()
        let store = place.store
        let (ann, _, _) = try await place.account("Ann@Example.ORG")
        try await store.write { tx in
            try tx.addDomain("Example.ORG")
            try tx.addAddress(AddressRow(address: "ann@example.org", target: .account(ann)))
            try tx.addAddress(AddressRow(address: "all@example.org", target: .account(ann)))
            try tx.addAddress(AddressRow(address: "all@example.org", target: .forward("x@example.net")))
        }
        await #expect(throws: StoreError.exists) { try await store.write { try $0.addDomain("example.org") } }
        await #expect(throws: StoreError.exists) { try await store.write { try $0.removeDomain("example.org") } }
        await #expect(throws: StoreError.notFound) { try await store.write { try $0.removeDomain("example.net") } }
        await #expect(throws: StoreError.exists) { try await store.write { _ = try $0.addAccount(name: "ann@example.org", displayName: "", quota: nil) } }
        await #expect(throws: StoreError.exists) {
            try await store.write { try $0.addAddress(AddressRow(address: "ann@example.org", target: .account(ann))) }
        }
        await #expect(throws: StoreError.notFound) {
            try await store.write { try $0.addAddress(AddressRow(address: "bob@example.org", target: .account(AccountID(99)))) }
        }
        let (local, foreign, account, list, own) = try await store.read { tx in
            (
                try tx.isLocal(domain: "EXAMPLE.org"), try tx.isLocal(domain: "ample.org"), try tx.account(named: "ANN@example.org"),
                try tx.targets(of: "all@example.org").map(\.target), try tx.addresses(of: ann).map(\.address)
            )
        }
        #expect(local && !foreign && account?.id == ann && account?.name == "ann@example.org" && account?.state == .enabled)
        #expect(Set(list) == [.account(ann), .forward("x@example.net")] && own == ["all@example.org", "ann@example.org"])
    }
    @Test func quotaHoldsForAppendAndCopy() async throws {
        let place = try TemporaryStore()
        let (account, inbox, other) = try await place.account(quota: 10)
        try await place.append("123456", to: inbox)
        await #expect(throws: StoreError.overQuota) { try await place.append("12345", to: inbox) }
        await #expect(throws: StoreError.overQuota) { try await place.store.write { try $0.copy(from: inbox, UIDSet([1...1]), to: other) } }
        _ = try await place.store.write { try $0.move(from: inbox, UIDSet([1...1]), to: other) }
        try await place.append("1234", to: inbox)
        try await place.store.write { try $0.setAccount(account, quota: 5) }
        // Over the new quota already: removing is always allowed.
        _ = try await place.store.write { try $0.expunge(in: other, nil, onlyDeleted: false) }
        #expect(try await place.store.read { try $0.account(account)?.used } == Int64(4))
        #expect(try await place.store.check(.everything) == [])
    }
    @Test func removedAccountLeavesNothing() async throws {
        let place = TemporaryDirectory()
        try await CheckTests.fill(place.path)
        let store = try MailStore.open(place.path)
        try await store.write { tx in try tx.removeAccount(try tx.accounts()[0].id) }
        let stats = try await store.stats()
        // What is on its way to other servers still goes out: one queued mail keeps its content.
        #expect(stats.accounts == 0 && stats.folders == 0 && stats.items == 0 && stats.contents == 1 && stats.devices == 0 && stats.goneRows == 0)
        #expect(try await store.check(.everything) == [])
        await store.close()
    }
    @Test func credentials() async throws {
        let place = try TemporaryStore()
        let (account, _, _) = try await place.account()
        let id = try await place.store.write { try $0.addCredential(account: account, kind: "scrypt", secret: "$s", label: "password") }
        let rows = try await place.store.read { try $0.credentials(of: account) }
        #expect(rows.map(\.id) == [id] && rows[0].kind == "scrypt" && rows[0].secret == "$s" && rows[0].created.seconds > 1_600_000_000)
        try await place.store.write { try $0.removeCredential(id) }
        await #expect(throws: StoreError.notFound) { try await place.store.write { try $0.removeCredential(id) } }
    }
}
