import Bytes
import MIMECodec
import Model

/// Whether our own judgement, written when a message came, says that its sender is who it says. (RFC 8601)
enum SenderProof {
    static func isProved(_ stored: [UInt8], hostname: String) -> Bool {
        for value in HeaderReader.values("Authentication-Results", in: stored.span) {
            let text = ASCII.lowercased(String(decoding: value, as: UTF8.self))
            guard text.hasPrefix(ASCII.lowercased(hostname)) else { continue }
            return text.contains("spf=pass") || text.contains("dmarc=pass")
        }
        return false
    }
}
