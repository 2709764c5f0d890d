import Directory
import Testing

@Suite struct ThrottleTests {
    private let start = ContinuousClock.now
    private func after(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func refusesOnlyThePairThatFailedItself() {
        var throttle = Throttle()
        for _ in 0..<10 { throttle.failed(address: "192.0.2.1", name: "ann@example.org", now: start) }
        #expect(throttle.verdict(address: "192.0.2.1", name: "ann@example.org", now: start) == .refuse)
        #expect(throttle.verdict(address: "192.0.2.2", name: "ann@example.org", now: start) == .go)
        #expect(throttle.verdict(address: "192.0.2.1", name: "bob@example.org", now: start) == .go)
    }
    @Test func forgivesWithTime() {
        var throttle = Throttle()
        for _ in 0..<10 { throttle.failed(address: "192.0.2.1", name: "ann@example.org", now: start) }
        #expect(throttle.verdict(address: "192.0.2.1", name: "ann@example.org", now: after(61)) == .go)
    }
    /// T21: stuffing from one address slows newcomers from there, and never somebody who has logged in from there.
    @Test func neighboursBehindOneAddressAreUnaffected() {
        var throttle = Throttle()
        throttle.succeeded(address: "192.0.2.1", name: "ann@example.org", now: start)
        var slowed = 0
        for user in 0..<1_000 {
            let verdict = throttle.verdict(address: "192.0.2.1", name: "u\(user)@example.org", now: start)
            if verdict != .go { slowed += 1 }
            if case .wait = verdict { throttle.waited(address: "192.0.2.1") }
            throttle.failed(address: "192.0.2.1", name: "u\(user)@example.org", now: start)
        }
        #expect(slowed == 980)
        #expect(throttle.verdict(address: "192.0.2.1", name: "ann@example.org", now: start) == .go)
    }
    @Test func strangersCannotLockAUserOut() {
        var throttle = Throttle()
        throttle.succeeded(address: "198.51.100.7", name: "ann@example.org", now: start)
        for host in 0..<200 { throttle.failed(address: "192.0.2.\(host)", name: "ann@example.org", now: start) }
        #expect(throttle.verdict(address: "198.51.100.7", name: "ann@example.org", now: start) == .go)
        #expect(throttle.verdict(address: "203.0.113.1", name: "ann@example.org", now: start) == .wait(.seconds(5)))
    }
    @Test func onlySoManyWaitAtOnce() {
        var throttle = Throttle()
        for user in 0..<20 { throttle.failed(address: "192.0.2.1", name: "u\(user)", now: start) }
        let verdicts = (0..<30).map { throttle.verdict(address: "192.0.2.1", name: "new\($0)", now: start) }
        #expect(verdicts.filter { $0 == .wait(.seconds(5)) }.count == 20)
        #expect(verdicts.filter { $0 == .refuse }.count == 10)
        for _ in 0..<20 { throttle.waited(address: "192.0.2.1") }
        #expect(throttle.verdict(address: "192.0.2.1", name: "new", now: start) == .wait(.seconds(5)))
    }
    @Test(arguments: ["127.0.0.1", "127.8.8.8", "::1", ""]) func thisMachineIsNeverSlowed(_ address: String) {
        var throttle = Throttle()
        for _ in 0..<1_000 { throttle.failed(address: address, name: "ann@example.org", now: start) }
        #expect(throttle.verdict(address: address, name: "ann@example.org", now: start) == .go)
        #expect(throttle.count == 0)
    }
    @Test func oneSubscriberOfIPv6IsOnePlace() {
        var throttle = Throttle()
        for host in 0..<10 { throttle.failed(address: "2001:db8:1:2::\(host)", name: "ann@example.org", now: start) }
        #expect(throttle.verdict(address: "2001:db8:1:2:a:b:c:d", name: "ann@example.org", now: start) == .refuse)
        #expect(throttle.verdict(address: "2001:db8:1:3::1", name: "ann@example.org", now: start) == .go)
    }
    @Test func theTableIsBounded() {
        var settings = Throttle.Settings()
        settings.buckets = 100
        var throttle = Throttle(settings)
        for host in 0..<5_000 { throttle.failed(address: "10.0.\(host / 250).\(host % 250)", name: "u\(host)", now: start) }
        #expect(throttle.count <= 103)
    }
}
