/// Stored keys of SCRAM. (RFC 5802)
extension Migration0002 {
    static let scram: [String] = []
}
