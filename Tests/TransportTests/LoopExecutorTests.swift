// A loop's jobs before its thread has begun, while it runs and after it has ended: none is lost, none runs beside another.
import CLinux
import Glibc
import Synchronization
import Testing
@testable import Transport

@Suite struct LoopExecutorTests {
    private actor Guarded {
        let executor: LoopExecutor
        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }
        var count = 0
        init(_ executor: LoopExecutor) { self.executor = executor }
        func add() { count += 1 }
    }
    private static func add(_ number: Int, to guarded: Guarded) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<number { group.addTask { await guarded.add() } }
        }
    }

    @Test(.timeLimit(.minutes(1))) func jobsRunBeforeWithAndAfterTheThread() async throws {
        let executor = LoopExecutor(label: "test.loop"), guarded = Guarded(executor)
        await Self.add(500, to: guarded)
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        defer { close(epoll) }
        var event = unsafe epoll_event(events: EPOLLIN.rawValue | EPOLLET.rawValue, data: epoll_data_t(u64: 1))
        try #require(unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, executor.bell(), &event) == 0)
        let flags = Flags()
        #expect(executor.hold {
            while !flags.isOver.withLock({ $0 }) {
                var events = unsafe epoll_event()
                if executor.mayRest() { _ = unsafe epoll_wait(epoll, &events, 1, -1) }
                executor.runWaiting()
            }
            flags.hasEnded.withLock { $0 = true }
        } == 0)
        for _ in 0..<50 { await Self.add(20, to: guarded) }
        #expect(await guarded.count == 1_500)
        executor.run { flags.isOver.withLock { $0 = true } }
        await Self.add(500, to: guarded)
        #expect(await guarded.count == 2_000)
        #expect(flags.hasEnded.withLock { $0 })
    }
}

private final class Flags: Sendable {
    let isOver = Mutex(false)
    let hasEnded = Mutex(false)
}
