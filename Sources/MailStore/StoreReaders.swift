import Dispatch
import Synchronization

/// A fixed number of read-only connections. A read takes an idle one or waits its turn; nobody's loop is ever blocked.
final class StoreReaders: Sendable {
    typealias Work = @Sendable (Result<ReadTransaction, StoreError>) -> Void
    @safe private struct State {
        var idle: [StoreReader]
        var waiting: [Work] = []
        var first = 0
        var isClosed = false
        var closing: UnsafeContinuation<Void, Never>?
        init(_ readers: [StoreReader]) {
            idle = readers
            unsafe closing = nil
        }
    }
    private let state: Mutex<State>
    let count: Int

    init(_ path: String, count: Int) throws(StoreError) {
        var readers: [StoreReader] = []
        for number in 0..<count { readers.append(try StoreReader(path, number)) }
        self.count = count
        state = Mutex(State(readers))
    }

    func add(_ work: @escaping Work) {
        enum Turn { case refused, waits, runs(StoreReader) }
        let turn = state.withLock { state -> Turn in
            if state.isClosed { return .refused }
            guard let reader = state.idle.popLast() else {
                state.waiting.append(work)
                return .waits
            }
            return .runs(reader)
        }
        switch turn {
        case .refused: work(.failure(.closed))
        case .waits: break
        case .runs(let reader): reader.queue.async { self.serve(reader, work) }
        }
    }
    private func serve(_ reader: StoreReader, _ first: Work) {
        reader.run(first)
        while let next = takeWaiting(reader) { reader.run(next) }
    }
    /// The next in line; when there is none, the reader goes back among the idle ones.
    private func takeWaiting(_ reader: StoreReader) -> Work? {
        state.withLock { state in
            guard state.first < state.waiting.count else {
                state.waiting = []
                state.first = 0
                state.idle.append(reader)
                if state.isClosed, state.idle.count == count { unsafe state.closing?.resume(); unsafe state.closing = nil }
                return nil
            }
            defer {
                state.first += 1
                if state.first > 1024, state.first * 2 > state.waiting.count { state.waiting.removeFirst(state.first); state.first = 0 }
            }
            return state.waiting[state.first]
        }
    }
    /// Waits for the reads that have begun or wait, and closes.
    func close() async {
        await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            state.withLock { state in
                let wasClosed = state.isClosed
                state.isClosed = true
                if wasClosed || state.idle.count == count { unsafe continuation.resume() } else { unsafe state.closing = continuation }
            }
        }
        for reader in state.withLock({ $0.idle }) { reader.connection.close() }
    }
}

/// One connection and its queue. Whoever took it from the idle ones has it alone.
final class StoreReader: @unchecked Sendable {
    let queue: DispatchQueue
    let connection: Connection
    private let transaction: ReadTransaction

    init(_ path: String, _ number: Int) throws(StoreError) {
        queue = DispatchQueue(label: "store.reader.\(number)", qos: .userInitiated)
        connection = try Connection(path, .read)
        for pragma in ["query_only = ON", "wal_autocheckpoint = 0", "cache_size = -4096"] { try connection.execute("PRAGMA \(pragma)") }
        transaction = ReadTransaction(connection)
    }
    /// Opening a transaction around the statements of a read makes each of them ten times cheaper. (measured.md §3)
    func run(_ work: StoreReaders.Work) {
        do throws(StoreError) { try connection.statement("BEGIN").run() } catch { return work(.failure(error)) }
        work(.success(transaction))
        connection.partial?.close()
        // A read has nothing to lose: a failing COMMIT only means that an error has ended the transaction before.
        try? connection.statement("COMMIT").run()
    }
}
