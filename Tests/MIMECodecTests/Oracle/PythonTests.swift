import Bytes
import Foundation
import MIMECodec
import Model
import Testing

/// What a user sees, against Python's `email` as a third opinion: it decodes, but is no authority. What differs stands in docs/oracle-differences.md.
@Suite struct PythonTests {
    @Test(.enabled(if: Corpus.isPresent, "the shared corpus is not beside this checkout")) func whatAUserSees() {
        let oracle = Corpus.oracle("python-email.jsonl")
        var found: Set<String> = []
        var compared = 0
        for mail in Corpus.mails {
            guard let theirs = oracle[mail.name] else { continue }
            compared += 1
            found.formUnion(differences(MessageSummary(parsing: mail.octets.span), mail, theirs).map { "`\(mail.name)` \($0)" })
        }
        #expect(compared >= 500)
        let listed = OracleDifferences.listed(section: "Python")
        #expect(found.subtracting(listed).sorted() == [], "differs from Python, but is not in docs/oracle-differences.md")
        #expect(listed.subtracting(found).sorted() == [], "is in docs/oracle-differences.md, but does not differ")
    }

    private func differences(_ summary: MessageSummary, _ mail: Corpus.Mail, _ theirs: [String: Any]) -> [String] {
        var found: [String] = []
        func compare(_ field: String, _ ours: String, _ other: String) {
            // Where Python gave up on raw octets there is nothing to compare.
            guard !other.contains("\u{FFFD}"), squeezed(ours) != squeezed(other) else { return }
            found.append(field)
        }
        if let subject = theirs["subject"] as? String {
            compare("subject", String(squeezed(summary.display.subject).prefix(2_000)), String(squeezed(subject).prefix(2_000)))
        }
        for (field, list) in [("from", summary.display.from), ("to", summary.display.to), ("cc", summary.display.cc)] {
            guard let other = theirs[field] as? [[String]] else { continue }
            // The oracle has forty addresses at most. Python writes `?` for raw octets, and no name for what stands in a comment.
            let isRaw = other.contains { $0.contains { $0.contains("?") } }
            let isNamed = !other.contains { $0[0].isEmpty }
            if !isRaw { compare(field, list.prefix(40).map { (isNamed ? $0.name + " " : "") + $0.address }.joined(separator: ";"), other.map { (isNamed ? $0[0] + " " : "") + $0[1] }.joined(separator: ";")) }
        }
        if let text = theirs["date"] as? String {
            let date = ISO8601DateFormatter().date(from: text.count == 19 ? text + "Z" : text)
            compare("date", summary.sentDate.map { String($0.seconds) } ?? "none", date.map { String(Int($0.timeIntervalSince1970)) } ?? text)
        }
        let files = ((theirs["attachments"] as? [[String: Any]]) ?? []).compactMap { $0["name"] as? String }
        if !Set(files).isSubset(of: Set(summary.attachments.map(\.name))) { found.append("attachments") }
        if let text = theirs["text"] as? String, let type = theirs["body_type"] as? String {
            let octets = BodyReader(summary.root).text(type == "text/html" ? .html : .plain) { Array(mail.octets[$0.range]) }
            let other = squeezed(text).prefix(150), ours = squeezed(String(decoding: octets, as: UTF8.self)).prefix(other.count)
            if !other.contains("\u{FFFD}"), ours != other { found.append("text") }
        }
        return found
    }
    private func squeezed(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
