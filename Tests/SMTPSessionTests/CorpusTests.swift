// Real mail through DATA: it comes out octet by octet as it went in, or it has a CR alone and is refused.
import Bytes
import Foundation
import MailStore
import Model
import Testing
import TestSupport

@testable import SMTPSession

struct CorpusTests {
    static let directory: URL? = {
        let shared = ProcessInfo.processInfo.environment["MARTLET_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared").standardized
        let mail = shared.appendingPathComponent("corpus/mail")
        return FileManager.default.fileExists(atPath: mail.path) ? mail : nil
    }()

    /// LF without CR before it becomes CR LF; a lone CR stays. (shared corpus, README)
    static func wireForm(_ file: Data) -> [UInt8] {
        var output: [UInt8] = []
        for byte in file {
            if byte == 10, output.last != 13 { output.append(13) }
            output.append(byte)
        }
        // SMTP cannot carry a last line without an end. (RFC 5321 §4.1.1.4)
        if !output.isEmpty, output.suffix(2) != [13, 10] { output += [13, 10] }
        return output
    }
    static func stuffed(_ message: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for (index, byte) in message.enumerated() {
            if byte == 46, index == 0 || message[index - 1] == 10 { output.append(46) }
            output.append(byte)
        }
        return output + Array(".\r\n".utf8)
    }
    static func hasLoneReturn(_ message: [UInt8]) -> Bool {
        message.indices.contains { message[$0] == 13 && ($0 + 1 == message.count || message[$0 + 1] != 10) }
    }

    @Test(.enabled(if: directory != nil, "the corpus of shared/ is not here")) func comesOutAsItWentIn() async throws {
        let directory = try #require(Self.directory)
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".eml") }.sorted()
        let house = try await SMTPHouse()
        let client = await house.call { $0.errors = 1_000 }
        _ = await client.say("EHLO c\r\n")
        var sent: [(file: String, octets: [UInt8])] = []
        for file in files {
            let message = Self.wireForm(try Data(contentsOf: directory.appendingPathComponent(file)))
            #expect(await client.say(SMTPSessionTests.transaction).replyCodes == [250, 250, 354])
            let code = await client.say(Self.stuffed(message)).replyCodes
            #expect(code == [Self.hasLoneReturn(message) ? 554 : 250], "\(file)")
            if code == [250] { sent.append((file, message)) }
        }
        let stored: [[UInt8]] = try await house.store.read { transaction in
            guard let account = try transaction.account(named: "ann@demo.test"), let folder = try transaction.folder(of: account.id, role: .inbox) else { return [] }
            return try transaction.states(in: folder.id, UIDSet([1...UInt32.max]), limit: 10_000).map { try transaction.content($0.content) }
        }
        #expect(stored.count == sent.count && sent.count > files.count - 10)
        for (content, (file, octets)) in zip(stored, sent) {
            #expect(content.count > octets.count && Array(content.suffix(octets.count)) == octets, "\(file)")
            // Two fields of ours, the second folded twice.
            #expect(content.prefix(content.count - octets.count).count { $0 == 10 } == 4, "\(file)")
        }
    }
}
