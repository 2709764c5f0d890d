// What is remembered of the ways of addresses, and when it is void.
import Crypto
import Delivery
import Directory
import MailStore
import Model
import Testing

struct RouteMemoryTests {
    private func address(_ text: String) throws -> MailAddress { try #require(MailAddress(text)) }

    @Test func aWayIsKnownOnceItWasFound() async throws {
        let house = try await DeliveryHouse(), router = house.acceptance.router
        let ann = try await house.user("ann")
        let address = try address("Ann@demo.test")
        #expect(router.known(address) == nil)
        #expect(try await router.route(address) == .accounts([ann.account]))
        #expect(router.known(address) == .accounts([ann.account]))
        // Mail that is stored does not change who lives where.
        _ = try await house.acceptance.accept(Envelope(sender: nil, recipients: [address]), try OnwardTests.spool(house), OnwardTests.origin(nil))
        #expect(router.known(address) == .accounts([ann.account]))
    }
    @Test func everyChangeOfTheDirectoryMakesItVoid() async throws {
        let house = try await DeliveryHouse(), router = house.acceptance.router
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let team = try address("team@demo.test"), row = AddressRow(address: "team@demo.test", target: .account(bob.account))
        try await house.store.write { try $0.addAddress(AddressRow(address: "team@demo.test", target: .account(ann.account))) }
        #expect(try await router.route(team) == .accounts([ann.account]))
        try await house.store.write { try $0.addAddress(row) }
        #expect(router.known(team) == nil)
        #expect(try await router.route(team) == .accounts([ann.account, bob.account]))
        try await house.store.write { try $0.removeAddress(row) }
        #expect(try await router.route(team) == .accounts([ann.account]))
        try await house.store.write { try $0.addAddress(AddressRow(address: "team@demo.test", target: .forward("x@far.example"))) }
        guard case .onward(let onward, [ann.account]) = try await router.route(team) else { throw StoreError.notFound }
        #expect(onward.map(\.address.description) == ["x@far.example"] && router.known(team) == .onward(onward, accounts: [ann.account]))
        // The other domain becomes ours, without such a user.
        try await house.store.write { try $0.addDomain("far.example") }
        #expect(try await router.route(team) == .accounts([ann.account]))
        try await house.store.write { try $0.setAccount(ann.account, state: .departing) }
        #expect(router.known(team) == nil)
        #expect(try await router.route(team) == .unknownUser)
    }
    /// A mailbox that may fill up, a stranger's guess and a way that is for users alone are asked for each time.
    @Test func whatMayChangeByItselfIsNotKept() async throws {
        let house = try await DeliveryHouse(), router = house.acceptance.router
        let bob = try await house.user("bob")
        try await house.store.write { try $0.setAccount(bob.account, quota: 1_000) }
        let full = try address("bob@demo.test"), nobody = try address("nobody@demo.test"), far = try address("x@far.example")
        #expect(try await router.route(full, size: 10) == .accounts([bob.account]))
        #expect(router.known(full) == nil)
        #expect(try await router.route(full, size: 2_000) == .overQuota)
        #expect(try await router.route(nobody) == .unknownUser)
        #expect(router.known(nobody) == nil)
        guard case .onward = try await router.route(far, user: bob) else { throw StoreError.notFound }
        #expect(router.known(far) == nil)
        #expect(try await router.route(far) == .elsewhere)
    }
    @Test func laterTracesSortBehindEarlierOnes() {
        let traces = (0..<100).map { Trace.make(at: Timestamp(milliseconds: 1_800_000_000_000 + $0)) }
        #expect(traces == traces.sorted() && Set(traces.map(\.count)) == [16])
        #expect(Set((0..<1_000).map { _ in Trace.make(at: Timestamp(milliseconds: 5)) }).count == 1_000)
    }
}
