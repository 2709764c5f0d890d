package import DNSCodec
import Synchronization

/// Answers from a table: "name TYPE" in lower case to records. Names that have no record of any type do not exist, unless one below them is there.
package final class TableResolver: NameResolver {
    private let records: [String: [RecordType: [RecordData]]]
    private let failures: [String: LookUpFailure]
    private let asked = Mutex<[String]>([])
    /// "name type", in the order they were asked for.
    package var queries: [String] { asked.withLock { $0 } }

    package init(_ records: [String: [RecordType: [RecordData]]], failures: [String: LookUpFailure] = [:]) { self.records = records; self.failures = failures }
    /// TXT records alone.
    package convenience init(txt: [String: [String]]) { self.init(txt.mapValues { [.txt: $0.map { .txt(Array($0.utf8)) }] }) }

    package func query(_ name: String, _ type: RecordType) async throws(LookUpFailure) -> DNSAnswer {
        let name = (name.hasSuffix(".") ? String(name.dropLast()) : name).lowercased()
        asked.withLock { $0.append("\(name) \(type)") }
        if let failure = failures[name] { throw failure }
        guard name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ (1...63).contains($0.utf8.count) }), name.utf8.count <= 253 else { throw .badName }
        guard let entry = records[name] else {
            return DNSAnswer(name: name, isNoSuchName: !records.keys.contains { $0.hasSuffix("." + name) })
        }
        return DNSAnswer(records: entry[type] ?? [], name: name, lifetime: 60)
    }
}
