package import Model

/// What is kept about an item besides flags: pairs of a name and a text, and categories. The names are those of the element they came in.
/// The form is stored; the store knows nothing of it.
package struct ItemProperties: Sendable, Equatable {
    package enum Limits {
        /// Particulars of a flag.
        static let flag = 32
        /// Categories of one item. (MS-ASEMAIL §2.2.2.16)
        package static let categories = 300
        /// Bytes of one text.
        package static let text = 1024
    }
    /// Particulars of the flag: type, dates, reminder.
    package var flag: [String: String] = [:]
    package var categories: [String] = []
    /// What its reader last did with it: 1 answered, 2 answered to all, 3 forwarded. (MS-ASEMAIL §2.2.2.44)
    package struct Verb: Sendable, Equatable {
        package let code: Int
        package let time: Timestamp
        package init(code: Int, time: Timestamp) { (self.code, self.time) = (code, time) }
    }
    package var lastVerb: Verb?

    package init() {}
    package init(decoding bytes: [UInt8]) {
        guard bytes.first == 1 else { return }
        var reader = NumberReader(bytes, from: 1)
        for _ in 0..<reader.count(atMost: Limits.flag) {
            let name = reader.text(atMost: Limits.text)
            flag[name] = reader.text(atMost: Limits.text)
        }
        for _ in 0..<reader.count(atMost: Limits.categories) { categories.append(reader.text(atMost: Limits.text)) }
        // Older ones end here.
        if reader.isSound, !reader.isAtEnd { lastVerb = Verb(code: Int(clamping: reader.number()), time: Timestamp(milliseconds: reader.number())) }
        if !reader.isSound { self = ItemProperties() }
    }
    package func encode() -> [UInt8] {
        guard self != ItemProperties() else { return [] }
        var writer = NumberWriter()
        writer.bytes.append(1)
        let pairs = flag.sorted { $0.key < $1.key }.prefix(Limits.flag)
        writer.put(Int64(pairs.count))
        for (name, value) in pairs {
            writer.put(Self.cut(name))
            writer.put(Self.cut(value))
        }
        let some = categories.prefix(Limits.categories)
        writer.put(Int64(some.count))
        for category in some { writer.put(Self.cut(category)) }
        if let lastVerb {
            writer.put(Int64(lastVerb.code))
            writer.put(lastVerb.time.rawValue)
        }
        return writer.bytes
    }
    private static func cut(_ text: String) -> String {
        guard text.utf8.count > Limits.text else { return text }
        var text = text
        while text.utf8.count > Limits.text { text.removeLast() }
        return text
    }
}
