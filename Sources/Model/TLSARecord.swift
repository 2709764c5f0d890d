/// One association of a certificate with a name. (RFC 6698 §2.1)
package struct TLSARecord: Hashable, Sendable {
    package var usage: UInt8
    package var selector: UInt8
    package var matching: UInt8
    package var data: [UInt8]
    package init(usage: UInt8, selector: UInt8, matching: UInt8, data: [UInt8]) {
        self.usage = usage; self.selector = selector; self.matching = matching; self.data = data
    }
    /// What mail can use: DANE-TA or DANE-EE, selectors and matching types that we know, a digest of its length. A verification without one usable
    /// record fails; where none is usable, the caller asks for `.none`, and still for TLS. (RFC 7672 §3.1, §2.2)
    package var isUsable: Bool {
        guard usage == 2 || usage == 3, selector <= 1 else { return false }
        return switch matching {
        case 0: !data.isEmpty
        case 1: data.count == 32
        case 2: data.count == 64
        default: false
        }
    }
}
