import Bytes
import Groupware
import IMAPCodec
import MailStore
import Model
import SessionKit

extension IMAPSession {
    private static var messagesBetweenRests: Int { 1_024 }

    /// STORE and UID STORE. Silent or not, the client hears of a message that somebody else had changed as well. (RFC 3501 §6.4.6)
    func store(_ set: SequenceSet, _ request: StoreRequest, byUID: Bool, _ view: MailboxView) async -> Completion {
        guard !view.isReadOnly else { return Self.readOnly }
        guard let uids = resolve(set, byUID: byUID, view) else { return Self.invalidSet }
        guard !uids.isEmpty else { return .ok("STORE completed") }
        let change = FlagChange(request.operation, request.list.flags, keywords: request.list.keywords, mask: FlagList.visible)
        do throws(MailFailure) {
            let result = try await service.marking.setFlags(in: view.folder, uids, change, since: view.position, trace: trace)
            self.view?.made(result.own)
            let foreign = Set(result.foreign)
            var told = 0
            for state in result.states where !request.isSilent || foreign.contains(state.uid) {
                answerFlags(state, withUID: byUID)
                told += 1
                if told % Self.messagesBetweenRests == 0 {
                    await line.outbox.ready()
                    if line.isClosed { return .hangUp }
                }
            }
            if !byUID, result.states.count < view.numbers.count(in: uids) { return Self.expungedMeanwhile }
            return .ok("STORE completed")
        } catch {
            return ResponseFor.failure(error)
        }
    }
    private func answerFlags(_ state: ItemState, withUID: Bool) {
        guard let number = view?.numbers.number(of: state.uid), let isRecent = view?.isRecent(state.uid) else { return }
        view?.announceKeywords(state.keywords, to: &line.outbox.bytes)
        line.outbox.bytes.append("* ")
        line.outbox.bytes.append(decimal: number)
        line.outbox.bytes.append(" FETCH (FLAGS ")
        ResponseWriter.flags(state.flags, state.keywords, isRecent: isRecent, to: &line.outbox.bytes)
        if withUID {
            line.outbox.bytes.append(" UID ")
            line.outbox.bytes.append(decimal: Int(state.uid.rawValue))
        }
        line.outbox.bytes.append(")\r\n")
    }
}
