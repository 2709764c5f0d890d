import Bytes
import Model

extension MessageSummary {
    /// Linear in the octets; never fails: whatever the message is, the summary says what can be read of it.
    package init(parsing message: Span<UInt8>) {
        self.init()
        size = message.count
        let (root, fields) = MessageParser.parse(message)
        self.root = root
        envelope = MessageEnvelope(fields, message)
    }
}
