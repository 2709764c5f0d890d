import Foundation
import Glibc
import Model
import Testing
@testable import Transport

/// What changes or measures the whole process, in a process of its own.
@Suite(.timeLimit(.minutes(2))) struct ProcessTests {
    /// An answer of 100 MB to a slow reader takes no memory of its size, in the clear and over TLS.
    @Test func slowReadersCostLittle() async {
        await #expect(processExitsWith: .success) {
            for tls in [ServiceSettings.TLS.none, .implicit] {
                let before = Usage.residentBytes
                try await LimitTests.slowReader(tls)
                let grown = Usage.residentBytes - before
                #expect(grown < 32 << 20, "\(grown) bytes more")
            }
        }
    }
    /// Out of descriptors: accepting pauses without spinning, and goes on when there are some again. (threat T32)
    @Test func pausesWithoutDescriptors() async {
        await #expect(processExitsWith: .success) {
            try await withServer { server, port, record in
                let clients = HeldClients((0..<30).map { _ in Client() })
                // The runtime takes its own descriptors for timers and queues at their first use, and ends the process when there are none.
                try await Task.sleep(for: .milliseconds(20), clock: .continuous)
                try await Task.sleep(for: .milliseconds(20), clock: .suspending)
                try await blocking {}
                _ = await eventually { await server.acceptPauses == 0 }
                Usage.fillDescriptors()
                Usage.limitDescriptors(to: Usage.highestDescriptor + 1)
                try await blocking { for client in clients.all { try client.connect(to: port) } }
                #expect(await eventually { await server.acceptPauses > 0 }, "accepting was not paused")
                // Steps, not time: each pause is one look at the full table, however slow the machine is just now. A loop that spins makes thousands.
                let (before, earlier, started) = (Usage.processorTime, await server.acceptPauses, ContinuousClock.now)
                try await Task.sleep(for: .milliseconds(1500))
                let (pauses, used) = (await server.acceptPauses - earlier, Usage.processorTime - before)
                let waited = started.duration(to: .now)
                #expect(Double(pauses) <= 3 + waited / .milliseconds(300), "paused \(pauses) times in \(waited)")
                #expect(used < waited / 4, "used \(used) of \(waited) while paused")
                #expect(record.count(of: "opened") < 30, "there were descriptors for all")
                Usage.limitDescriptors(to: 1024)
                try await blocking { for client in clients.all { _ = try client.hear(until: "hello\r\n") } }
                #expect(record.count(of: "opened") == 30, "not all were accepted afterwards")
            }
        }
    }
    /// Phones parked over TLS: little memory each, no work while nothing happens, all woken by one commit.
    @Test func idleTLSConnectionsCostLittle() async throws {
        await #expect(processExitsWith: .success) {
            Usage.limitDescriptors(to: 65_536)
            let notifiers = Notifiers()
            var limits = ServiceLimits()
            limits.perAddress = 10_000
            let identity = try TLSTests.identity("localhost")
            try await withServer(loops: 2, tls: .implicit, limits: limits, notifiers: notifiers, identities: [identity]) { server, port, record in
                let count = Int(ProcessInfo.processInfo.environment["MARTLET_PARKED"] ?? "") ?? TestSize.parked
                // What is paid once (the libraries' tables, the heap's first pages) is not an idle connection's.
                let first = try Crowd(TestSize.parked / 4, port: port)
                #expect(first.line() == "parked", "not all were let in")
                let before = Usage.residentBytes
                let crowd = try Crowd(count, port: port)
                #expect(crowd.line() == "parked", "not all were let in")
                let each = (Usage.residentBytes - before) / count
                note("memory per idle TLS connection: \(each) bytes")
                #expect(each <= 24 * 1024, "\(each) bytes for each idle connection")
                let (time, switches) = (Usage.processorTime, Usage.contextSwitches)
                try await Task.sleep(for: .seconds(1))
                let (used, woken) = (Usage.processorTime - time, Usage.contextSwitches - switches)
                note("idle for a second: \(used), \(woken) context switches")
                #expect(used < .milliseconds(20), "used \(used) while idle")
                let start = ContinuousClock.now
                notifiers.post(ChangeSet(account: AccountID(1), modseq: ModSeq(7), changes: []))
                #expect(crowd.line() == "woken", "not all heard of the commit")
                note("all woken after \(start.duration(to: .now))")
                crowd.end()
                first.end()
            }
        }
    }
}

/// With MARTLET_PARKED=2000 and MARTLET_FIGURES=FILE, FILE gets the figures: the output of an exit test goes nowhere.
private func note(_ line: String) {
    guard let path = ProcessInfo.processInfo.environment["MARTLET_FIGURES"] else { return }
    let bytes = Array((line + "\n").utf8)
    let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
    _ = unsafe write(descriptor, bytes, bytes.count)
    close(descriptor)
}

/// Many TLS clients in another process, so that their memory is not counted here.
final class Crowd {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private static let program = """
        import resource, select, socket, ssl, sys
        count, port = int(sys.argv[1]), int(sys.argv[2])
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        clients = []
        for number in range(count):
            client = context.wrap_socket(socket.create_connection(("127.0.0.1", port)))
            assert client.recv(100).startswith(b"hello")
            clients.append(client)
        print("parked", flush=True)
        for client in clients: assert client.recv(100).startswith(b"notice")
        print("woken", flush=True)
        sys.stdin.read()
        """
    init(_ count: Int, port: Int) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", Self.program, String(count), String(port)]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }
    func line() -> String {
        var text = ""
        while let byte = try? output.fileHandleForReading.read(upToCount: 1), byte != Data([10]), !byte.isEmpty {
            text += String(decoding: byte, as: UTF8.self)
        }
        return text
    }
    func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
