import Bytes
import Model
package import SessionKit
import Synchronization

/// A filter that speaks the milter protocol, asked over a connection of its own for each message. Whatever goes wrong, the message is
/// neither taken nor lost: the client comes again. (threat T47)
package struct Milter: MessageFilter {
    package enum Limits {
        /// For each answer.
        static let patience = Duration.seconds(30)
        /// For the whole message.
        static let message = Duration.seconds(240)
    }
    package let name: String
    private let target: DialTarget
    private let dialer: any Dialer

    package init(_ target: DialTarget, dialer: any Dialer) {
        self.target = target
        self.dialer = dialer
        name = target.port == 0 ? target.address : "\(target.address):\(target.port)"
    }

    package func judge(_ message: FilteredMessage) async -> FilterAnswer {
        let trouble = FilterAnswer(.refuse(Refusal(isTemporary: true, status: "4.7.1", words: "A filter is not available, please try again later")))
        guard let machine = try? MilterMachine(message) else { return trouble }
        let dialer = dialer, target = target
        return await Deadline.run(Limits.message, otherwise: trouble) {
            await Answering.wait { answering in
                do throws(DialFailure) {
                    try await dialer.dial(target) { line in MilterSession(line, machine, answering, trouble) }
                } catch {
                    answering.give(trouble)
                }
            }
        }
    }
}

/// Where a session on another loop leaves the answer for the one who waits. The first counts.
final class Answering: Sendable {
    private let state = Mutex<(answer: FilterAnswer?, waiting: CheckedContinuation<FilterAnswer, Never>?)>((nil, nil))

    static func wait(_ work: (Answering) async -> Void) async -> FilterAnswer {
        let answering = Answering()
        await work(answering)
        return await withCheckedContinuation { continuation in
            let early = answering.state.withLock { state -> FilterAnswer? in
                if state.answer == nil { state.waiting = continuation }
                return state.answer
            }
            if let early { continuation.resume(returning: early) }
        }
    }
    func give(_ answer: FilterAnswer) {
        let waiting = state.withLock { state -> CheckedContinuation<FilterAnswer, Never>? in
            guard state.answer == nil else { return nil }
            state.answer = answer
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: answer)
    }
}

/// The connection to a milter, for one message.
private final class MilterSession: Session {
    private let line: Line
    private var machine: MilterMachine
    private let answering: Answering
    private let trouble: FilterAnswer

    init(_ line: Line, _ machine: MilterMachine, _ answering: Answering, _ trouble: FilterAnswer) {
        self.line = line; self.machine = machine; self.answering = answering; self.trouble = trouble
    }
    func opened() -> Step {
        line.outbox.bytes.append(machine.begin().span)
        line.expire(in: Milter.Limits.patience)
        return .needMore
    }
    func receive(_ input: inout ByteBuffer) -> Step {
        while true {
            switch MilterPacket.next(&input) {
            case .incomplete: return .needMore
            case .broken: return .close
            case .packet(let letter, let data):
                line.expire(in: Milter.Limits.patience)
                switch machine.receive(letter, data) {
                case .wait: continue
                case .send(let octets): line.outbox.bytes.append(octets.span)
                case .broken: return .close
                case .done(let answer):
                    answering.give(answer)
                    var goodbye: [UInt8] = []
                    MilterPacket.write("Q", to: &goodbye)
                    line.outbox.bytes.append(goodbye.span)
                    return .close
                }
            }
        }
    }
    func perform() async -> Step { .needMore }
    func notice(_ changes: ChangeSet) -> Step { .needMore }
    func expired() -> Step { .close }
    func secured() -> Step { .needMore }
    func draining() -> Step { .needMore }
    func closed() { answering.give(trouble) }
}
