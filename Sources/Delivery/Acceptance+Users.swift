import Bytes
import Directory
import MailStore
import MIMECodec
import Model

/// Mail that a user hands in by SMTP: the same rules as for ActiveSync, on the header alone, however large the message. (RFC 6409 §8.1, §8.2)
extension Acceptance {
    enum SubmissionLimits {
        /// Octets of a header: what is searched for Bcc is all that there is, so none can hide behind it.
        static let header = 1_048_576
    }

    /// From and Sender are held against the user, Date, Message-ID and From added where they are missing, Bcc and Return-Path left out.
    /// What a stranger brings comes back as it is.
    func completed(_ incoming: Incoming) async throws -> Incoming {
        guard let user = incoming.origin.logIn else { return incoming }
        let start = incoming.traceOctets
        let header = try incoming.spool.withBytes { bytes -> [UInt8]? in
            let message = bytes.extracting(start..<bytes.count)
            let end = HeaderReader.end(of: message)
            guard end <= SubmissionLimits.header else { return nil }
            var header = ByteBuffer()
            header.append(message.extracting(0..<end))
            return header.take()
        }
        guard let header else { throw AcceptanceFailure.refused("The header is larger than \(SubmissionLimits.header) octets") }
        var draft = Draft(header)
        draft.keepsSender = true
        guard let authors = draft.authors else { throw AcceptanceFailure.refused("From or Sender cannot be read, or stands there twice") }
        for author in authors where try await !router.mayUse(author, user) {
            let words = "\(author) in From or Sender is not yours"
            throw AcceptanceFailure.rejected(Refusal(isTemporary: false, status: "5.7.1", words: words))
        }
        if !draft.hasFrom, let own = incoming.envelope.sender ?? MailAddress(user.name) { draft.replaceFrom(with: own) }
        draft.complete(date: incoming.date, hostname: hostname)
        guard draft.isChanged else { return incoming }

        let spool = incoming.spool.sibling()
        try incoming.spool.withBytes { bytes in
            try spool.append(bytes.extracting(0..<start))
            try draft.write(withBcc: false, to: spool)
            if start + header.count < bytes.count { try spool.append(bytes.extracting((start + header.count)..<bytes.count)) }
        }
        return Incoming(
            spool: spool, envelope: incoming.envelope, accounts: incoming.accounts, onward: incoming.onward, origin: incoming.origin,
            traceOctets: start, date: incoming.date)
    }
}
