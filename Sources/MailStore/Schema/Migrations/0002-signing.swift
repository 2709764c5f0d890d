/// Keys that sign, and what judging remembers.
extension Migration0002 {
    static let signing: [String] = []
}
