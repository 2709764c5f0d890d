/// What the status values were before 14.0, when failures of a whole command were codes of HTTP. (MS-ASCMD §2.2.2, MS-ASHTTP §2.2.2.1.1)
extension CommonStatus {
    private static let codes: [Int: Int] = [
        101: 400, 102: 400, 103: 400, 104: 400, 105: 400, 106: 400, 107: 400, 108: 400, 109: 400, 110: 500, 111: 503, 112: 403, 113: 507, 114: 503,
        124: 401, 125: 403, 126: 403, 129: 403, 130: 403, 131: 403, 132: 403, 137: 501, 138: 400, 140: 449, 141: 449, 142: 449, 143: 449, 144: 449,
        147: 501, 177: 403,
    ]
    /// Where one command differs from the others.
    private static let exceptions: [String: [Int: Int]] = [
        "SendMail": [106: 500, 107: 500], "SmartReply": [106: 500, 107: 500], "SmartForward": [106: 500, 107: 500], "Provision": [132: 500],
    ]
    /// What has no code of its own is an error of the server: devices try again later, and tell their user.
    func http(of command: String) -> Int { Self.exceptions[command]?[code] ?? Self.codes[code] ?? 500 }
}
