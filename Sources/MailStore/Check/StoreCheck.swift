import Bytes
import Crypto
import Dispatch
import Model

/// Verifies every numbered invariant of Schema.swift over one snapshot, on a connection of its own. Says what is wrong; repairs nothing.
struct StoreCheck {
    private let connection: Connection
    private let depth: CheckDepth
    private let progress: @Sendable (CheckProgress) -> Void
    private var findings: [Finding] = []
    /// Sentences for one query. A store that is broken in ten thousand places is described well enough by the first.
    private static let perQuery = 50

    static func run(_ path: String, _ depth: CheckDepth, _ progress: @escaping @Sendable (CheckProgress) -> Void) throws(StoreError) -> [Finding] {
        let connection = try Connection(path, .read)
        defer { connection.close() }
        var check = StoreCheck(connection: connection, depth: depth, progress: progress)
        try connection.execute("PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16384; BEGIN")
        try check.run()
        try connection.execute("COMMIT")
        return check.findings
    }
    private init(connection: Connection, depth: CheckDepth, progress: @escaping @Sendable (CheckProgress) -> Void) {
        self.connection = connection
        self.depth = depth
        self.progress = progress
    }
    private mutating func run() throws(StoreError) {
        let steps = Rule.all.count + (depth == .everything ? 3 : 2)
        progress(CheckProgress(done: 0, steps: steps, what: "the file"))
        try checkFile()
        // What the queries below say of a file that is broken underneath would only confuse.
        if !findings.isEmpty { return }
        for (index, rule) in Rule.all.enumerated() {
            progress(CheckProgress(done: index + 1, steps: steps, what: rule.what))
            for query in rule.queries {
                let words = try connection.query("SELECT * FROM (\(query)) LIMIT \(Self.perQuery)") { $0.text(0) }
                findings += words.map { Finding(invariant: rule.invariant, words: $0) }
            }
        }
        progress(CheckProgress(done: Rule.all.count + 1, steps: steps, what: "keywords"))
        try checkKeywords()
        if depth == .everything {
            progress(CheckProgress(done: Rule.all.count + 2, steps: steps, what: "digests"))
            try checkDigests()
        }
        progress(CheckProgress(done: steps, steps: steps, what: "done"))
    }

    private mutating func checkFile() throws(StoreError) {
        let version = try connection.number("PRAGMA user_version")
        if version != Schema.version {
            findings.append(Finding(invariant: 1, words: "the schema has version \(version), this program knows \(Schema.version)"))
        }
        if try connection.number("PRAGMA application_id") != Schema.applicationID {
            findings.append(Finding(invariant: 1, words: "the file does not say that it is a store of Martlet"))
        }
        do throws(StoreError) {
            let pragma = depth == .quick ? "quick_check" : "integrity_check"
            let words = try connection.query("PRAGMA \(pragma)(\(Self.perQuery))") { $0.text(0) }
            findings += words.filter { $0 != "ok" }.map { Finding(invariant: 1, words: $0) }
        } catch where error.isCorruption {
            findings.append(Finding(invariant: 1, words: "the file cannot be read: \(error)"))
        }
    }
    private mutating func checkKeywords() throws(StoreError) {
        let rows = try connection.query("SELECT id, keywords FROM item WHERE keywords IS NOT NULL") { ($0.int64(0), $0.text(1)) }
        for (id, text) in rows {
            let words = Keywords.split(text)
            if text.isEmpty || Keywords.join(words) != text || Keywords.adding(words, to: []) != words {
                findings.append(Finding(invariant: 17, words: "item \(id) has keywords out of order: \(text)"))
            }
        }
    }
    private mutating func checkDigests() throws(StoreError) {
        let contents = try connection.query("SELECT id, digest, size FROM content ORDER BY id") { (ContentID($0.int64(0)), $0.blob(1), $0.int(2)) }
        let transaction = ReadTransaction(connection)
        for (id, digest, size) in contents {
            var computed = Digest(.sha256)
            var offset = 0
            while offset < size {
                let end = min(offset + Limits.pieceSize, size)
                guard let part = try? transaction.content(id, offset..<end) else { break }
                computed.update(part)
                offset = end
            }
            if computed.finish() != digest { findings.append(Finding(invariant: 13, words: "the body of content \(id) is not what its digest says")) }
        }
    }
}

extension MailStore {
    /// Verifies every invariant of the store, in words; empty when all is well. Others go on reading and writing meanwhile.
    package func check(_ depth: CheckDepth = .normal, progress: @escaping @Sendable (CheckProgress) -> Void = { _ in }) async throws -> [Finding] {
        let path = directory.database
        return try await unsafe withUnsafeThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                unsafe continuation.resume(with: Result { try StoreCheck.run(path, depth, progress) })
            }
        }
    }
}
