import Directory
import Logging
import SessionKit

extension IMAPSession {
    /// RFC 3501 §6.2.3
    func login(_ name: [UInt8], _ password: [UInt8]) async -> Completion {
        guard allowsPlaintext else { return .no("Passwords need TLS", code: "PRIVACYREQUIRED") }
        do throws(LogInFailure) {
            let user = try await service.directory.logIn(
                String(decoding: name, as: UTF8.self), password: String(decoding: password, as: UTF8.self), service: "imap", address: line.peer.address)
            return welcome(user)
        } catch {
            return await turnAway(error)
        }
    }
    func welcome(_ user: LogIn) -> Completion {
        // RFC 5530 §3: LIMIT is for what one user may have at once. (threat T32)
        guard service.allowances.enter(user.account) else {
            log.notice("imap.refused", metadata: ["reason": "connections", "user": "\(user.name)"])
            return .no("You have too many connections already", code: "LIMIT")
        }
        enter(user)
        log.info("imap.login", metadata: ["user": "\(user.name)", "address": "\(line.peer.address)", "tls": "\(line.security?.version ?? "none")"])
        return .ok("Logged in", code: "CAPABILITY \(capabilities)")
    }
    /// The answer to a wrong password takes its time, and the third ends the line. (threat T21)
    func turnAway(_ failure: LogInFailure) async -> Completion {
        let isLast = machine.logInFailed()
        if failure == .wrong || failure == .throttled || failure == .disabled {
            log.notice("imap.login-failed", metadata: ["address": "\(line.peer.address)", "reason": "\(failure)"])
            try? await Task.sleep(for: service.settings.failureDelay)
        }
        var completion = ResponseFor.failure(failure)
        if isLast {
            write("* BYE Too many failed log-ins\r\n")
            machine.loggedOut()
            completion.next = .close
        }
        return completion
    }
}
