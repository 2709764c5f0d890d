// Threat T1 over a whole session: no sequence but CR LF . CR LF makes two messages out of one, in one piece or octet by octet.
import Model
import Testing
import TestSupport

@testable import SMTPSession

struct SmugglingTests {
    /// All words of 2 to `longest` octets of CR, LF, dot and NUL, put where an end of data would stand.
    static let longest = 4
    static var words: [[UInt8]] {
        let alphabet: [UInt8] = [13, 10, UInt8(ascii: "."), 0]
        var all: [[UInt8]] = [], words = alphabet.map { [$0] }
        for _ in 2...longest {
            words = words.flatMap { word in alphabet.map { word + [$0] } }
            all += words
        }
        return all
    }
    static let smuggled = "MAIL FROM:<evil@example.org>\r\nRCPT TO:<bob@demo.test>\r\nDATA\r\nSubject: smuggled\r\n\r\n"

    @Test(arguments: [true, false]) func noSecondMessage(_ wholePieces: Bool) async throws {
        let house = try await SMTPHouse()
        var accepted = 0, refused = 0
        for word in Self.words {
            let client = await house.call()
            _ = await client.say("EHLO c\r\n")
            #expect(await client.say(SMTPSessionTests.transaction).replyCodes == [250, 250, 354])
            // The body's last line has its end; the word then stands where the dot would.
            let attack = Array("Subject: a\r\n\r\nbody\r\n".utf8) + word + Array(Self.smuggled.utf8) + Array("\r\n.\r\n".utf8)
            var answer = ""
            if wholePieces { answer = await client.say(attack) } else { for byte in attack { answer += await client.say([byte]) } }
            let codes = answer.replyCodes
            if word.starts(with: Array(".\r\n".utf8)) {
                // This is the end of data; what follows are honest commands of an honest client.
                #expect(codes.first == 250, "\(word)")
                continue
            }
            #expect(codes.count == 1, "\(word): \(answer)")
            if codes == [250] { accepted += 1 } else { refused += 1 }
            if codes != [250] { #expect(codes == [554], "\(word): \(answer)") }
        }
        #expect(refused > 100 && accepted > 20)
        // `.` CR LF alone is the true end: what follows it are honest commands. In one piece they stand behind DATA in its group, which is refused.
        #expect(try await house.inbox("bob").count == (wholePieces ? 0 : 1))
    }
}
