import Groupware
import IMAPCodec
import Model
import SessionKit

extension IMAPSession {
    /// MOVE and UID MOVE: COPYUID first, then the EXPUNGEs, then the tagged answer. (RFC 6851 §4.3)
    func move(_ set: SequenceSet, _ name: [UInt8], byUID: Bool, _ view: MailboxView, _ account: AccountID) async -> Completion {
        guard !view.isReadOnly else { return Self.readOnly }
        guard let uids = resolve(set, byUID: byUID, view) else { return Self.invalidSet }
        guard let path = path(name) else { return ResponseFor.failure(.noSuchTarget) }
        guard !uids.isEmpty else { return .ok("MOVE completed; no messages") }
        do throws(MailFailure) {
            let result = try await service.copyMove.move(uids, from: view.folder, to: path, of: account, trace: trace)
            if result.target == view.folder { self.view?.isStale = true }
            if let code = Self.copyUID(result) { write("* OK [\(code)] Moved\r\n") }
            self.view?.expunge(result.from, to: &line.outbox.bytes)
            if !byUID, result.from.count < view.numbers.count(in: uids) { return Self.expungedMeanwhile }
            return .ok("MOVE completed")
        } catch {
            return ResponseFor.failure(error)
        }
    }
}
