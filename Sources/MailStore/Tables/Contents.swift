package import Model
import CSQLite

extension ReadTransaction {
    /// All octets of a content.
    package func content(_ id: ContentID) throws -> [UInt8] {
        let size = try sql("SELECT size FROM content WHERE id = :id").first(id) { $0.int(0) }
        guard let size else { throw StoreError.notFound }
        return try octets(of: id, 0..<size)
    }
    /// Octets of a part of it; cut at the end.
    package func content(_ id: ContentID, _ range: Range<Int>) throws -> [UInt8] {
        let size = try sql("SELECT size FROM content WHERE id = :id").first(id) { $0.int(0) }
        guard let size else { throw StoreError.notFound }
        let range = range.clamped(to: 0..<size)
        // The header of a large message: its other pages need not be read. (10,000 headers of 24 KB mails: a third of the time)
        let piece = Piece(id, range.lowerBound / Limits.pieceSize)
        let start = range.lowerBound / Limits.pieceSize * Limits.pieceSize
        let length = min(size - start, Limits.pieceSize)
        if let partial = connection.partial, range.count * 2 < length, length > Limits.partialFrom, range.upperBound <= start + length {
            var bytes: [UInt8] = []
            if try partial.append(piece: piece.rawValue, (range.lowerBound - start)..<(range.upperBound - start), to: &bytes) { return bytes }
        }
        return try octets(of: id, range)
    }
    private func octets(of id: ContentID, _ range: Range<Int>) throws(StoreError) -> [UInt8] {
        if range.isEmpty { return [] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        let first = range.lowerBound / Limits.pieceSize, last = (range.upperBound - 1) / Limits.pieceSize
        for number in first...last {
            let start = number * Limits.pieceSize
            let part = (max(range.lowerBound, start) - start)..<(min(range.upperBound, start + Limits.pieceSize) - start)
            let found: Void? = try sql("SELECT data FROM body WHERE piece = :piece").first(Piece(id, number)) { $0.append(blob: 0, part, to: &bytes) }
            if found == nil { break }
        }
        guard bytes.count == range.count else { throw .failed(code: SQLITE_CORRUPT, message: "content \(id) is shorter than its size") }
        return bytes
    }
}

/// A row of a body: content * 2^16 + number.
struct Piece: Bindable {
    let rawValue: Int64
    init(_ content: ContentID, _ number: Int) { rawValue = content.rawValue << 16 | Int64(number) }
    func bind(to statement: Statement, at index: Int32) { statement.bind(index, rawValue) }
    static let perContent = 1 << 16
}

extension WriteTransaction {
    /// The content of a new item, with one more reference: found by its digest, else stored.
    func take(_ item: NewItem, class itemClass: Int) throws -> (id: ContentID, size: Int64) {
        if case .existing(let id) = item.content {
            let size = try sql("SELECT size FROM content WHERE id = :id").first(id) { $0.int64(0) }
            guard let size else { throw StoreError.notFound }
            try addReference(to: id)
            return (id, size)
        }
        let digest = try item.digest ?? item.content.computeDigest()
        let known = try sql("SELECT id, size FROM content WHERE digest = :digest AND class = :class")
            .first(digest, itemClass) { (ContentID($0.int64(0)), $0.int64(1)) }
        if let known {
            try addReference(to: known.0)
            return known
        }
        let id = ContentID(try newNumber())
        var size = 0
        let body = try sql("INSERT INTO body(piece, data) VALUES (:piece, :data)")
        let store = { (number: Int, bytes: UnsafeRawBufferPointer) throws(StoreError) in
            guard number < Piece.perContent else { throw .failed(code: SQLITE_TOOBIG, message: "a content is too large") }
            size += bytes.count
            try unsafe body.run(Piece(id, number), borrowing: bytes)
        }
        switch item.content {
        case .bytes(let bytes): try unsafe eachPiece(of: bytes, Limits.pieceSize, store)
        case .spooled(let spool): try unsafe spool.forEachPiece(of: Limits.pieceSize, store)
        case .existing: break
        }
        bytes += size
        try sql("INSERT INTO content(id, digest, class, size, refs) VALUES (:id, :digest, :class, :size, 1)").run(id, digest, itemClass, size)
        try sql("INSERT INTO summary(content, data) VALUES (:content, :data)").run(id, item.summary)
        return (id, Int64(size))
    }
    func addReference(to id: ContentID) throws(StoreError) { try sql("UPDATE content SET refs = refs + 1 WHERE id = :id").run(id) }
    /// One reference less; the content goes with its last.
    func release(_ id: ContentID) throws(StoreError) {
        let references = try sql("SELECT refs FROM content WHERE id = :id").first(id) { $0.int64(0) } ?? 1
        if references > 1 { return try sql("UPDATE content SET refs = refs - 1 WHERE id = :id").run(id) }
        try sql("DELETE FROM content WHERE id = :id").run(id)
        try sql("DELETE FROM summary WHERE content = :id").run(id)
        try sql("DELETE FROM body WHERE piece BETWEEN :first AND :last").run(Piece(id, 0), Piece(id, Piece.perContent - 1))
    }
}
