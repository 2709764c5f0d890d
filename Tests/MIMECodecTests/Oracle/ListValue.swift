// A value of IMAP's list syntax, read from our own list forms and from the oracles' JSON, so that the two can be compared.
import Foundation

indirect enum ListValue: Hashable {
    case null, number(Int)
    /// One character per octet, as the oracles have it.
    case text(String)
    case list([ListValue])

    init(json: Any) {
        if json is NSNull { self = .null } else if let text = json as? String { self = .text(text) }
        else if let number = json as? NSNumber { self = .number(number.intValue) }
        else if let list = json as? [Any] { self = .list(list.map(ListValue.init(json:))) } else { self = .null }
    }
    /// nil where the octets are no well-formed value.
    init?(octets: [UInt8]) {
        var place = 0
        guard let value = Self.read(octets, &place), place == octets.count else { return nil }
        self = value
    }
    private static func latin1(_ bytes: ArraySlice<UInt8>) -> String { String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })) }

    private static func read(_ octets: [UInt8], _ place: inout Int) -> ListValue? {
        guard place < octets.count else { return nil }
        switch octets[place] {
        case UInt8(ascii: "("):
            place += 1
            var list: [ListValue] = []
            while place < octets.count, octets[place] != UInt8(ascii: ")") {
                if octets[place] == 32 { place += 1; continue }
                guard let value = read(octets, &place) else { return nil }
                list.append(value)
            }
            guard place < octets.count else { return nil }
            place += 1
            return .list(list)
        case UInt8(ascii: "\""):
            place += 1
            var text: [UInt8] = []
            while place < octets.count, octets[place] != UInt8(ascii: "\"") {
                if octets[place] == UInt8(ascii: "\\") { place += 1 }
                guard place < octets.count, octets[place] < 128, octets[place] != 13, octets[place] != 10, octets[place] != 0 else { return nil }
                text.append(octets[place])
                place += 1
            }
            guard place < octets.count else { return nil }
            place += 1
            return .text(latin1(text[...]))
        case UInt8(ascii: "{"):
            guard let end = octets[place...].firstIndex(of: UInt8(ascii: "}")),
                let count = Int(String(decoding: octets[(place + 1)..<end], as: UTF8.self)), octets.count >= end + 3 + count
            else { return nil }
            let start = end + 3
            guard octets[end + 1] == 13, octets[end + 2] == 10, !octets[start..<(start + count)].contains(0) else { return nil }
            place = start + count
            return .text(latin1(octets[start..<place]))
        default:
            let start = place
            while place < octets.count, octets[place] != 32, octets[place] != UInt8(ascii: ")"), octets[place] != UInt8(ascii: "(") { place += 1 }
            let word = String(decoding: octets[start..<place], as: UTF8.self)
            return word == "NIL" ? .null : Int(word).map(ListValue.number)
        }
    }
    var items: [ListValue] { if case .list(let items) = self { items } else { [] } }
}

extension ListValue: CustomStringConvertible {
    var description: String {
        switch self {
        case .null: "NIL"
        case .number(let number): String(number)
        case .text(let text): "\"" + text.replacingOccurrences(of: "\t", with: "\\t").replacingOccurrences(of: "\r", with: "\\r").replacingOccurrences(of: "\n", with: "\\n") + "\""
        case .list(let items): "(" + items.map(\.description).joined(separator: " ") + ")"
        }
    }
}

extension ListValue {
    var lowered: ListValue {
        switch self {
        case .text(let text): .text(text.lowercased())
        case .list(let items): .list(items.map(\.lowered))
        default: self
        }
    }
    /// BODYSTRUCTURE without what the corpus says not to compare: letter case, order of parameters, us-ascii written or left to the default.
    func comparableStructure() -> ListValue {
        guard case .list(let items) = self else { return self }
        if case .list? = items.first {
            var rest = items[...]
            var children: [ListValue] = []
            while case .list? = rest.first { children.append(rest.removeFirst().comparableStructure()) }
            var tail = rest.map(\.lowered)
            if tail.count > 1 { tail[1] = tail[1].sortedPairs() }
            if tail.count > 2 { tail[2] = tail[2].comparableDisposition() }
            return .list([.list(children)] + tail)
        }
        var part = items.map(\.lowered)
        guard part.count > 8 else { return .list(part) }
        if part[0] == .text("text"), !part[2].pairs.contains(where: { $0[0] == .text("charset") }) {
            part[2] = .list(part[2].items + [.text("charset"), .text("us-ascii")])
        }
        part[2] = part[2].sortedPairs()
        let isMessage = part[0] == .text("message") && part[1] == .text("rfc822")
        if isMessage { part[8] = items[8].comparableStructure() }
        let disposition = isMessage ? 11 : part[0] == .text("text") ? 9 : 8
        if part.count > disposition { part[disposition] = part[disposition].comparableDisposition() }
        return .list(part)
    }
    private var pairs: [[ListValue]] { stride(from: 0, to: items.count - items.count % 2, by: 2).map { [items[$0], items[$0 + 1]] } }
    private func sortedPairs() -> ListValue {
        guard case .list = self else { return self }
        return .list(pairs.sorted { "\($0)" < "\($1)" }.flatMap { $0 })
    }
    private func comparableDisposition() -> ListValue {
        guard case .list(let items) = self, items.count == 2 else { return self }
        return .list([items[0], items[1].sortedPairs()])
    }
}
