import Directory
import Groupware
import IMAPCodec
import MailStore
import Model
import SessionKit

extension IMAPSession {
    /// What speaks against a message before its octets are sent; nil: it may come.
    func mayAppend(_ request: AppendRequest, _ size: Int) async -> Completion? {
        guard let account = user?.account else { return .bad("Log in first") }
        guard let path = path(request.mailbox) else { return ResponseFor.failure(.invalidName) }
        if size == 0 { return ResponseFor.failure(.emptyMessage) }
        do throws(MailFailure) {
            try await service.appending.check(path, of: account, size: size)
            return nil
        } catch {
            return ResponseFor.failure(error)
        }
    }
    /// RFC 3501 §6.3.11, with APPENDUID (RFC 4315 §3). The answer waits for the commit.
    func append(_ request: AppendRequest, _ message: Spool) async -> Completion {
        guard let account = user?.account else { return .bad("Log in first") }
        guard let path = path(request.mailbox) else { return ResponseFor.failure(.invalidName) }
        do throws(MailFailure) {
            let result = try await service.appending.append(
                message, to: path, of: account, flags: request.list.flags, keywords: request.list.keywords,
                date: request.date ?? service.settings.now(), trace: trace)
            if view?.folder == result.folder { view?.isStale = true }
            return .ok("APPEND completed", code: "APPENDUID \(result.uidValidity) \(result.uid)")
        } catch {
            return ResponseFor.failure(error)
        }
    }
    /// What the store's log and other protocols call a change of this session.
    var trace: String { "\(line.id)" }
}
