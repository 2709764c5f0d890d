import Bytes
import Foundation
import MIMECodec
import Model
import Testing

@Suite struct PythonTests {
    @Test func displayTexts() {
        let oracle = Corpus.oracle("python-email.jsonl")
        let format = ISO8601DateFormatter()
        for mail in Corpus.mails {
            guard let p = oracle[mail.name] else { continue }
            let summary = MessageSummary(parsing: mail.octets.span)
            func squeeze(_ s: String) -> String { s.split(whereSeparator: { $0.isWhitespace }).joined(separator: " ") }
            func say(_ what: String, _ us: String, _ them: String) { if squeeze(us) != squeeze(them) { print("PY\t\(mail.name)\t\(what)\n  us \(us.prefix(300))\n  py \(them.prefix(300))") } }
            if let s = p["subject"] as? String { say("subject", summary.display.subject, s) }
            for (name, list) in [("from", summary.display.from), ("to", summary.display.to), ("cc", summary.display.cc)] {
                guard let theirs = p[name] as? [[String]] else { continue }
                say(name, list.map { "\($0.name)|\($0.address)" }.joined(separator: "; "), theirs.map { "\($0[0])|\($0[1])" }.joined(separator: "; "))
            }
            if let d = p["date"] as? String {
                let date = format.date(from: d.count == 19 ? d + "Z" : d)
                say("date", summary.sentDate.map { String($0.seconds) } ?? "nil", date.map { String(Int($0.timeIntervalSince1970)) } ?? d)
            } else if let s = summary.sentDate { say("date", String(s.seconds), "null") }
            if let a = p["attachments"] as? [[String: Any]] {
                let names = a.compactMap { $0["name"] as? String }.sorted()
                say("attachments", summary.attachments.map(\.name).filter { !$0.isEmpty }.sorted().joined(separator: "|"), names.joined(separator: "|"))
            }
            if let t = p["text"] as? String, let type = p["body_type"] as? String {
                let reader = BodyReader(summary.root)
                let text = reader.text(type == "text/html" ? .html : .plain) { Array(mail.octets[$0.range]) }
                let us = String(decoding: text, as: UTF8.self)
                say("text", String(squeeze(us).prefix(150)), String(squeeze(t).prefix(150)))
            }
        }
    }
}
