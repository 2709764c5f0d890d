// SMTPUTF8, DSN, LIMITS and REQUIRETLS through a session over a real store.
import Bytes
import Delivery
import Directory
import MailStore
import Model
import SMTPCodec
import SessionKit
import Testing
import TestSupport

@testable import SMTPSession

struct ExtensionTests {
    @Test func recipientsInOtherScripts() async throws {
        let house = try await SMTPHouse()
        try await house.directory.administration.addDomain("gr\u{fc}n.test")
        try await house.directory.administration.addUser("j\u{f6}rg@gr\u{fc}n.test", password: SMTPHouse.password)
        let client = await house.call()
        #expect(await client.say("EHLO c\r\n").contains("250-SMTPUTF8\r\n"))
        // RFC 6531 §3.4: without the parameter, 553 and x.6.7.
        #expect(await client.say("MAIL FROM:<\u{e9}ve@example.org>\r\n").hasPrefix("553 5.6.7"))
        #expect(await client.say("MAIL FROM:<eve@example.org>\r\nRCPT TO:<j\u{f6}rg@gr\u{fc}n.test>\r\nRSET\r\n").replyCodes == [250, 553, 250])
        for spelling in ["j\u{f6}rg@gr\u{fc}n.test", "J\u{d6}RG@xn--grn-ioa.test", "jo\u{308}rg+tag@GR\u{dc}N.test"] {
            let answer = await client.say("MAIL FROM:<\u{e9}ve@example.org> SMTPUTF8\r\nRCPT TO:<\(spelling)>\r\nDATA\r\n")
            #expect(answer.replyCodes == [250, 250, 354], "\(spelling)")
            #expect(await client.say("Subject: x\r\n\r\n.\r\n").replyCodes == [250])
        }
        let mails = try await house.store.read { transaction -> [String] in
            guard let account = try transaction.account(named: "j\u{f6}rg@xn--grn-ioa.test"), let folder = try transaction.folder(of: account.id, role: .inbox) else { return [] }
            return try transaction.states(in: folder.id, UIDSet([1...UInt32.max]), limit: 10).map { String(decoding: try transaction.content($0.content), as: UTF8.self) }
        }
        #expect(mails.count == 3)
        #expect(mails.first?.contains("with UTF8SMTP id ") == true && mails.first?.hasPrefix("Return-Path: <\u{e9}ve@example.org>\r\n") == true)
    }

    static func machine(secure: Bool = false, _ change: (inout SMTPSettings) -> Void = { _ in }) -> SMTPMachine {
        var settings = SMTPSettings(hostname: "mx.demo.test")
        change(&settings)
        var machine = SMTPMachine(settings: settings, peer: Peer(address: "192.0.2.1", port: 1), isSecure: secure)
        machine.logIn = LogIn(account: AccountID(1), name: "ann@demo.test")
        _ = machine.receive(.hello(name: "c", isExtended: true), isPipelined: false)
        return machine
    }
    static func say(_ text: String, _ machine: inout SMTPMachine) throws -> Action { machine.receive(try CommandParser.parse(Array(text.utf8)), isPipelined: false) }

    @Test func whatTheClientAskedForIsInTheEnvelope() throws {
        var machine = Self.machine(secure: true)
        _ = try Self.say("MAIL FROM:<> RET=HDRS ENVID=a+2Bb REQUIRETLS SMTPUTF8 BODY=8BITMIME", &machine)
        _ = try Self.say("RCPT TO:<ann@demo.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Ann@demo.test", &machine)
        _ = machine.finish(.route(.accounts([AccountID(1)])))
        _ = try Self.say("RCPT TO:<bob@demo.test>", &machine)
        _ = machine.finish(.route(.accounts([AccountID(2)])))
        let envelope = machine.envelope
        #expect(envelope.options.returned == .headers && envelope.options.identifier == "a+b" && envelope.options.requiresTLS && envelope.options.isUTF8)
        #expect(envelope.options.body == .eightBit)
        #expect(envelope.recipientOptions.count == 1)
        let ann = envelope.recipientOptions[MailAddress(localPart: "ann", domain: "demo.test")]
        #expect(ann?.notify == [.success, .failure] && ann?.original == "rfc822;Ann@demo.test")
        _ = machine.receive(.reset, isPipelined: false)
        #expect(machine.envelope == Envelope(sender: nil, recipients: []))
    }

    @Test func whatCannotBePromisedIsRefused() throws {
        var machine = Self.machine()
        func code(_ text: String) throws -> Int? { SMTPMachineModelTests.code(try Self.say(text, &machine)) }
        // RFC 8689 §4.1: only where TLS is in use.
        #expect(try code("MAIL FROM:<> REQUIRETLS") == 555)
        // RFC 4865 is not offered: a message that could not be held is not taken.
        for parameter in ["HOLDFOR", "HOLDUNTIL"] {
            #expect(throws: CommandError.unknownParameter(parameter)) { try CommandParser.parse(Array("MAIL FROM:<> \(parameter)=1".utf8)) }
        }
        machine = Self.machine { $0.transactions = 2 }
        var codes: [Int?] = []
        for _ in 0..<3 {
            codes.append(try code("MAIL FROM:<>"))
            _ = machine.receive(.reset, isPipelined: false)
        }
        #expect(codes == [250, 250, 421])
    }

    @Test func whatIsOfferedHasItsBounds() throws {
        var machine = Self.machine()
        guard case .reply(let reply) = try Self.say("EHLO c", &machine) else { throw SyntaxMissing() }
        #expect(!reply.lines.contains { $0.hasPrefix("FUTURERELEASE") })
        #expect(reply.lines.contains("LIMITS RCPTMAX=1000 MAILMAX=10000") && reply.lines.contains("DSN") && !reply.lines.contains("REQUIRETLS"))
    }
    struct SyntaxMissing: Error {}
}
