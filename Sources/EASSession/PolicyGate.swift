import Crypto
import EASCodec
import HTTPCodec
import MailStore

/// Whether a device has done what the policy asks: the key that it was given for that is compared at each command. Without a policy nothing is asked.
/// (MS-ASPROV §3.2.5.1, MS-ASHTTP §2.2.1.1.2.4; threat T34)
enum PolicyGate {
    /// nil: let in. Provision needs no key, and Ping need not bring one.
    static func refusal(_ command: String, _ key: UInt32?, _ device: DeviceRow, _ policy: DevicePolicy) -> CommonStatus? {
        if command == "Provision" || policy.isEmpty || device.control.isExempt { return nil }
        // Never provisioned, or for another policy than now.
        guard device.policyKey != 0, device.control.policyRevision == policy.revision else { return .notProvisioned }
        guard let key else { return command == "Ping" ? nil : .notProvisioned }
        // Clients that begin anew send 0.
        guard key != 0 else { return .notProvisioned }
        return equal(key, device.policyKey) ? nil : .invalidPolicyKey
    }
    /// The key of a request; nil where it has none. What is no number is a key that nobody has.
    static func key(_ query: EASQuery, _ headers: HTTPHeaders) -> UInt32? {
        if let key = query.policyKey { return key }
        guard let text = headers["X-MS-PolicyKey"].map(EASRequest.trimmed), !text.isEmpty else { return nil }
        return UInt32(text) ?? UInt32.max
    }
    /// In a time that tells nothing. 0 equals nothing.
    static func equal(_ one: UInt32, _ other: UInt32) -> Bool { one != 0 && ConstantTime.equal(bytes(one), bytes(other)) }
    private static func bytes(_ key: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: key >> (8 * $0)) } }

    /// From the kernel; never 0, never another of the given, and never so large that a client takes it for a negative number.
    static func newKey(not others: UInt32...) -> UInt32 {
        while true {
            let key = Random.bytes(4).reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
            if key != 0, !others.contains(key) { return key }
        }
    }
}
