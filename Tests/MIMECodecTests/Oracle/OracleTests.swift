import Bytes
import Crypto
import Foundation
import MIMECodec
import Testing

@Suite struct OracleTests {
    static let fields = ["date", "subject", "from", "sender", "reply-to", "to", "cc", "bcc", "in-reply-to", "message-id"]

    @Test func envelopesAndStructures() {
        let dovecot = Corpus.oracle("dovecot.jsonl"), cyrus = Corpus.oracle("cyrus.jsonl")
        var count = 0
        for mail in Corpus.mails {
            let summary = MessageSummary(parsing: mail.octets.span)
            guard let d = dovecot[mail.name] else { continue }
            let c = cyrus[mail.name]
            func say(_ field: String, _ ours: ListValue, _ theirs: ListValue, _ other: ListValue?) {
                guard ours != theirs else { return }
                count += 1
                let o = other.map { $0 == ours ? "= cyrus" : $0 == theirs ? "= dovecot" : "\($0)" } ?? "-"
                print("DIFF\t\(mail.name)\t\(field)\n  us \("\(ours)".prefix(400))\n  dc \("\(theirs)".prefix(400))\n  cy \(o.prefix(400))")
            }
            guard let envelope = ListValue(octets: EnvelopeList.render(summary.envelope)), envelope.items.count == 10 else { print("BAD envelope \(mail.name)"); continue }
            let de = ListValue(json: d["envelope"] as Any), ce = c.map { ListValue(json: $0["envelope"] as Any) }
            for (index, field) in Self.fields.enumerated() {
                say("envelope." + field, envelope.items[index], de.items[index], ce.flatMap { $0.items.count > index ? $0.items[index] : nil })
            }
            guard let structure0 = ListValue(octets: StructureList.render(summary.root, extended: true)) else { print("BAD structure \(mail.name)"); continue }
            let db = ListValue(json: d["bodystructure"] as Any).comparable(), cb = c.map { ListValue(json: $0["bodystructure"] as Any).comparable() }
            let structure = structure0.comparable(); if structure.withCharset == db.withCharset { } else { say("bodystructure", structure, db, cb) }
            var sections: [(String, [Any]?)] = [("HEADER", d["header"] as? [Any]), ("TEXT", d["text"] as? [Any])]
            for (name, value) in (d["parts"] as? [String: Any]) ?? [:] { sections.append((name, value as? [Any])) }
            for (name, value) in sections.sorted(by: { $0.0 < $1.0 }) {
                guard let value, value.count == 2, let octets = value[0] as? Int, let digest = value[1] as? String else { continue }
                var path = name.split(separator: ".").map(String.init)
                var text = SectionText.whole
                switch path.last {
                case "HEADER": text = .header; path.removeLast()
                case "TEXT": text = .text; path.removeLast()
                case "MIME": text = .mime; path.removeLast()
                default: break
                }
                guard let range = summary.root.range(path.compactMap(Int.init), text) else { print("DIFF\t\(mail.name)\tpart \(name)\n  us none\n  dc \(octets)"); continue }
                let ours = Hex.encode(Digest.sha256(Array(mail.octets[range.range])))
                if ours != digest { print("DIFF\t\(mail.name)\tpart \(name)\n  us \(range.count)\n  dc \(octets)") }
            }
        }
        print("COUNT \(count)")
    }
}

extension ListValue {
    /// Letter case and parameter order do not count.
    func comparable() -> ListValue {
        guard case .list(let items) = self else { return self }
        func sorted(_ value: ListValue) -> ListValue {
            guard case .list(let pairs) = value else { return value }
            var both: [[ListValue]] = []
            var index = 0
            while index + 1 < pairs.count { both.append([pairs[index].lowered, pairs[index + 1].lowered]); index += 2 }
            return .list(both.sorted { "\($0)" < "\($1)" }.flatMap { $0 })
        }
        if case .list? = items.first {  // multipart
            var kids: [ListValue] = []
            var rest = items[...]
            while case .list? = rest.first { kids.append(rest.removeFirst().comparable()) }
            var tail = rest.map(\.lowered)
            if tail.count > 1 { tail[1] = sorted(Array(rest)[1]) }
            if tail.count > 2, case .list(let d) = Array(rest)[2], d.count == 2 { tail[2] = .list([d[0].lowered, sorted(d[1])]) }
            return .list([.list(kids)] + tail)
        }
        var out = items.map(\.lowered)
        if out.count > 2 { out[2] = sorted(items[2]) }
        let isMessage = out.count > 8 && out[0] == .text("message") && out[1] == .text("rfc822")
        if isMessage { out[8] = items[8].comparable() }
        let d = isMessage ? 11 : out.first == .text("text") ? 9 : 8
        if out.count > d, case .list(let pair) = items[d], pair.count == 2 { out[d] = .list([pair[0].lowered, sorted(pair[1])]) }
        return .list(out)
    }
    var lowered: ListValue {
        switch self {
        case .text(let text): .text(text.lowercased())
        case .list(let items): .list(items.map(\.lowered))
        default: self
        }
    }
}
extension ListValue {
    /// Text parts without charset as if us-ascii were written.
    var withCharset: ListValue {
        guard case .list(var items) = self else { return self }
        if items.first == .text("text"), items.count > 8 {
            var pairs = items[2].items
            if !stride(from: 0, to: pairs.count, by: 2).contains(where: { pairs[$0] == .text("charset") }) {
                pairs += [.text("charset"), .text("us-ascii")]
                var both: [[ListValue]] = []
                for index in stride(from: 0, to: pairs.count - 1, by: 2) { both.append([pairs[index], pairs[index + 1]]) }
                items[2] = .list(both.sorted { "\($0)" < "\($1)" }.flatMap { $0 })
            }
            return .list(items)
        }
        return .list(items.map(\.withCharset))
    }
}
