// The daemon's end of the control socket: a line of JSON in, a line out, any number of them. What the verbs do is ControlTable's.
package import Bytes
internal import Glibc
package import Model
package import SessionKit

package final class ControlSession: Session {
    private enum Limits {
        static let idle = Duration.seconds(60)
    }
    private let line: Line
    private let context: ControlContext
    private var pending: [UInt8] = []
    private var request: [UInt8] = []

    package init(_ line: Line, _ context: ControlContext) {
        self.line = line
        self.context = context
    }
    /// The socket has mode 0600; the kernel's word on who is there is asked all the same. (threat T48)
    package func opened() -> Step {
        guard let user = line.peerUserID, user == getuid() || user == 0 else {
            answer(ControlAnswer(ControlFailure(code: ExitStatus.notAllowed, "only the user of the daemon and root may use the control socket")))
            return .close
        }
        line.expire(in: Limits.idle)
        return .needMore
    }
    package func receive(_ input: inout ByteBuffer) -> Step {
        line.expire(in: Limits.idle)
        if let end = input.firstIndex(of: 10) {
            request = pending + input.bytes(0..<end)
            pending = []
            input.consume(end + 1)
            return request.count <= ControlRequest.Limits.request ? .perform : tooLong()
        }
        pending += input.take()
        return pending.count <= ControlRequest.Limits.request ? .needMore : tooLong()
    }
    package func perform() async -> Step {
        line.deadline = nil
        guard let request = JSONCoding.decode(ControlRequest.self, request) else {
            answer(ControlAnswer(ControlFailure(code: ExitStatus.badData, "the request is not one line of JSON with \"verb\" and \"arguments\"")))
            return .close
        }
        let result = await ControlTable.run(request, context)
        guard !line.isClosed else { return .close }
        answer(result)
        line.expire(in: Limits.idle)
        return .needMore
    }
    package func notice(_ changes: ChangeSet) -> Step { .needMore }
    package func expired() -> Step { .close }
    package func secured() -> Step { .close }
    package func draining() -> Step { .close }
    package func closed() {}

    private func tooLong() -> Step {
        answer(ControlAnswer(ControlFailure(code: ExitStatus.badData, "the request is longer than \(ControlRequest.Limits.request) octets")))
        return .close
    }
    private func answer(_ answer: ControlAnswer) {
        line.outbox.bytes.append((try? JSONCoding.encode(answer)) ?? "{}")
        line.outbox.bytes.append(ASCII.lf)
    }
}
