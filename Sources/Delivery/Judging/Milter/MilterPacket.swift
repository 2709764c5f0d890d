import Bytes

/// The words of the milter protocol, version 6: packets of a length of four octets, a letter and data. (libmilter/docs, mfdef.h; as
/// sendmail, Postfix and libmilter speak it)
enum MilterPacket {
    enum Limits {
        /// Octets of a packet that a filter sends: replaced bodies are not taken, so only fields remain.
        static let reply = 1_048_576
        /// Octets of a piece of the body. (MILTER_CHUNK_SIZE)
        static let body = 65_535
        /// Fields that a filter may add, and octets of them together.
        static let fields = 100
        static let octets = 262_144
    }
    /// Version, what we can do with the message, what may be left out.
    enum Offer {
        static let version: UInt32 = 6
        /// SMFIF_ADDHDRS, SMFIF_CHGHDRS, SMFIF_QUARANTINE.
        static let actions: UInt32 = 0x01 | 0x10 | 0x20
        /// Any command may be left out; SMFIP_SKIP; SMFIP_HDR_LEADSPC. Every command has a reply.
        static let protocols: UInt32 = 0x7F | 0x100 | 0x200 | 0x400 | 0x10_0000
    }
    struct Options: OptionSet {
        let rawValue: UInt32
        static let noConnect = Options(rawValue: 0x01), noHello = Options(rawValue: 0x02), noMail = Options(rawValue: 0x04)
        static let noRecipient = Options(rawValue: 0x08), noBody = Options(rawValue: 0x10), noHeaders = Options(rawValue: 0x20)
        static let noEndOfHeaders = Options(rawValue: 0x40), noData = Options(rawValue: 0x200), leadingSpace = Options(rawValue: 0x10_0000)
    }

    static func write(_ letter: Character, _ data: [UInt8] = [], to output: inout [UInt8]) {
        output += four(UInt32(data.count + 1))
        output.append(letter.asciiValue ?? 0)
        output += data
    }
    static func four(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * $0)) } }
    static func number(_ octets: ArraySlice<UInt8>) -> UInt32 { octets.reduce(0) { $0 << 8 | UInt32($1) } }
    /// Texts with a NUL behind each; what has a NUL inside ends there.
    static func texts(_ texts: [[UInt8]]) -> [UInt8] { texts.flatMap { $0.prefix { $0 != 0 } + [0] } }
    static func texts(_ texts: String...) -> [UInt8] { self.texts(texts.map { Array($0.utf8) }) }

    enum Progress: Equatable { case incomplete, broken, packet(UInt8, [UInt8]) }
    static func next(_ input: inout ByteBuffer) -> Progress {
        guard input.count >= 5 else { return .incomplete }
        let length = (0..<4).reduce(0) { $0 << 8 | Int(input[$1]) }
        guard (1...Limits.reply).contains(length) else { return .broken }
        guard input.count >= 4 + length else { return .incomplete }
        let letter = input[4]
        var data: [UInt8] = []
        data.reserveCapacity(length - 1)
        for index in 5..<(4 + length) { data.append(input[index]) }
        input.consume(4 + length)
        return .packet(letter, data)
    }
    /// Texts with a NUL behind each.
    static func split(_ data: ArraySlice<UInt8>) -> [String] {
        var parts = data.split(separator: 0, omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }
}
