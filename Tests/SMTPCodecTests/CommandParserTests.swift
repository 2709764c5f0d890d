// Commands as they are, as real clients write them, and as attackers do.
import Model
import SMTPCodec
import TestSupport
import Testing

struct CommandParserTests {
    static func parse(_ text: String) -> Result<Command, CommandError> {
        do throws(CommandError) { return .success(try CommandParser.parse(Array(text.utf8))) } catch { return .failure(error) }
    }
    static let ann = MailAddress(localPart: "ann", domain: "example.org")

    @Test(arguments: [
        ("EHLO client.example", Command.hello(name: "client.example", isExtended: true)),
        ("ehlo [127.0.0.1]  ", .hello(name: "[127.0.0.1]", isExtended: true)),
        ("HELO a b", .hello(name: "a?b", isExtended: false)),
        ("EHLO gr\u{fc}n", .hello(name: "gr??n", isExtended: true)),
        ("MAIL FROM:<ann@example.org>", .mail(sender: ann, MailParameters())),
        ("mail from: <ann@Example.ORG> ", .mail(sender: ann, MailParameters())),
        ("MAIL FROM:ann@example.org", .mail(sender: ann, MailParameters())),
        ("MAIL FROM:<>", .mail(sender: nil, MailParameters())),
        ("MAIL FROM:<> SIZE=12 BODY=8BITMIME", .mail(sender: nil, MailParameters(size: 12, body: .eightBit))),
        ("MAIL FROM:<ann@example.org> body=7bit size=0", .mail(sender: ann, MailParameters(size: 0, body: .sevenBit))),
        ("MAIL FROM:<> SIZE=99999999999999999999", .mail(sender: nil, MailParameters(size: .max))),
        ("MAIL FROM:<> AUTH=<>", .mail(sender: nil, MailParameters(authorization: "<>"))),
        ("MAIL FROM:<@relay.example,@b.example:ann@example.org>", .mail(sender: ann, MailParameters())),
        ("RCPT TO:<ann@example.org>", .recipient(.address(ann))),
        ("RCPT TO:<\"ann\"@example.org>", .recipient(.address(ann))),
        ("RCPT TO:<\"a n\\n\"@example.org>", .recipient(.address(MailAddress(localPart: "\"a nn\"", domain: "example.org")))),
        ("RCPT TO:<\"a\\\"b\\\\\"@example.org>", .recipient(.address(MailAddress(localPart: "\"a\\\"b\\\\\"", domain: "example.org")))),
        ("RCPT TO:<\"a@b\"@example.org>", .recipient(.address(MailAddress(localPart: "\"a@b\"", domain: "example.org")))),
        ("RCPT TO:<.a..b.@example.org>", .recipient(.address(MailAddress(localPart: ".a..b.", domain: "example.org")))),
        ("RCPT TO:<ann@[127.0.0.1]>", .recipient(.address(MailAddress(localPart: "ann", domain: "[127.0.0.1]")))),
        ("RCPT TO:<ann@[IPv6:::1]>", .recipient(.address(MailAddress(localPart: "ann", domain: "[ipv6:::1]")))),
        ("RCPT TO:<POSTmaster>", .recipient(.postmaster)),
        ("DATA", .data), ("data  ", .data), ("RSET", .reset), ("QUIT", .quit), ("STARTTLS", .startTLS),
        ("NOOP", .noop), ("NOOP whatever it is", .noop), ("VRFY ann", .verify), ("EXPN staff", .expand), ("HELP", .help), ("help MAIL", .help),
        ("AUTH PLAIN", .authenticate(mechanism: "PLAIN", response: nil)),
        ("auth plain AGEAYg==", .authenticate(mechanism: "PLAIN", response: [0, 97, 0, 98])),
        ("AUTH PLAIN =", .authenticate(mechanism: "PLAIN", response: [])),
        ("AUTH SCRAM-SHA-256 ", .authenticate(mechanism: "SCRAM-SHA-256", response: nil)),
    ])
    func understands(_ text: String, _ expected: Command) { #expect(Self.parse(text) == .success(expected)) }

    @Test(arguments: [
        ("", CommandError.unknownCommand), (" EHLO a", .unknownCommand), ("EHLOa", .unknownCommand), ("GET / HTTP/1.1", .unknownCommand),
        ("EHLO", .badArgument("A name is needed")), ("HELO  ", .badArgument("A name is needed")), ("MAIL\0FROM:<a@b>", .unknownCommand),
        ("MAIL TO:<a@b.c>", .badArgument("Syntax: MAIL FROM:<address>")), ("RCPT FROM:<a@b>", .badArgument("Syntax: RCPT TO:<address>")),
        ("RCPT TO:<>", .badRecipient), ("RCPT TO:<ann>", .badRecipient), ("RCPT TO:", .badRecipient), ("RCPT TO:<ann@>", .badRecipient),
        ("RCPT TO:<@example.org>", .badRecipient), ("RCPT TO:<ann@example.org", .badRecipient), ("RCPT TO:<a b@example.org>", .badRecipient),
        ("RCPT TO:<ann@exa mple.org>", .badRecipient), ("RCPT TO:<ann@example..org>", .badRecipient), ("RCPT TO:<ann@example.org.>", .badRecipient),
        ("RCPT TO:<ann@-a.org>", .badRecipient), ("RCPT TO:<ann@[300.0.0.1]>", .badRecipient), ("RCPT TO:<ann@[IPv6:xyz]>", .badRecipient),
        ("RCPT TO:<ann@[1.2.3]>", .badRecipient), ("RCPT TO:<\"\"@example.org>", .badRecipient), ("RCPT TO:<\"a\u{1}\"@example.org>", .badRecipient),
        ("RCPT TO:<\"a@example.org>", .badRecipient), ("RCPT TO:<gr\u{85}n@example.org>", .badRecipient), ("RCPT TO:<a\0b@example.org>", .badRecipient),
        ("RCPT TO:<@a.example>", .badRecipient), ("RCPT TO:<@a.example,ann@example.org>", .badRecipient),
        ("RCPT TO:<ann@example.org> RET=FULL", .unknownParameter("RET")), ("RCPT TO:<ann@example.org>x", .badArgument("A space is needed before parameters")),
        ("MAIL FROM:<ann>", .badSender), ("MAIL FROM:<a@b@c>", .badSender), ("MAIL FROM:<postmaster>", .badSender),
        ("MAIL FROM:<> SIZE=", .badArgument("Syntax: SIZE=number")), ("MAIL FROM:<> SIZE=-1", .badArgument("Syntax: SIZE=number")),
        ("MAIL FROM:<> SIZE=1 SIZE=2", .badArgument("Parameter SIZE given twice")), ("MAIL FROM:<> SIZE=123456789012345678901", .badArgument("Syntax: SIZE=number")),
        ("MAIL FROM:<> BODY=BINARYMIME", .unknownParameter("BODY=BINARYMIME")), ("MAIL FROM:<> SMTPUTF8=1", .badArgument("SMTPUTF8 has no value")),
        ("MAIL FROM:<> =", .badArgument("Malformed parameters")), ("MAIL FROM:<>SIZE=1", .badArgument("A space is needed before parameters")),
        ("DATA now", .badArgument("No argument allowed")), ("STARTTLS x", .badArgument("No argument allowed")), ("QUIT .", .badArgument("No argument allowed")),
        ("AUTH", .badArgument("A mechanism is needed")), ("AUTH PLAIN *", .cancelled), ("AUTH PLAIN ?", .badBase64), ("AUTH PLAIN AGEAY", .badBase64),
        ("AUTH PLAIN AGEA YgA=", .badArgument("One response at most")), ("AUTH PLAIN\0", .badArgument("No such mechanism")),
        ("BDAT", .badChunk), ("BDAT x", .badChunk), ("BDAT 10 LAST x", .badChunk), ("BDAT 10LAST", .badChunk), ("BDAT -1", .badChunk), ("BDAT 123456789012345678901", .badChunk),
        ("ETRN x", .notImplemented), ("XCLIENT", .badArgument("Syntax: XCLIENT NAME=value")), ("XCLIENT a", .badArgument("Syntax: XCLIENT NAME=value")),
    ])
    func refuses(_ text: String, _ expected: CommandError) {
        #expect(Self.parse(text) == .failure(expected))
    }

    @Test func longPartsAreRefused() {
        let local = String(repeating: "l", count: SyntaxLimits.localPart), label = String(repeating: "d", count: 63)
        let domain = "\(label).\(label).\(label).\(String(repeating: "d", count: 63))"
        #expect(domain.utf8.count == SyntaxLimits.domain)
        #expect(Self.parse("RCPT TO:<\(local)@\(domain)>") == .success(.recipient(.address(MailAddress(localPart: local, domain: domain)))))
        #expect(Self.parse("RCPT TO:<\(local)l@\(domain)>") == .failure(.badRecipient))
        #expect(Self.parse("RCPT TO:<\"\(local) \"@\(domain)>") == .failure(.badRecipient))
        #expect(Self.parse("RCPT TO:<\(local)@\(domain)d>") == .failure(.badRecipient))
        #expect(Self.parse("RCPT TO:<\(local)@\(label)d.org>") == .failure(.badRecipient))
        let route = (0...SyntaxLimits.sourceRoute).map { "@a\($0).example" }.joined(separator: ",")
        #expect(Self.parse("RCPT TO:<\(route):ann@example.org>") == .failure(.badRecipient))
        let parameters = (0...SyntaxLimits.parameters).map { " X\($0)=1" }.joined()
        #expect(Self.parse("MAIL FROM:<>\(parameters)") == .failure(.badArgument("Malformed parameters")))
    }

    /// Whatever the octets, an answer; and an address that is accepted is fit to be written again and means the same then.
    @Test func randomLinesNeverTrapAndAddressesRoundTrip() {
        var random = SeededGenerator(seed: 99)
        let words = ["MAIL FROM:", "RCPT TO:", "<", ">", "@", "\"", "\\", "a", "b.c", "[", "]", "1.2.3.4", "IPv6:", " ", "SIZE=", "9", ",", ":", "\u{fc}", "\0", "AUTH PLAIN ", "="]
        var accepted = 0
        for _ in 0..<20_000 {
            var text = random.next() % 2 == 0 ? "RCPT TO:<" : ""
            for _ in 0..<Int.random(in: 0..<9, using: &random) { text += words.randomElement(using: &random) ?? "" }
            if random.next() % 2 == 0 { text += "@b.c>" }
            guard case .success(.recipient(.address(let address), _)) = Self.parse(text) else { continue }
            accepted += 1
            #expect(Self.parse("RCPT TO:<\(address)>") == .success(.recipient(.address(address))), "\(text.debugDescription)")
            #expect(AddressSyntax.address(address.description) == address)
        }
        #expect(accepted > 20)
    }

    @Test(arguments: [
        ("BDAT 10", Command.chunk(size: 10, isLast: false)), ("bdat 0 last ", .chunk(size: 0, isLast: true)), ("BDAT 99999999999999999999 LAST", .chunk(size: .max, isLast: true)),
        ("RCPT TO:<j\u{f6}rg@gr\u{fc}n.example>", .recipient(.address(MailAddress(localPart: "j\u{f6}rg", domain: "xn--grn-ioa.example")))),
        ("RCPT TO:<\"j\u{f6} rg\"@example.org>", .recipient(.address(MailAddress(localPart: "\"j\u{f6} rg\"", domain: "example.org")))),
        ("RCPT TO:<ann@example.org> NOTIFY=NEVER", .recipient(.address(ann), RecipientParameters(notify: []))),
        ("RCPT TO:<ann@example.org> notify=success,DELAY ORCPT=rfc822;Ann+2Bx@example.org",
         .recipient(.address(ann), RecipientParameters(notify: [.success, .delay], original: "rfc822;Ann+x@example.org"))),
    ])
    func understandsExtensions(_ text: String, _ expected: Command) { #expect(Self.parse(text) == .success(expected)) }

    @Test func parametersOfMail() throws {
        guard case .success(.mail(_, let all)) = Self.parse("MAIL FROM:<> SMTPUTF8 REQUIRETLS RET=HDRS ENVID=QQ+3D1 BODY=8BITMIME") else {
            Issue.record("not understood")
            return
        }
        #expect(all.isUTF8 && all.requiresTLS && all.returned == .headers && all.identifier == "QQ=1" && all.body == .eightBit)
    }
    @Test(arguments: [
        "MAIL FROM:<> ENVID=", "MAIL FROM:<> ENVID=a+3", "MAIL FROM:<> ENVID=a+0A", "MAIL FROM:<> ENVID=\(String(repeating: "x", count: 101))", "MAIL FROM:<> RET=ALL",
        "RCPT TO:<a@b.c> NOTIFY=", "RCPT TO:<a@b.c> NOTIFY=NEVER,DELAY", "RCPT TO:<a@b.c> NOTIFY=SUCCESS,", "RCPT TO:<a@b.c> ORCPT=a@b.c", "RCPT TO:<a@b.c> ORCPT=rfc822;",
        "RCPT TO:<a@b.c> ORCPT=rfc822;a+0D+0A@b.c", "RCPT TO:<a@b.c> ORCPT=;a", "RCPT TO:<a@b.c> ORCPT=rfc822;\(String(repeating: "x", count: 500))",
        "RCPT TO:<a@b.c> NOTIFY=DELAY NOTIFY=DELAY",
    ])
    func badParametersAreArguments(_ text: String) {
        guard case .failure(.badArgument) = Self.parse(text) else {
            Issue.record("\(text): \(Self.parse(text))")
            return
        }
    }
    /// Octets that are no UTF-8 make no address. (threat T9)
    @Test func addressesAreUTF8() {
        for bad: [UInt8] in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80]] {
            for line in [Array("RCPT TO:<a".utf8) + bad + Array("@b.c>".utf8), Array("RCPT TO:<\"a".utf8) + bad + Array("\"@b.c>".utf8), Array("RCPT TO:<a@".utf8) + bad + Array(".c>".utf8)] {
                #expect(throws: CommandError.badRecipient) { try CommandParser.parse(line) }
            }
        }
    }
    @Test(arguments: ["", "plain", "a b+c=d", "j\u{f6}rg\0\r\n"]) func xtextRoundTrips(_ text: String) {
        #expect(Xtext.decode(Xtext.encode(text)) == text)
        #expect(Xtext.encode(text).utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 61 })
    }

    @Test func responsesOfAnExchange() throws {
        #expect(try CommandParser.response(Array("YQ==".utf8)) == [97])
        #expect(try CommandParser.response([]) == [])
        #expect(throws: CommandError.cancelled) { try CommandParser.response(Array("*".utf8)) }
        #expect(throws: CommandError.badBase64) { try CommandParser.response(Array("Y Q".utf8)) }
    }
}
