/// Names that wait their turn, each once, in order. Everything costs the same however many there are.
struct ReadyLine {
    private var entries: [(name: String, number: Int)] = []
    private var head = 0
    /// The entry of each name that counts; others are left over.
    private var numbers: [String: Int] = [:]
    private var counter = 0

    var isEmpty: Bool { numbers.isEmpty }
    func contains(_ name: String) -> Bool { numbers[name] != nil }
    /// To the end of the line, wherever it was.
    mutating func append(_ name: String) {
        counter += 1
        numbers[name] = counter
        entries.append((name, counter))
    }
    mutating func remove(_ name: String) { numbers[name] = nil }
    /// The next one, which stays.
    mutating func first() -> String? {
        while head < entries.count, numbers[entries[head].name] != entries[head].number { head += 1 }
        if head > 1_024, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
        guard head < entries.count else {
            (entries, head) = ([], 0)
            return nil
        }
        return entries[head].name
    }
}
