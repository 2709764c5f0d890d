import SMTPCodec

/// BDAT: the message in chunks whose size is told before. (RFC 3030)
///
/// The octets of a chunk are read whatever is said about it, so that none of them is ever run as a command; and a transaction with a chunk
/// that failed is over, so that the rest of a message never becomes a message. (threat T4: Postfix's changes of July and August 2026)
extension SMTPMachine {
    enum ChunkLimits {
        /// A chunk of more octets is not even read over.
        static let size = 1 << 30
        /// Chunks of fewer octets, but for the last, count among the commands that do nothing.
        static let tiny = 512
    }

    mutating func chunk(_ command: Command) -> Action {
        guard case .chunk(let size, let isLast) = command else { return refuse(CommandError.unknownCommand.reply) }
        guard size <= ChunkLimits.size else { return close(Self.tooLarge(settings.messageSize)) }
        let refusal = refusalOfChunk(size)
        chunk = Chunk(size: size, isLast: isLast, refusal: refusal, before: state)
        state = .chunk
        return .chunk(size: size, isKept: refusal == nil)
    }
    private func refusalOfChunk(_ size: Int) -> Reply? {
        guard let transaction else { return Reply(503, "5.5.1", "BDAT comes after RCPT") }
        if transaction.recipients.isEmpty { return Reply(554, "5.5.1", "No valid recipients") }
        return transaction.received + size > settings.messageSize ? Self.tooLarge(settings.messageSize) : nil
    }

    /// There is no place for the chunk that is being read.
    mutating func refuseChunk(_ reply: Reply) {
        guard let chunk else { return }
        self.chunk = Chunk(size: chunk.size, isLast: chunk.isLast, refusal: reply, before: chunk.before)
    }

    /// The octets of the chunk have come, or there was no place to put them.
    mutating func endChunk(_ end: DataEnd) -> Action {
        guard let ended = chunk else { return close(Self.trouble) }
        chunk = nil
        state = ended.before
        if let refusal = ended.refusal {
            endTransaction()
            return refuse(refusal)
        }
        // What was wrong with an earlier piece has ended the transaction; what is wrong now does so here.
        guard end == .complete else {
            state = .data
            return endData(end)
        }
        transaction?.received += ended.size
        if ended.isLast {
            state = .data
            return endData(.complete)
        }
        state = .chunks
        return .reply(Reply(250, "2.0.0", "\(ended.size) octets received"))
    }
}

extension Command {
    /// A message in many tiny pieces costs more than it is worth. (threat T4)
    var isTinyChunk: Bool {
        guard case .chunk(let size, let isLast) = self else { return false }
        return !isLast && size < SMTPMachine.ChunkLimits.tiny
    }
}
