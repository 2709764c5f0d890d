import Bytes
import Groupware
import IMAPCodec
import Model

extension IMAPSession {
    /// COPY and UID COPY: all that is there, or nothing. What has been copied is never answered by NO, for a client would copy it again.
    /// (RFC 3501 §6.4.7, RFC 4315 §3, RFC 2180 §4.4)
    func copy(_ set: SequenceSet, _ name: [UInt8], byUID: Bool, _ view: MailboxView, _ account: AccountID) async -> Completion {
        guard let uids = resolve(set, byUID: byUID, view) else { return Self.invalidSet }
        guard let path = path(name) else { return ResponseFor.failure(.noSuchTarget) }
        guard !uids.isEmpty else { return .ok("COPY completed; no messages") }
        do throws(MailFailure) {
            let result = try await service.copyMove.copy(uids, from: view.folder, to: path, of: account, trace: trace)
            if result.target == view.folder { self.view?.isStale = true }
            if !byUID, result.from.isEmpty { return Self.expungedMeanwhile }
            return .ok("COPY completed", code: Self.copyUID(result))
        } catch {
            return ResponseFor.failure(error)
        }
    }
    /// nil where nothing was copied: a set has no empty form. Both lists ascend, so the runs correspond number by number.
    static func copyUID(_ result: CopyMove.Result) -> String? {
        guard !result.from.isEmpty else { return nil }
        var text = ByteBuffer("COPYUID \(result.uidValidity) ")
        ResponseWriter.set(UIDSet(result.from), to: &text)
        text.append(UInt8(ascii: " "))
        ResponseWriter.set(UIDSet(result.to), to: &text)
        return String(decoding: text.bytes, as: UTF8.self)
    }
}
