// One log-in by SCRAM: the messages are SCRAMServer's, keys and throttle are Credentials'.
internal import Crypto
internal import MailStore

final class SCRAMExchange {
    private enum State { case new, waitsForFinal(SCRAMCandidate), waitsForEnd(LogIn), ended }
    private let service: String
    private let address: String
    private let credentials: Credentials
    private var server: SCRAMServer
    private var state = State.new

    /// nil for a name that is no mechanism of SCRAM.
    init?(mechanism: String, service: String, address: String, credentials: Credentials, binding: ChannelBinding?) {
        let isBound = mechanism.hasSuffix("-PLUS")
        guard let hash = SCRAMKeys.Hash(rawValue: isBound ? String(mechanism.dropLast(5)) : mechanism), !isBound || binding != nil else { return nil }
        server = SCRAMServer(hash: hash, binding: isBound ? binding : nil, offersBinding: binding != nil)
        self.service = service
        self.address = address
        self.credentials = credentials
    }

    func step(_ response: [UInt8]?) async -> SASLExchange.Answer {
        switch state {
        case .new:
            // The client begins. (RFC 5802 §5)
            guard let response, !response.isEmpty else { return .challenge([]) }
            return await begin(response)
        case .waitsForFinal(let candidate): return finish(response ?? [], candidate)
        case .waitsForEnd(let logIn):
            // RFC 4422 §5.2: where the protocol cannot say success and more at once, an empty response is the client's consent.
            state = .ended
            return (response ?? []).isEmpty ? .success(logIn) : .failure(.malformed)
        case .ended: return .failure(.malformed)
        }
    }
    private func begin(_ message: [UInt8]) async -> SASLExchange.Answer {
        state = .ended
        do throws(SCRAMServer.Problem) { try server.begin(message) } catch { return .failure(.malformed) }
        do throws(LogInFailure) {
            let candidate = try await credentials.candidate(server.name, server.hash, service: service, address: address)
            state = .waitsForFinal(candidate)
            return .challenge(server.challenge(candidate.keys))
        } catch {
            return .failure(error)
        }
    }
    private func finish(_ message: [UInt8], _ candidate: SCRAMCandidate) -> SASLExchange.Answer {
        state = .ended
        let reply: [UInt8]?
        do throws(SCRAMServer.Problem) { reply = try server.verify(message, candidate.keys) } catch {
            if error == .malformed { return .failure(.malformed) }
            reply = nil
        }
        // Acting for another is not done here. (RFC 4422 §2)
        let isForSelf = server.authorization.isEmpty || LogInName.key(of: server.authorization) == LogInName.key(of: server.name)
            || LogInName.key(of: server.authorization) == candidate.account?.name
        do throws(LogInFailure) {
            let logIn = try credentials.settle(candidate, isRight: reply != nil && isForSelf, service: service, address: address)
            state = .waitsForEnd(logIn)
            return .challenge(reply ?? [])
        } catch {
            return .failure(error)
        }
    }
}
