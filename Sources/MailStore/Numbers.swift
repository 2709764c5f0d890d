/// Numbers of items, contents and threads: each given once in the life of a store. Confined to the writer's thread.
/// They are taken from the store in lots; a process that ends leaves the rest of its lot unused.
final class Numbers {
    private var lot: Range<Int64> = 0..<0
    private static let lotSize: Int64 = 1024

    func take(_ connection: Connection) throws(StoreError) -> Int64 {
        if lot.isEmpty {
            let next = try connection.statement("SELECT next_id FROM store").first { $0.int64(0) } ?? 0
            try connection.statement("UPDATE store SET next_id = :next").run(next + Self.lotSize)
            lot = next..<(next + Self.lotSize)
        }
        defer { lot = (lot.lowerBound + 1)..<lot.upperBound }
        return lot.lowerBound
    }
    /// After anything was undone: perhaps the taking of the lot was. A lot that was not undone is lost, which costs nothing but numbers.
    func forget() { lot = 0..<0 }
}
