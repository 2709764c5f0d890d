/// Which destination is to be looked at when: a heap with one entry for each, however many messages wait there.
struct Agenda {
    private struct Entry { let time: Int64; let name: String }
    private var heap: [Entry] = []
    /// The earliest time of each; entries of the heap that say another are old.
    private var times: [String: Int64] = [:]

    var count: Int { times.count }
    /// Sooner wins.
    mutating func add(_ name: String, at time: Int64) {
        if let known = times[name], known <= time { return }
        times[name] = time
        heap.append(Entry(time: time, name: name))
        var child = heap.count - 1
        while child > 0, heap[(child - 1) / 2].time > heap[child].time {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }
    /// The earliest time of all.
    mutating func first() -> Int64? {
        while let top = heap.first, times[top.name] != top.time { removeTop() }
        return heap.first?.time
    }
    /// Everything that is due.
    mutating func take(until now: Int64) -> [String] {
        var due: [String] = []
        while let time = first(), time <= now, let top = heap.first {
            removeTop()
            times[top.name] = nil
            due.append(top.name)
        }
        return due
    }
    private mutating func removeTop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].time < heap[least].time { least = child }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
