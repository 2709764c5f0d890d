import Bytes
@testable import EASCodec
import TestSupport
import Testing

/// T14: whatever comes, the reader answers in linear time and never traps; what it accepts is written back the same.
@Suite struct FuzzTests {
    static let rounds = 4000

    /// A document by the grammar, with a fault now and then.
    static func document(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = [3, 1, 0x6A, 0]
        var depth = 0, page = 0
        for _ in 0..<(random.next() % 60) {
            switch random.next() % 16 {
            case 0...4:
                let names = CodePage.all[page].names
                let index = Int(random.next() % UInt64(names.count))
                bytes.append(UInt8(index + 5) | 0x40)
                depth += 1
            case 5, 6: bytes.append(UInt8(5 + random.next() % 20))
            case 7...9 where depth > 0:
                bytes.append(1)
                depth -= 1
            case 10, 11: bytes += [3] + Array("text żółw".utf8.prefix(Int(random.next() % 10))) + [0]
            case 12:
                let count = Int(random.next() % 5)
                bytes += [0xC3, UInt8(count)] + (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            case 13:
                page = Int(random.next() % 26)
                bytes += [0, UInt8(page)]
            case 14: bytes.append(UInt8(truncatingIfNeeded: random.next()))
            default: bytes += [[0xC3, 0x8F, 0xFF, 0xFF, 0xFF, 0x7F], [0x83, 0], [0x04, 0], [0x02, 0x20], [0x43], [0x81, 0x05], [0xC3, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]][Int(random.next() % 7)]
            }
        }
        return bytes + [UInt8](repeating: 1, count: depth)
    }
    @Test func everyDocumentIsReadOrRefused() throws {
        var random = SeededGenerator(seed: 14), accepted = 0
        for _ in 0..<Self.rounds {
            let document = Self.document(&random)
            for isLenient in [false, true] { Self.readAll(document, isLenient) }
            _ = try? SyncRequest(document: document)
            _ = try? ItemOperationsRequest(document: document)
            guard let tree = try? WBXMLElement(document: document) else { continue }
            accepted += 1
            var writer = TokenWriter()
            tree.write(to: &writer)
            let again = try WBXMLElement(document: writer.finish())
            #expect(again.tag == tree.tag)
            #expect(again.children.count == tree.children.count)
        }
        #expect(accepted > 20)
    }
    @Test func everyRequestWithAByteChangedIsReadOrRefused() {
        var random = SeededGenerator(seed: 15)
        guard SharedFiles.isPresent else { return }
        for vector in VectorTests.all where vector.valid && vector.hex.count < 3000 {
            guard let document = Hex.decode(vector.hex) else { continue }
            for _ in 0..<40 {
                var changed = document
                changed[Int(random.next() % UInt64(changed.count))] = UInt8(truncatingIfNeeded: random.next())
                Self.readAll(changed, true)
                _ = try? SyncRequest(document: changed)
                _ = try? ComposeMailRequest(document: changed)
                _ = try? SettingsRequest(document: changed)
                _ = try? SearchRequest(document: changed)
                _ = try? ProvisionRequest(document: changed)
            }
        }
    }
    static func readAll(_ document: [UInt8], _ isLenient: Bool) {
        guard var reader = try? TokenReader(document, isLenient: isLenient) else { return }
        var tokens = 0
        while let token = try? reader.next(), token != .finished {
            tokens += 1
            #expect(reader.depth <= TokenReader.Limits.depth)
            if tokens > 2 * document.count { Issue.record("more tokens than bytes allow"); return }
            if case .text(let range) = token { #expect(range.end <= document.count) }
            if case .opaque(let range) = token { #expect(range.end <= document.count) }
        }
    }
    /// A million open elements, a million page switches, a million empty elements: an answer each, at once.
    @Test func bombsAreHarmless() {
        let header: [UInt8] = [3, 1, 0x6A, 0]
        let many = 1_000_000
        #expect(throws: RequestError.malformed(.depthExceeded)) { try SyncRequest(document: header + [UInt8](repeating: 0x45, count: many)) }
        #expect(throws: RequestError.malformed(.truncated)) { try SyncRequest(document: header + [UInt8](repeating: 0, count: many)) }
        #expect(throws: RequestError.tooMany(AirSync.sync)) { try WBXMLElement(document: header + [0x45] + [UInt8](repeating: 0x05, count: many) + [1]) }
        #expect(throws: RequestError.tooMany(AirSync.collection)) { try SyncRequest(document: header + [0x45, 0x5C] + [UInt8](repeating: 0x0F, count: many) + [1, 1]) }
        #expect(throws: RequestError.malformed(.lengthOverflow)) { try SyncRequest(document: header + [0x45, 0xC3, 0x8F, 0xFF, 0xFF, 0xFF, 0x7F]) }
    }
}
