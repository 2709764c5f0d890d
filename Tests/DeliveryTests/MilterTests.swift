// What is said to a milter, and what its answers come to.
import Bytes
@testable import Delivery
import MailAuthentication
import MailStore
import Model
import Testing

@Suite struct MilterTests {
    static func machine(_ text: String = "Subject:  x\r\n y\r\nFrom: a@b.c\r\n\r\nbody\r\n") throws -> MilterMachine {
        let spool = Spool()
        try spool.append(Array(("Received: ours\r\n" + text).utf8))
        var message = GateTests.message("192.0.2.1", ["ann@demo.test", "bob@demo.test"])
        message = FilteredMessage(
            spool: spool, start: 16, envelope: message.envelope, origin: message.origin, hostname: "mx.test", results: AuthenticationResults())
        return try MilterMachine(message)
    }
    static func agreement(version: UInt32 = 6, actions: UInt32 = 0x11, protocols: UInt32 = 0) -> [UInt8] {
        MilterPacket.four(version) + MilterPacket.four(actions) + MilterPacket.four(protocols)
    }
    /// The letters of the commands in what is sent.
    static func letters(_ octets: [UInt8]) -> String {
        var input = ByteBuffer(), text = ""
        input.append(octets.span)
        while case .packet(let letter, _) = MilterPacket.next(&input) { text.append(Character(UnicodeScalar(letter))) }
        return text
    }
    /// Answers "c" to everything; the letters that were sent and the answer at the end.
    static func run(
        _ machine: inout MilterMachine, protocols: UInt32 = 0, at: String = "", answers: [(Character, [UInt8])] = []
    ) -> (String, MilterMachine.Action) {
        var said = "", action = machine.receive(UInt8(ascii: "O"), agreement(protocols: protocols))
        for _ in 0..<100 {
            guard case .send(let octets) = action else { return (said, action) }
            said += letters(octets)
            if said.hasSuffix(at), !at.isEmpty {
                for (letter, data) in answers {
                    action = machine.receive(letter.asciiValue ?? 0, data)
                    if case .wait = action { continue }
                    if case .send = action { break }
                    return (said, action)
                }
                if case .wait = action { action = machine.receive(UInt8(ascii: "c"), []) }
            } else {
                action = machine.receive(UInt8(ascii: "c"), [])
            }
        }
        return (said, action)
    }

    @Test func everythingIsSaidInOrder() throws {
        var machine = try Self.machine()
        #expect(Self.letters(machine.begin()) == "O")
        #expect(Self.run(&machine) == ("DCHDMDRDRTLLNBDE", .done(FilterAnswer(.accept))))
    }
    @Test func whatIsNotWantedIsLeftOut() throws {
        var machine = try Self.machine()
        #expect(Self.run(&machine, protocols: 0x01 | 0x02 | 0x10 | 0x20 | 0x200) == ("DMDRDRNDE", .done(FilterAnswer(.accept))))
        machine = try Self.machine("\r\n")
        #expect(Self.run(&machine).0 == "DCHDMDRDRTNDE")
    }
    static let words: [(Character, String, Verdict)] = [
        ("a", "", .accept), ("r", "", .refuse(Refusal(isTemporary: false, status: "5.7.1", words: "Refused by a filter"))),
        ("t", "", .refuse(Refusal(isTemporary: true, status: "4.7.1", words: "Please try again later"))),
        ("d", "", .discard("a filter's word")), ("y", "550 5.7.0 no, thanks\0", .refuse(Refusal(isTemporary: false, status: "5.7.0", words: "no, thanks"))),
        ("y", "451 later\0", .refuse(Refusal(isTemporary: true, status: "4.7.1", words: "later"))),
        ("y", "550 4.7.0 mixed\r\n250 ok\0", .refuse(Refusal(isTemporary: false, status: "5.7.1", words: "mixed"))),
        ("y", "", .refuse(Refusal(isTemporary: true, status: "4.7.1", words: "Refused by a filter"))),
    ]
    @Test(arguments: words) func answersAtAnyPlace(_ letter: Character, _ data: String, _ expected: Verdict) throws {
        for place in ["DC", "DM", "DR", "L", "B", "DE"] {
            var machine = try Self.machine()
            #expect(Self.run(&machine, at: place, answers: [(letter, Array(data.utf8))]).1 == .done(FilterAnswer(expected)))
        }
    }
    @Test func changesAtTheEnd() throws {
        var machine = try Self.machine()
        let (_, action) = Self.run(
            &machine, at: "DE",
            answers: [
                ("h", Array("X-A\0one\0".utf8)), ("i", MilterPacket.four(0) + Array("X-B\0two\nlines\0".utf8)), ("p", []),
                ("m", MilterPacket.four(1) + Array("Subject\0\0".utf8)), ("q", Array("looks bad\0".utf8)),
            ])
        var expected = FilterAnswer(.junk("quarantined by a filter: looks bad"), fields: Array("X-A: one\r\nX-B: two\r\n\tlines\r\n".utf8))
        expected.edits = [HeaderEdit(name: "subject", number: 1, replacement: [])]
        #expect(action == .done(expected))
    }
    /// A filter that says what it may not ends the conversation, and the message is not taken. (threats T38, T47)
    @Test func nonsenseIsBroken() throws {
        for (place, letter, data) in [
            ("DC", "h" as Character, "X\0y\0"), ("DE", "h", "X Y\0z\0"), ("DE", "h", "X\0"), ("DE", "m", "ab"), ("DE", "b", "new body"), ("DE", "+", "x@y\0"),
            ("DE", "Z", ""),
        ] {
            var machine = try Self.machine()
            let (_, action) = Self.run(&machine, at: place, answers: [(letter, Array(data.utf8))])
            guard case .broken = action else { Issue.record("\(letter) at \(place): \(action)"); continue }
        }
        for answer in [Self.agreement(version: 7), Self.agreement(actions: 0x02), Self.agreement(protocols: 0x80), [1, 2, 3]] {
            var machine = try Self.machine()
            guard case .broken = machine.receive(UInt8(ascii: "O"), answer) else { Issue.record("agreed to \(answer)"); continue }
        }
        var input = ByteBuffer()
        input.append([0xFF, 0xFF, 0xFF, 0xFF, 0x63].span)
        #expect(MilterPacket.next(&input) == .broken)
    }
    @Test func addedFieldsAreOneFieldEach() {
        for value in ["a\r\nX: y", "a\n\n\nFrom: eve@x.test", "\n", "\r\r", "", " x", "a\0b"] {
            let field = String(decoding: HeaderEdit.field("X-Test", value) ?? [], as: UTF8.self)
            let lines = field.split(separator: "\r\n", omittingEmptySubsequences: false)
            #expect(lines.last?.isEmpty == true && lines.dropFirst().dropLast().allSatisfy { $0.first == " " || $0.first == "\t" }, "\(field)")
            #expect(!field.contains("\r\n\r\n"))
        }
    }
}
