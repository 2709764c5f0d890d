import Bytes
import Crypto
import Foundation
import MIMECodec
import Testing

/// Envelope, structure and octets of every mail of the corpus against Dovecot. Whatever differs stands in docs/oracle-differences.md with the
/// sentence that decides it; what stands there and does not differ any more fails too.
@Suite struct OracleTests {
    static let fields = ["date", "subject", "from", "sender", "reply-to", "to", "cc", "bcc", "in-reply-to", "message-id"]

    @Test(.enabled(if: Corpus.isPresent, "the shared corpus is not beside this checkout")) func envelopesStructuresAndOctets() throws {
        let dovecot = Corpus.oracle("dovecot.jsonl")
        let mails = Corpus.mails
        #expect(mails.count >= 506)
        var found: Set<String> = []
        var compared = 0
        for mail in mails {
            guard let oracle = dovecot[mail.name] else { Issue.record("no oracle for \(mail.name)"); continue }
            let summary = MessageSummary(parsing: mail.octets.span)
            let differences = envelope(summary, oracle) + structure(summary, oracle) + octets(summary, mail, oracle)
            compared += 1
            found.formUnion(differences.map { "`\(mail.name)` \($0)" })
        }
        #expect(compared == mails.count)
        let listed = OracleDifferences.listed(section: "IMAP")
        #expect(found.subtracting(listed).sorted() == [], "differs from Dovecot, but is not in docs/oracle-differences.md")
        #expect(listed.subtracting(found).sorted() == [], "is in docs/oracle-differences.md, but does not differ")
    }

    /// What is kept in the blob is what was parsed, and the list forms come out of it unchanged.
    @Test(.enabled(if: Corpus.isPresent, "the shared corpus is not beside this checkout")) func blobsKeepEverything() throws {
        for mail in Corpus.mails {
            let summary = MessageSummary(parsing: mail.octets.span)
            let view = try #require(SummaryView(summary.encode()))
            #expect(Array(view.envelopeList) == EnvelopeList.render(summary.envelope))
            #expect(Array(view.structureList) == StructureList.render(summary.root, extended: true))
            #expect(try view.bodyList() == StructureList.render(summary.root, extended: false))
            #expect(try view.structure() == summary.root)
            #expect(try view.attachments() == summary.attachments)
            #expect(try view.display() == summary.display)
            #expect(try view.threadKeys() == summary.threadKeys)
            #expect(try view.subject() == summary.display.subject)
            #expect(try view.messageID() == summary.messageID)
            #expect(view.size == mail.octets.count && view.headerSize == summary.headerSize && view.sentDate == summary.sentDate)
            #expect(view.importance == summary.importance && view.kind == summary.kind && view.hasAttachments == summary.hasAttachments)
        }
    }

    private func envelope(_ summary: MessageSummary, _ oracle: [String: Any]) -> [String] {
        guard let ours = ListValue(octets: EnvelopeList.render(summary.envelope)), ours.items.count == 10 else { return ["envelope (malformed)"] }
        let theirs = ListValue(json: oracle["envelope"] as Any)
        guard theirs.items.count == 10 else { return ["envelope (no oracle)"] }
        return Self.fields.indices.filter { ours.items[$0] != theirs.items[$0] }.map { "envelope." + Self.fields[$0] }
    }
    private func structure(_ summary: MessageSummary, _ oracle: [String: Any]) -> [String] {
        guard let ours = ListValue(octets: StructureList.render(summary.root, extended: true)) else { return ["bodystructure (malformed)"] }
        let theirs = ListValue(json: oracle["bodystructure"] as Any)
        return ours.comparableStructure() == theirs.comparableStructure() ? [] : ["bodystructure"]
    }
    private func octets(_ summary: MessageSummary, _ mail: Corpus.Mail, _ oracle: [String: Any]) -> [String] {
        var sections: [(String, Any?)] = [("HEADER", oracle["header"]), ("TEXT", oracle["text"])]
        for (name, value) in (oracle["parts"] as? [String: Any]) ?? [:] { sections.append((name, value)) }
        return sections.compactMap { name, value in
            guard let pair = value as? [Any], pair.count == 2, let digest = pair[1] as? String else { return nil }
            guard let range = Self.range(name, summary.root) else { return "part \(name)" }
            return Hex.encode(Digest.sha256(Array(mail.octets[range.range]))) == digest ? nil : "part \(name)"
        }
    }
    /// `1.2.MIME` → the octets of that section.
    static func range(_ section: String, _ root: MessagePart) -> ByteRange? {
        var path = section.split(separator: ".").map(String.init)
        var text = SectionText.whole
        switch path.last {
        case "HEADER": text = .header; path.removeLast()
        case "TEXT": text = .text; path.removeLast()
        case "MIME": text = .mime; path.removeLast()
        default: break
        }
        return root.range(path.compactMap(Int.init), text)
    }
}

/// The table of differences: lines of the form ``- `mail/x.eml` field`` under a heading.
enum OracleDifferences {
    static func listed(section: String) -> Set<String> {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        guard let text = try? String(contentsOf: url.appendingPathComponent("docs/oracle-differences.md"), encoding: .utf8) else { return [] }
        var isInside = false
        var rows: Set<String> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("## ") { isInside = line.dropFirst(3).hasPrefix(section) }
            if isInside, line.hasPrefix("- `mail/") { rows.insert(String(line.dropFirst(2))) }
        }
        return rows
    }
}
