// A loop's jobs before it looks at sockets, while it does and after: none is lost, none runs beside another.
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

    @Test(.timeLimit(.minutes(1))) func jobsRunBeforeWithAndAfterTheLook() async throws {
        let executor = LoopExecutor(label: "test.loop"), guarded = Guarded(executor)
        await Self.add(500, to: guarded)
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        defer { close(epoll) }
        var event = unsafe epoll_event(events: EPOLLIN.rawValue | EPOLLET.rawValue, data: epoll_data_t(u64: 1))
        try #require(unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, executor.bell(), &event) == 0)
        let sleeps = Sleeps()
        executor.setLook { mayWait in
            guard mayWait else { return true }
            sleeps.count.withLock { $0 += 1 }
            var events = unsafe epoll_event()
            return unsafe epoll_wait(epoll, &events, 1, 5) > 0
        }
        // Some come while a turn sleeps, some between two turns.
        for round in 0..<50 {
            await Self.add(20, to: guarded)
            if round % 5 == 0 { try await Task.sleep(for: .milliseconds(12)) }
        }
        #expect(await guarded.count == 1_500)
        #expect(sleeps.count.withLock { $0 } > 10)
        executor.setLook(nil)
        await Self.add(500, to: guarded)
        #expect(await guarded.count == 2_000)
    }
}

private final class Sleeps: Sendable {
    let count = Mutex(0)
}
