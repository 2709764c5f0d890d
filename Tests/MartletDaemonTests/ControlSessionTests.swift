import Directory
import Glibc
import Logging
import MailStore
import MartletDaemon
import Model
import SessionKit
import TestSupport
import Testing

@Suite struct ControlSessionTests {
    private func withConversation(user: UInt32? = getuid(), _ body: (Conversation) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let store = try MailStore.open(folder.path, log: quiet)
        let context = ControlContext(store: store, directory: Directory(store: store, log: quiet), process: nil)
        let conversation = await Conversation(service: "control", peer: Peer(address: "", port: 0)) { line in
            line.peerUserID = user
            return ControlSession(line, context)
        }
        try await body(conversation)
        await store.close()
        folder.remove()
    }
    @Test func answersLineByLine() async throws {
        try await withConversation { talk in
            let answers = await talk.say(
                #"{"verb":"domain.add","arguments":{"name":"example.org"}}"# + "\n" + #"{"verb":"domain.list","arguments":{}}"# + "\n")
            #expect(answers.hasPrefix(#"{"result":{"name":"example.org"}}"# + "\n" + #"{"result":[{"addresses":0,"name":"example.org","selectors":["me"#))
            #expect(answers.hasSuffix(#""],"users":0}]}"# + "\n"))
            #expect(!talk.isClosed)
        }
    }
    @Test func aRequestInPieces() async throws {
        try await withConversation { talk in
            for byte in #"{"verb":"domain.list","arguments":{}}"#.utf8 { #expect(await talk.sayBytes([byte]).isEmpty) }
            #expect(await talk.say("\n") == #"{"result":[]}"# + "\n")
        }
    }
    static let bad: [(String, Int32)] = [
        ("{}", 65), ("", 65), ("null", 65), ("[]", 65), ("\u{0}", 65), ("GET / HTTP/1.1", 65), (#"{"verb":5,"arguments":{}}"#, 65),
        (#"{"verb":"x","arguments":{}}"#, 64),
        (#"{"verb":"domain.add","arguments":{}}"#, 64), (#"{"verb":"domain.add","arguments":{"name":5}}"#, 64),
        (#"{"verb":"domain.add","arguments":{"name":"a b"}}"#, 65),
        (#"{"verb":"user.show","arguments":{"address":"x@example.org"}}"#, 67), (#"{"verb":"status","arguments":{}}"#, 69),
        (#"{"verb":"store.check","arguments":{"depth":"deep"}}"#, 64), (String(repeating: "[", count: 50_000), 65),
    ]
    @Test(arguments: Self.bad) func refusesWithACode(_ text: String, _ code: Int32) async throws {
        try await withConversation { talk in
            let answer = await talk.say(text + "\n")
            #expect(answer.contains("\"code\":\(code)"), "\(answer)")
        }
    }
    @Test func anEndlessLineIsCutOff() async throws {
        try await withConversation { talk in
            var answer = ""
            for _ in 0..<40 where !talk.isClosed { answer += await talk.say(String(repeating: "x", count: 60_000)) }
            #expect(talk.isClosed)
            #expect(answer.contains("longer than"))
        }
    }
    /// T48: the mode of the socket keeps others out, and the kernel's word on who is there does so again.
    @Test func othersAreRefused() async throws {
        try await withConversation(user: getuid() + 1) { talk in
            #expect(talk.isClosed)
            #expect(talk.heard().contains("\"code\":77"))
        }
        try await withConversation(user: nil) { talk in #expect(talk.isClosed) }
        try await withConversation(user: 0) { talk in #expect(!talk.isClosed) }
    }
}
