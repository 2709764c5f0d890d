/// Fields in the order they came, names without regard to case. Values are octets of the wire taken as UTF-8, else as Latin-1. (RFC 9110 §5)
package struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String
        package init(_ name: String, _ value: String) { self.name = name; self.value = value }
    }
    package private(set) var fields: [Field]

    package init() { fields = [] }
    package init(dictionaryLiteral elements: (String, String)...) { fields = elements.map { Field($0.0, $0.1) } }

    /// The first field of that name.
    package subscript(_ name: String) -> String? { fields.first { Self.isSame($0.name, name) }?.value }
    package func all(_ name: String) -> [String] { fields.filter { Self.isSame($0.name, name) }.map(\.value) }
    package mutating func add(_ name: String, _ value: String) { fields.append(Field(name, value)) }
    package mutating func set(_ name: String, _ value: String) {
        fields.removeAll { Self.isSame($0.name, name) }
        fields.append(Field(name, value))
    }
    static func isSame(_ a: String, _ b: String) -> Bool {
        a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).allSatisfy { lower($0) == lower($1) }
    }
    private static func lower(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }
}
