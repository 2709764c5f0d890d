/// Writes DNS answers as a server would, or as an attacker might.
package struct Answers {
    package var octets: [UInt8] = []

    package static func name(_ text: String) -> [UInt8] {
        var octets: [UInt8] = []
        for label in text.split(separator: ".") { octets += [UInt8(label.utf8.count)] + Array(label.utf8) }
        return octets + [0]
    }
    package static func two(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)] }
    package static func four(_ number: Int) -> [UInt8] { two(number >> 16) + two(number) }

    package struct Record {
        package var owner: [UInt8]
        package var type: Int
        package var lifetime: Int
        package var kind: Int
        package var data: [UInt8]
        package init(_ owner: String, _ type: Int, _ data: [UInt8], lifetime: Int = 300, kind: Int = 1) {
            self.init(octets: Answers.name(owner), type, data, lifetime: lifetime, kind: kind)
        }
        package init(octets owner: [UInt8], _ type: Int, _ data: [UInt8], lifetime: Int = 300, kind: Int = 1) {
            (self.owner, self.type, self.data, self.lifetime, self.kind) = (owner, type, data, lifetime, kind)
        }
        package var octets: [UInt8] { owner + two(type) + two(kind) + four(lifetime) + two(data.count) + data }
    }
    package static let withAD = 0x81A0

    /// `flags`: QR, RD and RA as usual, and the code.
    package init(
        id: Int = 7, flags: Int = 0x8180, question: String, type: Int, answers: [Record] = [], authorities: [Record] = [], more: [Record] = []
    ) {
        octets = Self.two(id) + Self.two(flags) + Self.two(1) + Self.two(answers.count) + Self.two(authorities.count) + Self.two(more.count)
        octets += Self.name(question) + Self.two(type) + Self.two(1)
        for record in answers + authorities + more { octets += record.octets }
    }
    package static func mx(_ preference: Int, _ exchange: String) -> [UInt8] { two(preference) + name(exchange) }
    package static func txt(_ strings: String...) -> [UInt8] { strings.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } }
    package static func soa(minimum: Int) -> [UInt8] { name("ns.test") + name("root.test") + four(1) + four(2) + four(3) + four(4) + four(minimum) }
}
