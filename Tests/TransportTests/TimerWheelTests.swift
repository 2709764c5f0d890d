import Testing
@testable import Transport

@Suite struct TimerWheelTests {
    private func due(_ wheel: inout TimerWheel, at tick: Int64) -> [UInt64] {
        wheel.advance(to: tick).map(\.id)
    }
    @Test func comesDueInOrderAndOnce() {
        var wheel = TimerWheel()
        #expect(wheel.next == nil)
        #expect(wheel.add(1, at: 5) == 5)
        #expect(wheel.add(2, at: 3) == 3)
        #expect(wheel.add(3, at: 700) == 700)
        #expect(wheel.next == 3)
        #expect(due(&wheel, at: 2) == [])
        #expect(due(&wheel, at: 5) == [2, 1])
        #expect(wheel.next == 700)
        #expect(due(&wheel, at: 699) == [])
        #expect(due(&wheel, at: 5000) == [3])
        #expect(wheel.next == nil)
    }
    @Test func whatIsPastComesNextAndWhatIsFarComesAtTheHorizon() {
        var wheel = TimerWheel()
        _ = due(&wheel, at: 10_000)
        #expect(wheel.add(1, at: 3) == 10_001)
        #expect(wheel.add(2, at: Int64.max / 2) == 10_000 + Int64(TimerWheel.Limits.slots) - 1)
        #expect(wheel.next == 10_001)
        #expect(due(&wheel, at: 10_001) == [1])
        #expect(wheel.next == 10_000 + Int64(TimerWheel.Limits.slots) - 1)
        #expect(due(&wheel, at: 20_000) == [2])
    }
    /// Against a plain list, over many turns of the wheel.
    @Test func agreesWithAPlainList() {
        var wheel = TimerWheel()
        var plain: [(id: UInt64, due: Int64)] = []
        var random = SystemRandomNumberGenerator()
        var now: Int64 = 0
        for id in 0..<UInt64(1000) {
            let tick = wheel.add(id, at: now + Int64.random(in: -5...3000, using: &random))
            plain.append((id, tick))
            #expect(wheel.next == plain.map(\.due).min())
            if id % 3 == 0 {
                now += Int64.random(in: 0...60, using: &random)
                let wanted = plain.filter { $0.due <= now }
                plain.removeAll { $0.due <= now }
                #expect(Set(due(&wheel, at: now)) == Set(wanted.map(\.id)))
            }
        }
    }
    @Test(arguments: [
        (Duration.zero, Int64(0)), (.milliseconds(1), 1), (.milliseconds(500), 1), (.milliseconds(501), 2), (.seconds(1), 2), (.seconds(-3), 0),
        (.milliseconds(1999), 4), (.seconds(Int64.max), Int64.max / 2),
    ])
    func ticksRoundUp(_ time: Duration, _ tick: Int64) {
        #expect(TimerWheel.tick(at: time) == tick)
    }
}
