package import Bytes
import Glibc
import HTTPCodec
import Logging
package import Model
package import SessionKit
import Telemetry

/// One HTTP connection: heads, bodies, answers in order, and waiting. What an answer says is its handler's matter. (RFC 9112)
package final class HTTPSession: Session {
    private let line: Line
    private let services: HTTPServices
    private var state = HTTPState.head
    private var framer = HTTPHeadFramer()
    /// The form of the answer that is due.
    private var form = AnswerForm()
    /// Bytes of a head have come.
    private var isInsideHead = false
    private var isDraining = false
    /// What this connection takes of `HTTPLimits.held`.
    private var held = 0

    package init(_ line: Line, _ services: HTTPServices) {
        self.line = line
        self.services = services
    }

    package func opened() -> Step {
        // The first request is owed soon: an open connection that says nothing costs memory.
        line.expire(in: HTTPLimits.head)
        return .needMore
    }
    package func secured() -> Step { .close }  // TLS begins with the connection or not at all

    // MARK: Bytes

    package func receive(_ input: inout ByteBuffer) -> Step {
        while true {
            switch state {
            case .head:
                guard let step = receiveHead(&input) else { continue }
                return step
            case .body(let head, var body):
                state = .head
                do throws(HTTPSyntaxError) {
                    guard try body.read(&input) else {
                        line.deadline = body.deadline
                        state = .body(head, body)
                        return .needMore
                    }
                } catch {
                    return refuse(error, &input)
                }
                return answer(HTTPRequest(head: head, body: body.bytes))
            case .discarding(let left):
                let part = min(left, input.count)
                input.consume(part)
                if part < left { state = .discarding(left - part); return .needMore }
                toHead()
                if input.isEmpty { return .needMore }
            case .parked(let parking):
                guard !parking.wasInterrupted, !input.isEmpty else { return .needMore }
                parking.wasInterrupted = true
                return follow(parking.exchange.interrupted(), parking)
            case .answering, .sending, .vouching: return .needMore  // the transport does not ask while `perform` runs
            case .closed: return .close
            }
        }
    }
    /// nil: the state has changed, look again.
    private func receiveHead(_ input: inout ByteBuffer) -> Step? {
        let head: HTTPRequestHead
        do throws(HTTPSyntaxError) {
            guard let found = try framer.take(from: &input) else {
                if !isInsideHead, !input.isEmpty {
                    isInsideHead = true
                    line.expire(in: HTTPLimits.head)
                }
                return .needMore
            }
            head = found
        } catch {
            return refuse(error, &input)
        }
        isInsideHead = false
        form = AnswerForm(head)
        services.requests.add()
        return judge(head, &input)
    }
    private func judge(_ head: HTTPRequestHead, _ input: inout ByteBuffer) -> Step? {
        let coding = head.headers["Content-Encoding"] ?? ""
        guard coding.isEmpty || coding == "identity" else {  // No request of ours inflates. (threat T13; RFC 9110 §15.5.16)
            return refuse(HTTPResponse(415, ["Accept-Encoding": "identity"]), head, &input)
        }
        switch services.router.handler(for: head.path).admit(head, on: line) {
        case .refuse(let response): return refuse(response, head, &input)
        case .read(let limit):
            if case .length(let count) = head.framing, count > limit { return refuse(HTTPResponse(413), head, &input) }
            if head.framing.most(limit) > HTTPLimits.unproven {
                line.deadline = nil
                state = .vouching(head, limit: limit)
                return .perform
            }
            return readBody(of: head, limit: limit, isFirst: input.isEmpty)
        }
    }
    /// nil: go on with the input.
    private func readBody(of head: HTTPRequestHead, limit: Int, isFirst: Bool) -> Step? {
        guard let body = BodyReader(head.framing, limit: limit, now: .now) else { return answer(HTTPRequest(head: head, body: [])) }
        if head.expectsContinue, isFirst { line.outbox.bytes.append(HTTPResponseWriter.interim) }
        line.deadline = body.deadline
        state = .body(head, body)
        return nil
    }
    /// Asks the handler, and the house whether it can hold so much. What the client has sent meanwhile waits in the transport's buffer.
    private func vouch(for head: HTTPRequestHead, limit: Int) async -> Step {
        let refusal = await services.router.handler(for: head.path).vouch(for: head, on: line)
        guard case .vouching = state, !line.isClosed else { return .close }
        let size = head.framing.most(limit)
        if refusal == nil, services.held.current + size <= HTTPLimits.held {
            services.held.add(size)
            held = size
            return readBody(of: head, limit: limit, isFirst: true) ?? .needMore
        }
        var response = refusal ?? HTTPResponse(503, ["Retry-After": "30"])
        response.closes = true
        write(response)
        return .close
    }
    private func letGo() {
        services.held.add(-held)
        held = 0
    }
    private func answer(_ request: HTTPRequest) -> Step {
        line.deadline = nil
        state = .answering(request)
        return .perform
    }

    // MARK: Refusals

    /// What was read makes no sense: whatever follows cannot be trusted. The transport sees to it that the client can read the answer
    /// before it sees the end. (RFC 9112 §9.6)
    private func refuse(_ error: HTTPSyntaxError, _ input: inout ByteBuffer) -> Step {
        services.malformed.add()
        services.log.debug("http.malformed", metadata: ["peer": "\(line.peer)", "status": "\(error.status)", "reason": "\(error.reason)"])
        form = AnswerForm()
        input.consume(input.count)
        write(HTTPResponse(error.status))
        return .close
    }
    /// A sound request that need not be read to its end. A body that is short is thrown away, and the connection stays.
    private func refuse(_ response: HTTPResponse, _ head: HTTPRequestHead, _ input: inout ByteBuffer) -> Step? {
        switch head.framing {
        case .none, .length(0):
            let step = finish(response)
            return step == .needMore && !input.isEmpty ? nil : step
        // A client that waits for 100 may send the body or not: the connection cannot be kept. (RFC 9110 §10.1.1)
        case .length(let count) where count <= HTTPLimits.discarded && !head.expectsContinue && staysOpen(after: response):
            write(response)
            state = .discarding(count)
            line.expire(in: HTTPLimits.bodyGrace)
            return nil
        case .length, .chunked:
            var response = response
            response.closes = true
            write(response)
            return .close
        }
    }
    // MARK: Answers

    package func perform() async -> Step {
        switch state {
        case .answering(let request):
            let answer = await services.router.handler(for: request.path).respond(to: request, on: line)
            guard case .answering = state else {  // closed while the handler waited
                if case .park(let exchange) = answer { exchange.closed() }
                return .close
            }
            switch answer {
            case .respond(let response): return await send(response)
            case .park(let exchange): return park(exchange)
            }
        case .sending(let response): return await send(response)
        case .vouching(let head, let limit): return await vouch(for: head, limit: limit)
        case .parked(let parking) where parking.wantsPerform:
            parking.wantsPerform = false
            let step = await parking.exchange.perform()
            guard case .parked = state else { return .close }
            if case .respond(let response) = step {
                unpark(parking)
                return await send(response)
            }
            if case .perform = step { return follow(.stay, parking) }
            return follow(step, parking)
        case .head, .body, .discarding, .parked: return .needMore
        case .closed: return .close
        }
    }
    /// Sends piece by piece, never further ahead of the client than the outbox likes.
    private func send(_ response: HTTPResponse) async -> Step {
        state = .sending(response)
        writeHead(response)
        guard HTTPResponseWriter.hasBody(response.status, method: form.hasBody ? "" : "HEAD") else { return ended(response) }
        for piece in response.body {
            var start = 0
            while start < piece.count {
                let end = min(start + HTTPLimits.piece, piece.count)
                line.outbox.bytes.append(piece[start..<end])
                start = end
                await line.outbox.ready()
                guard case .sending = state, !line.isClosed else { return .close }
            }
        }
        return ended(response)
    }
    /// Answers at once where the answer is small, by `perform` where it is not.
    private func finish(_ response: HTTPResponse) -> Step {
        guard response.bodyCount <= HTTPLimits.piece else {
            state = .sending(response)
            return .perform
        }
        write(response)
        return ended(response)
    }
    private func write(_ response: HTTPResponse) {
        writeHead(response)
        guard HTTPResponseWriter.hasBody(response.status, method: form.hasBody ? "" : "HEAD") else { return }
        for piece in response.body { line.outbox.bytes.append(piece) }
    }
    private func writeHead(_ response: HTTPResponse) {
        HTTPResponseWriter.writeHead(
            response, keepsAlive: staysOpen(after: response), isHTTP11: form.isHTTP11, seconds: Int64(time(nil)), to: &line.outbox.bytes)
    }
    private func staysOpen(after response: HTTPResponse) -> Bool { form.keepsAlive && !response.closes && !isDraining }

    private func ended(_ response: HTTPResponse) -> Step {
        guard staysOpen(after: response) else {
            state = .closed
            return .close
        }
        toHead()
        return .needMore
    }
    private func toHead() {
        letGo()
        state = .head
        isInsideHead = false
        line.expire(in: HTTPLimits.idle)
    }

    // MARK: Waiting

    private func park(_ exchange: any ParkedExchange) -> Step {
        letGo()
        state = .parked(Parking(exchange, form))
        services.parked.add(1)
        line.deadline = exchange.deadline
        return .needMore
    }
    private func unpark(_ parking: Parking) {
        services.parked.add(-1)
        form = parking.form
        parking.exchange.closed()
    }
    private func follow(_ step: ParkedStep, _ parking: Parking) -> Step {
        switch step {
        case .stay:
            line.deadline = parking.exchange.deadline
            return .needMore
        case .perform:
            parking.wantsPerform = true
            return .perform
        case .respond(let response):
            unpark(parking)
            let answered = finish(response)
            // Bytes that waited are looked at after a `perform`, even an idle one.
            return answered == .needMore && parking.wasInterrupted ? .perform : answered
        case .hangUp:
            unpark(parking)
            state = .closed
            return .close
        }
    }
    package func notice(_ changes: ChangeSet) -> Step {
        guard case .parked(let parking) = state else { return .needMore }
        return follow(parking.exchange.notice(changes), parking)
    }
    package func expired() -> Step {
        switch state {
        case .parked(let parking): return follow(parking.exchange.expired(), parking)
        case .head where isInsideHead, .body:
            form = AnswerForm()
            write(HTTPResponse(408))
            return .close
        case .head, .discarding, .closed: return .close
        case .answering, .sending, .vouching: return .needMore
        }
    }
    package func draining() -> Step {
        isDraining = true
        switch state {
        case .parked(let parking):
            let step = parking.exchange.draining()
            if case .stay = step { return follow(.hangUp, parking) }
            return follow(step, parking)
        case .head where !isInsideHead: return .close
        case .head, .body, .vouching, .answering, .sending: return .needMore  // the answer will say that the connection ends
        case .discarding, .closed: return .close
        }
    }
    package func closed() {
        if case .parked(let parking) = state { unpark(parking) }
        letGo()
        state = .closed
    }
}
