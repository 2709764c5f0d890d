/// The queue of mail on its way to other servers.
extension Migration0002 {
    static let queue: [String] = []
}
