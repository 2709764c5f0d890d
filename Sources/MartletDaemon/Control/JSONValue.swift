// Any JSON value, for the control socket and the command line. Keys keep no order: they are written sorted.
internal import FoundationEssentials

package enum JSONValue: Sendable, Equatable, Codable {
    case null, bool(Bool), int(Int64), double(Double), string(String), array([JSONValue]), object([String: JSONValue])

    package init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        if box.decodeNil() {
            self = .null
        } else if let value = try? box.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? box.decode(Int64.self) {
            self = .int(value)
        } else if let value = try? box.decode(Double.self) {
            self = .double(value)
        } else if let value = try? box.decode(String.self) {
            self = .string(value)
        } else if let value = try? box.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try box.decode([String: JSONValue].self))
        }
    }
    package func encode(to encoder: any Encoder) throws {
        var box = encoder.singleValueContainer()
        switch self {
        case .null: try box.encodeNil()
        case .bool(let value): try box.encode(value)
        case .int(let value): try box.encode(value)
        case .double(let value): try box.encode(value)
        case .string(let value): try box.encode(value)
        case .array(let value): try box.encode(value)
        case .object(let value): try box.encode(value)
        }
    }
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var int: Int64? { if case .int(let value) = self { value } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    package subscript(_ key: String) -> JSONValue? { if case .object(let value) = self { value[key] } else { nil } }

    package static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    package static func optional(_ number: Int64?) -> JSONValue { number.map { .int($0) } ?? .null }
    package static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// One document, one line (or indented for people).
    package func text(pretty: Bool = false) -> String { (try? JSONCoding.encode(self, pretty: pretty)) ?? "null" }
}

enum JSONCoding {
    static func encode(_ value: some Encodable, pretty: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = pretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? { try? JSONDecoder().decode(type, from: Data(bytes)) }
}
