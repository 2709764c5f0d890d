import Bytes
import MIMECodec
import MailStore
import Model

/// One message shown to one milter: what is said next, and what the answers come to. Reads no socket; the body comes piece by piece.
struct MilterMachine {
    enum Action: Equatable {
        case send([UInt8])
        case wait
        case done(FilterAnswer)
        /// The filter said something that is no word of its protocol.
        case broken(String)
    }
    private enum Command { case hello, connect, greeting, mail, recipient(Int), data, header(Int), endOfHeader, body(Int), endOfMessage }

    private let message: FilteredMessage
    private let fields: [(name: [UInt8], value: [UInt8])]
    /// Where the body begins and ends in the spool.
    private let bodyStart: Int
    private let bodyEnd: Int
    private var options: MilterPacket.Options = []
    private var command = Command.hello
    private var added: [UInt8] = []
    private var count = 0
    private var edits: [HeaderEdit] = []
    private var quarantine: String?
    private var skipsBody = false

    init(_ message: FilteredMessage) throws {
        self.message = message
        (fields, bodyStart, bodyEnd) = try message.spool.withBytes { bytes in
            let all = bytes.extracting(message.start..<bytes.count)
            let (found, end) = HeaderReader.fields(all)
            let fields = found.map { field in (Self.copy(all, field.name.range), Self.copy(all, field.value.range).filter { $0 != 13 }) }
            return (fields, message.start + end, bytes.count)
        }
    }
    private static func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(range.count)
        for index in range { copy.append(bytes[index]) }
        return copy
    }

    func begin() -> [UInt8] {
        var output: [UInt8] = []
        let offer =
            MilterPacket.four(MilterPacket.Offer.version) + MilterPacket.four(MilterPacket.Offer.actions) + MilterPacket.four(MilterPacket.Offer.protocols)
        MilterPacket.write("O", offer, to: &output)
        return output
    }

    mutating func receive(_ letter: UInt8, _ data: [UInt8]) -> Action {
        if case .hello = command { return agree(letter, data) }
        switch Character(UnicodeScalar(letter)) {
        case "p": return .wait
        case "c": return advance()
        case "s":
            skipsBody = true
            return advance()
        case "a": return .done(answer(.accept))
        case "d": return .done(FilterAnswer(.discard("a filter's word")))
        case "r": return .done(FilterAnswer(.refuse(Refusal(isTemporary: false, status: "5.7.1", words: "Refused by a filter"))))
        case "t", "f": return .done(FilterAnswer(.refuse(Refusal(isTemporary: true, status: "4.7.1", words: "Please try again later"))))
        case "y": return .done(FilterAnswer(.refuse(Self.refusal(MilterPacket.split(data[...]).first ?? ""))))
        case "h", "i", "m", "q": return change(letter, data)
        default: return .broken("an unknown answer")
        }
    }
    private mutating func agree(_ letter: UInt8, _ data: [UInt8]) -> Action {
        guard letter == UInt8(ascii: "O"), data.count >= 12 else { return .broken("no agreement") }
        let version = MilterPacket.number(data[0..<4]), actions = MilterPacket.number(data[4..<8]), protocols = MilterPacket.number(data[8..<12])
        guard (2...MilterPacket.Offer.version).contains(version), actions & ~MilterPacket.Offer.actions == 0 else {
            return .broken("it wants what we do not do")
        }
        guard protocols & ~MilterPacket.Offer.protocols == 0 else { return .broken("it wants what we did not offer") }
        options = MilterPacket.Options(rawValue: protocols)
        return advance()
    }

    /// Changes come at the end of the message alone. (libmilter: smfi_addheader and its like)
    private mutating func change(_ letter: UInt8, _ data: [UInt8]) -> Action {
        guard case .endOfMessage = command else { return .broken("a change before the end") }
        var rest = data[...], index: UInt32 = 0
        if letter != UInt8(ascii: "h"), letter != UInt8(ascii: "q") {
            guard rest.count > 4 else { return .broken("a change without an index") }
            index = MilterPacket.number(rest.prefix(4))
            rest = rest.dropFirst(4)
        }
        let texts = MilterPacket.split(rest)
        if letter == UInt8(ascii: "q") {
            quarantine = texts.first ?? ""
            return .wait
        }
        count += 1
        guard texts.count == 2, count <= MilterPacket.Limits.fields, added.count + data.count <= MilterPacket.Limits.octets,
            let field = HeaderEdit.field(texts[0], texts[1])
        else { return .broken("a field that is none") }
        if letter == UInt8(ascii: "m") {
            edits.append(HeaderEdit(name: texts[0].lowercased(), number: Int(index), replacement: texts[1].isEmpty ? [] : field))
        } else {
            added += field
        }
        return .wait
    }
    private func answer(_ verdict: Verdict) -> FilterAnswer {
        var answer = FilterAnswer(quarantine.map { .junk("quarantined by a filter: \($0)") } ?? verdict, fields: added)
        answer.edits = edits
        return answer
    }
    /// "550 5.7.1 words": sendmail's form, with or without the enhanced code.
    static func refusal(_ text: String) -> Refusal {
        let first = String(decoding: text.utf8.split { $0 == 13 || $0 == 10 }.first ?? [], as: UTF8.self)
        let parts = first.split(separator: " ", maxSplits: 2).map(String.init)
        let isTemporary = parts.first?.first != "5"
        let hasStatus = parts.count > 1 && parts[1].split(separator: ".").count == 3 && parts[1].utf8.allSatisfy { ASCII.isDigit($0) || $0 == 0x2E }
        let words = hasStatus ? parts.dropFirst(2).joined(separator: " ") : parts.dropFirst().joined(separator: " ")
        let clean = String(words.unicodeScalars.prefix(400).map { (32...126).contains($0.value) ? Character($0) : "?" })
        let status = hasStatus && parts[1].first == (isTemporary ? "4" : "5") ? parts[1] : isTemporary ? "4.7.1" : "5.7.1"
        return Refusal(isTemporary: isTemporary, status: status, words: clean.isEmpty ? "Refused by a filter" : clean)
    }

    /// The next command that the filter wants to see; the end of the message ends it.
    private mutating func advance() -> Action {
        while true {
            switch command {
            case .hello: command = .connect
            case .connect: command = .greeting
            case .greeting: command = .mail
            case .mail: command = .recipient(0)
            case .recipient(let number): command = number + 1 < message.envelope.recipients.count ? .recipient(number + 1) : .data
            case .data: command = fields.isEmpty ? .endOfHeader : .header(0)
            case .header(let number): command = number + 1 < fields.count ? .header(number + 1) : .endOfHeader
            case .endOfHeader: command = .body(bodyStart)
            case .body(let place):
                let next = place + MilterPacket.Limits.body
                command = skipsBody || next >= bodyEnd ? .endOfMessage : .body(next)
            case .endOfMessage: return .done(answer(.accept))
            }
            if let octets = say(command) { return .send(octets) }
        }
    }
    /// nil: this is left out.
    private func say(_ command: Command) -> [UInt8]? {
        var output: [UInt8] = []
        let origin = message.origin
        switch command {
        case .hello: return nil
        case .connect:
            if options.contains(.noConnect) { return nil }
            macros("C", ["j", message.hostname, "{daemon_name}", origin.service, "{client_addr}", origin.address], &output)
            let family: UInt8 = origin.address.contains(":") ? UInt8(ascii: "6") : UInt8(ascii: "4")
            let name = MilterPacket.texts("[\(origin.address)]")
            let address = (family == UInt8(ascii: "6") ? "IPv6:" : "") + origin.address
            MilterPacket.write("C", name + [family, 0, 0] + MilterPacket.texts(address), to: &output)
        case .greeting:
            if options.contains(.noHello) { return nil }
            MilterPacket.write("H", MilterPacket.texts(origin.greeting), to: &output)
        case .mail:
            let sender = message.envelope.sender?.description ?? ""
            macros("M", ["i", origin.trace, "{mail_addr}", sender], &output)
            if options.contains(.noMail) { return nil }
            MilterPacket.write("M", MilterPacket.texts("<\(sender)>"), to: &output)
        case .recipient(let number):
            guard !options.contains(.noRecipient), number < message.envelope.recipients.count else { return nil }
            let recipient = message.envelope.recipients[number].description
            macros("R", ["{rcpt_addr}", recipient], &output)
            MilterPacket.write("R", MilterPacket.texts("<\(recipient)>"), to: &output)
        case .data:
            if options.contains(.noData) { return nil }
            MilterPacket.write("T", to: &output)
        case .header(let number):
            if options.contains(.noHeaders) { return nil }
            var value = fields[number].value
            if !options.contains(.leadingSpace), let first = value.first, ASCII.isWhitespace(first) { value.removeFirst() }
            MilterPacket.write("L", MilterPacket.texts([fields[number].name, value]), to: &output)
        case .endOfHeader:
            if options.contains(.noEndOfHeaders) { return nil }
            MilterPacket.write("N", to: &output)
        case .body(let place):
            guard !options.contains(.noBody), place < bodyEnd else { return nil }
            let piece = (try? message.spool.withBytes { Self.copy($0, place..<min(bodyEnd, place + MilterPacket.Limits.body)) }) ?? []
            MilterPacket.write("B", piece, to: &output)
        case .endOfMessage:
            macros("E", ["i", origin.trace], &output)
            MilterPacket.write("E", to: &output)
        }
        return output
    }
    private func macros(_ letter: Character, _ pairs: [String], _ output: inout [UInt8]) {
        MilterPacket.write("D", [letter.asciiValue ?? 0] + MilterPacket.texts(pairs.map { Array($0.utf8) }), to: &output)
    }
}
