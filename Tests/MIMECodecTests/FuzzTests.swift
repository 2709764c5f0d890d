import Bytes
import MIMECodec
import TestSupport
import Testing

/// Real mail, bent and cut: nothing traps, every list form stays well-formed, every range lies inside, every blob can be read.
@Suite struct FuzzTests {
    static let mutations = 2_000
    /// Octets of the mails that are bent: small ones, for there will be many.
    static let largest = 2_500

    private func check(_ octets: [UInt8], _ what: String) {
        let summary = MessageSummary(parsing: octets.span)
        #expect(ListValue(octets: EnvelopeList.render(summary.envelope))?.items.count == 10, "\(what)")
        #expect(ListValue(octets: StructureList.render(summary.root, extended: true)) != nil, "\(what)")
        #expect(isSound(summary.root, within: 0..<octets.count), "\(what)")
        let view = SummaryView(summary.encode())
        #expect((try? view?.structure()) == summary.root, "\(what)")
        #expect((try? view?.display()) == summary.display, "\(what)")
        let reader = BodyReader(summary.root)
        for form in [BodyForm.plain, .html] {
            let text = reader.text(form, limit: 4_096) { Array(octets[$0.range]) }
            #expect(form == .html || Charset.utf8(text, charset: "utf-8") == text, "\(what)")
        }
        for attachment in summary.attachments.prefix(20) {
            #expect(summary.root.part(at: attachment.path) != nil, "\(what)")
            _ = reader.octets(of: attachment.path) { Array(octets[$0.range]) }
        }
        _ = MessageText.contains(TextPattern("zebra ü"), in: octets.span, root: summary.root, header: true)
        var editor = HeaderEditor(octets)
        editor.remove("Bcc")
        #expect(HeaderReader.value("Bcc", in: editor.message.span) == nil, "\(what)")
    }
    /// The numbered invariants of `MessagePart`.
    private func isSound(_ part: MessagePart, within: Range<Int>) -> Bool {
        guard part.header.start >= within.lowerBound, part.body.end <= within.upperBound, part.header.end <= part.body.start else { return false }
        if part.type == "message", part.subtype == "rfc822", !part.children.isEmpty, part.children.count != 1 { return false }
        var last = part.body.start
        for child in part.children {
            guard child.header.start >= last, isSound(child, within: part.body.range) else { return false }
            last = child.body.end
        }
        return true
    }
    @Test(.enabled(if: Corpus.isPresent, "the shared corpus is not beside this checkout")) func mutatedMail() {
        let seeds = Corpus.mails.filter { $0.octets.count <= Self.largest }
        var generator = SeededGenerator(seed: 2026)
        for round in 0..<Self.mutations {
            guard let seed = seeds.randomElement(using: &generator) else { return }
            var octets = seed.octets
            for _ in 0..<Int.random(in: 1...6, using: &generator) { mutate(&octets, seeds, &generator) }
            check(octets, "\(seed.name), round \(round)")
        }
    }
    @Test(.enabled(if: Corpus.isPresent, "the shared corpus is not beside this checkout")) func truncatedMail() {
        var generator = SeededGenerator(seed: 7)
        for mail in Corpus.mails where mail.octets.count <= Self.largest {
            check(Array(mail.octets.prefix(Int.random(in: 0...mail.octets.count, using: &generator))), "\(mail.name), cut")
        }
    }
    private func mutate(_ octets: inout [UInt8], _ seeds: [Corpus.Mail], _ generator: inout SeededGenerator) {
        guard !octets.isEmpty else { octets = [0x2D]; return }
        let place = Int.random(in: 0..<octets.count, using: &generator)
        let length = min(Int.random(in: 1...40, using: &generator), octets.count - place)
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: octets[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: octets.removeSubrange(place..<(place + length))
        case 2: octets.insert(contentsOf: octets[place..<(place + length)], at: Int.random(in: 0..<octets.count, using: &generator))
        case 3: octets.insert(contentsOf: [UInt8]("=?;:,<>()[]\"\\@-\r\n \t\0".utf8).shuffled(using: &generator).prefix(3), at: place)
        case 4: octets.removeLast(octets.count - place)
        case 5:
            if let other = seeds.randomElement(using: &generator)?.octets { octets.insert(contentsOf: other.prefix(400), at: place) }
        case 6: octets.insert(contentsOf: [13, 10], at: place)
        default: octets.insert(contentsOf: [0xFF, 0xC3, 0x80, 0x00].prefix(length), at: place)
        }
    }
}
