import CLinux
import CSQLite
import Glibc
import Synchronization

/// A message while it comes in: memory first, an unlinked file beyond that. Filled by one owner, then only read.
package final class Spool: Sendable {
    private struct State: ~Copyable {
        var count = 0
        /// All of it while there is no file; else what has not been written to the file yet.
        var memory: [UInt8] = []
        var file: Int32 = -1
        var failed = false
    }
    private let state = Mutex(State())
    private let limit: Int
    private let directory: String
    private enum Limits { static let writeSize = 65_536 }

    /// Keeps `memory` bytes in memory; the file, when there is one, is made in `directory`.
    package init(memory: Int = 262_144, directory: String = "/tmp") {
        limit = memory
        self.directory = directory
    }
    deinit { state.withLock { if $0.file >= 0 { close($0.file) } } }

    /// An empty one of the same kind.
    package func sibling() -> Spool { Spool(memory: limit, directory: directory) }

    package var count: Int { state.withLock { $0.count } }

    package func append(_ bytes: Span<UInt8>) throws(StoreError) {
        try state.withLock { state throws(StoreError) in
            if state.failed { throw .full }
            unsafe bytes.withUnsafeBufferPointer { unsafe state.memory.append(contentsOf: $0) }
            state.count += bytes.count
            if state.memory.count > (state.file < 0 ? limit : Limits.writeSize) { try flush(&state) }
        }
    }
    package func append(_ bytes: [UInt8]) throws(StoreError) { try append(bytes.span) }

    /// All bytes in one piece (the file part is mapped), valid during the call.
    package func withBytes<R>(_ body: (Span<UInt8>) throws -> R) throws -> R {
        if let memory = inMemory() { return try body(memory.span) }
        let (file, count) = try flushed()
        guard let start = unsafe mmap(nil, count, PROT_READ, MAP_SHARED, file, 0), Int(bitPattern: start) != -1 else { throw StoreError.full }
        defer { unsafe munmap(start, count) }
        return try body(unsafe UnsafeRawBufferPointer(start: start, count: count).assumingMemoryBound(to: UInt8.self).span)
    }
    /// The bytes in pieces of one size (the last may be shorter), without ever holding more than one of a spooled message in memory.
    func forEachPiece<Failure: Error>(of size: Int, _ body: (Int, UnsafeRawBufferPointer) throws(Failure) -> Void) throws {
        if let memory = inMemory() { return try unsafe eachPiece(of: memory, size, body) }
        let (file, count) = try flushed()
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { unsafe piece.deallocate() }
        var offset = 0, number = 0
        while offset < count {
            let wanted = min(size, count - offset)
            var got = 0
            while got < wanted {
                let read = unsafe pread(file, piece.baseAddress! + got, wanted - got, off_t(offset + got))  // size > 0, so there is a base
                if read < 0, errno == EINTR { continue }
                guard read > 0 else { throw StoreError.failed(code: SQLITE_IOERR, message: "the spool file cannot be read") }
                got += read
            }
            try unsafe body(number, UnsafeRawBufferPointer(rebasing: piece[..<wanted]))
            offset += wanted
            number += 1
        }
    }

    private func inMemory() -> [UInt8]? { state.withLock { $0.file < 0 ? $0.memory : nil } }
    private func flushed() throws(StoreError) -> (file: Int32, count: Int) {
        try state.withLock { state throws(StoreError) in
            if state.failed { throw .full }
            if !state.memory.isEmpty { try flush(&state) }
            return (state.file, state.count)
        }
    }
    private func flush(_ state: inout State) throws(StoreError) {
        if state.file < 0 { state.file = unsafe martlet_unlinked_file(directory) }
        var written = 0
        while written < state.memory.count, state.file >= 0 {
            let count = unsafe state.memory.withUnsafeBytes { unsafe write(state.file, $0.baseAddress! + written, $0.count - written) }  // not empty
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            written += count
        }
        guard state.file >= 0, written == state.memory.count else {
            state.failed = true
            throw .full
        }
        state.memory.removeAll(keepingCapacity: state.memory.capacity <= 2 * Limits.writeSize)
    }
}

/// Cuts octets into pieces of one size; none for none.
func eachPiece<Failure: Error>(of bytes: [UInt8], _ size: Int, _ body: (Int, UnsafeRawBufferPointer) throws(Failure) -> Void) throws {
    try unsafe bytes.withUnsafeBytes { all in
        var offset = 0, number = 0
        while offset < all.count {
            try unsafe body(number, UnsafeRawBufferPointer(rebasing: all[offset..<min(offset + size, all.count)]))
            offset += size
            number += 1
        }
    }
}
