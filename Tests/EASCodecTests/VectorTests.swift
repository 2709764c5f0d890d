import Bytes
import EASCodec
import Foundation
import Testing

/// The 116 shared documents: what two independent decoders made of the good ones, and why the bad ones are bad.
@Suite(.enabled(if: SharedFiles.isPresent, "the shared vectors are not beside the checkout"))
struct VectorTests {
    struct Vector: Decodable, CustomTestStringConvertible {
        let name: String
        let valid: Bool
        let hex: String
        let events: [String]?
        let error: String?
        var testDescription: String { name }
    }
    static let all: [Vector] = {
        guard let text = try? SharedFiles.text("eas/vectors.jsonl") else { return [] }
        return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Vector.self, from: Data($0.utf8)) }
    }()

    @Test func thereAreAllOfThem() {
        #expect(Self.all.count == 116)
        #expect(Self.all.count { !$0.valid } == 38)
    }

    // MS-ASCMD_R6 MS-ASCMD_R655
    @Test(arguments: Self.all.filter(\.valid)) func readsAsOthersDo(_ vector: Vector) throws {
        let document = try #require(Hex.decode(vector.hex))
        #expect(try Events.read(document) == vector.events)
    }

    // MS-ASCMD_R809 MS-ASCMD_R810 MS-ASCMD_R812 MS-ASCMD_R814 MS-ASCMD_R815 MS-ASCMD_R818 MS-ASCMD_R820
    @Test(arguments: Self.all.filter { !$0.valid }) func refusesForTheRightReason(_ vector: Vector) throws {
        let document = try #require(Hex.decode(vector.hex))
        let expected = try #require(vector.error.flatMap(WBXMLError.init(rawValue:)))
        #expect(throws: expected) { try Events.read(document) }
    }

    /// Read, write, read: the same. And where the writer's form is the one of the vector, the same bytes.
    @Test(arguments: Self.all.filter(\.valid)) func writesWhatItReads(_ vector: Vector) throws {
        let document = try #require(Hex.decode(vector.hex))
        let written = try Events.rewrite(document)
        #expect(try Events.read(written) == vector.events)
        if !vector.name.hasPrefix("variant_"), vector.name != "calendar_add_160_clientuid_attachment" { #expect(Hex.encode(written) == vector.hex) }
    }

    @Test(arguments: Self.all.filter(\.valid)) func everyPrefixIsTruncated(_ vector: Vector) throws {
        let document = try #require(Hex.decode(vector.hex))
        for length in 0..<min(document.count, 400) {
            let error = #expect(throws: WBXMLError.self) { try Events.read(Array(document.prefix(length))) }
            // A string table or opaque datum that is cut reads as too long; a character that is cut cannot end its string.
            #expect(error == .truncated || error == .lengthOverflow)
        }
    }
}

/// A document as a list of lines, in the form of the vectors.
enum Events {
    static func read(_ document: [UInt8]) throws -> [String] {
        var reader = try TokenReader(document)
        var lines: [String] = [], open: [WBXMLTag] = [], text = ""
        func endText() {
            if !text.isEmpty { lines.append("T \(text)") }
            text = ""
        }
        while true {
            switch try reader.next() {
            case .start(let tag): endText(); open.append(tag); lines.append("S \(tag)")
            case .end: endText(); lines.append("E \(open.removeLast())")
            case .text(let range): text += String(decoding: document[range.range], as: UTF8.self)
            case .opaque(let range): endText(); lines.append("O \(Hex.encode(document[range.range]))")
            case .finished: return lines
            }
        }
    }
    static func rewrite(_ document: [UInt8]) throws -> [UInt8] {
        var reader = try TokenReader(document)
        var writer = TokenWriter(capacity: 16)
        _ = try writeElement(reader.root(), &reader, &writer)
        return writer.finish()
    }
    /// An element is empty, or has text, or octets, or children.
    private static func writeElement(_ tag: WBXMLTag, _ reader: inout TokenReader, _ writer: inout TokenWriter) throws {
        var text: [UInt8] = [], opaque: [UInt8]?, isOpen = false
        while true {
            switch try reader.next() {
            case .start(let child):
                if !isOpen { writer.open(tag) }
                isOpen = true
                try writeElement(child, &reader, &writer)
            case .text(let range): text += reader.bytes[range.range]
            case .opaque(let range): opaque = Array(reader.bytes[range.range])
            case .end, .finished:
                if isOpen {
                    writer.close()
                } else if let opaque {
                    writer.element(tag, opaque: opaque)
                } else {
                    writer.element(tag, utf8: text)
                }
                return
            }
        }
    }
}
