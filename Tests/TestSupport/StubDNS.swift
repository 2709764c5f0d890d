import Dispatch
import Glibc
import Synchronization

/// A name server for tests, on a loopback port of its own, over UDP and TCP: what it answers is the test's business, honest or not.
package final class StubDNS: Sendable {
    package struct Asked: Sendable {
        package var id: Int
        package var name: String
        package var type: Int
        package var isTCP: Bool
        package var octets: [UInt8]
    }
    package let port: Int
    package var server: String { "127.0.0.1:\(port)" }
    private let log = Mutex<[String]>([])
    private let isStopped = Atomic(false)
    private let datagrams: Int32
    private let listener: Int32

    /// "MX a.test", or "TCP MX a.test", for each question, in order.
    package var asked: [String] { log.withLock { $0 } }

    /// Answers with every message that the closure gives; TCP adds the lengths.
    package init(answer: @escaping @Sendable (Asked) -> [[UInt8]]) {
        var (datagrams, listener, port): (Int32, Int32, Int) = (-1, -1, 0)
        for _ in 0..<20 {
            datagrams = Self.bound(Int32(SOCK_DGRAM.rawValue), 0)
            port = Self.port(of: datagrams)
            listener = Self.bound(Int32(SOCK_STREAM.rawValue), port)
            if listener >= 0, listen(listener, 64) == 0 { break }
            close(datagrams)
        }
        (self.datagrams, self.listener, self.port) = (datagrams, listener, port)
        DispatchQueue(label: "stub.udp").async { [self] in serveDatagrams(answer) }
        DispatchQueue(label: "stub.tcp").async { [self] in serveStreams(answer) }
    }
    /// Answers from zone lines: "a.test MX 10 mx.a.test", "a.test TXT v=spf1 -all", "_25._tcp.mx.a.test TLSA 3 1 1 00ff…", "a.test A 192.0.2.1".
    /// Names that are not there do not exist; `isAuthentic` sets the AD bit. A name with the line "x.test FAIL" is answered with SERVFAIL.
    package convenience init(zone lines: [String], isAuthentic: Bool = false) {
        let zone = Zone(lines)
        self.init(answer: { [zone.answer(to: $0, isAuthentic: isAuthentic)] })
    }
    package func stop() { isStopped.store(true, ordering: .relaxed) }

    private static func bound(_ kind: Int32, _ port: Int) -> Int32 {
        // Nothing of it goes into programs that other tests start.
        let descriptor = socket(AF_INET, kind | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let answer = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard answer == 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }
    private static func port(of descriptor: Int32) -> Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(descriptor, $0, &size) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
    private func waits(_ descriptor: Int32, _ time: Int32 = 50) -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&waiting, 1, time) > 0
    }
    private func serveDatagrams(_ answer: (Asked) -> [[UInt8]]) {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while !isStopped.load(ordering: .relaxed) {
            guard waits(datagrams) else { continue }
            var from = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = unsafe withUnsafeMutablePointer(to: &from) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe recvfrom(datagrams, &bytes, bytes.count, 0, $0, &size) }
            }
            guard count > 12 else { continue }
            for message in answer(asked(Array(bytes[..<count]), isTCP: false)) {
                _ = unsafe withUnsafePointer(to: &from) {
                    unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe sendto(datagrams, message, message.count, 0, $0, size) }
                }
            }
        }
        close(datagrams)
    }
    private func serveStreams(_ answer: (Asked) -> [[UInt8]]) {
        while !isStopped.load(ordering: .relaxed) {
            guard waits(listener) else { continue }
            let taken = accept(listener, nil, nil)
            guard taken >= 0 else { continue }
            _ = fcntl(taken, F_SETFD, FD_CLOEXEC)
            while let message = message(taken) {
                for reply in answer(asked(message, isTCP: true)) {
                    let framed = [UInt8(reply.count >> 8 & 0xFF), UInt8(reply.count & 0xFF)] + reply
                    var sent = 0
                    while sent < framed.count {
                        let count = unsafe framed.withUnsafeBytes {
                            unsafe send(taken, $0.baseAddress.map { unsafe $0 + sent }, framed.count - sent, Int32(MSG_NOSIGNAL))
                        }
                        guard count > 0 else { break }
                        sent += count
                    }
                }
            }
            close(taken)
        }
        close(listener)
    }
    private func message(_ descriptor: Int32) -> [UInt8]? {
        func read(_ count: Int) -> [UInt8]? {
            var bytes = [UInt8](repeating: 0, count: count)
            guard waits(descriptor, 2000), unsafe recv(descriptor, &bytes, count, Int32(MSG_WAITALL)) == count else { return nil }
            return bytes
        }
        guard let length = read(2) else { return nil }
        return read(Int(length[0]) << 8 | Int(length[1]))
    }
    private func asked(_ octets: [UInt8], isTCP: Bool) -> Asked {
        var labels: [String] = []
        var place = 12
        while place < octets.count, octets[place] > 0, place + 1 + Int(octets[place]) < octets.count {
            labels.append(String(decoding: octets[place + 1..<place + 1 + Int(octets[place])], as: UTF8.self))
            place += 1 + Int(octets[place])
        }
        let type = place + 2 < octets.count ? Int(octets[place + 1]) << 8 | Int(octets[place + 2]) : 0
        let name = labels.joined(separator: ".")
        log.withLock { $0.append("\(isTCP ? "TCP " : "")\(Zone.names[type] ?? "\(type)") \(name)") }
        return Asked(id: Int(octets[0]) << 8 | Int(octets[1]), name: name, type: type, isTCP: isTCP, octets: octets)
    }
}

/// Zone lines as records.
private struct Zone: Sendable {
    static let types = ["A": 1, "NS": 2, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "TLSA": 52]
    static let names = Dictionary(uniqueKeysWithValues: types.map { ($1, $0) })
    private var records: [String: [(type: Int, data: [UInt8])]] = [:]

    init(_ lines: [String]) {
        for line in lines {
            let fields = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard fields.count >= 2 else { continue }
            let rest = fields.count > 2 ? fields[2] : ""
            records[fields[0].lowercased(), default: []].append((Self.types[fields[1]] ?? 0, Self.data(fields[1], rest)))
        }
    }
    private static func data(_ type: String, _ rest: String) -> [UInt8] {
        let words = rest.split(separator: " ").map(String.init)
        func number(_ index: Int) -> Int { index < words.count ? Int(words[index]) ?? 0 : 0 }
        switch type {
        case "A", "AAAA":
            var bytes = [UInt8](repeating: 0, count: type == "A" ? 4 : 16)
            unsafe inet_pton(type == "A" ? AF_INET : AF_INET6, rest, &bytes)
            return bytes
        case "MX": return Answers.mx(number(0), words.last == "." ? "" : words.last ?? "")
        case "TXT":
            let text = Array(rest.utf8)
            return stride(from: 0, to: text.count, by: 255).flatMap { start in
                [UInt8(min(255, text.count - start))] + text[start..<min(text.count, start + 255)]
            }
        case "SRV": return Answers.two(number(0)) + Answers.two(number(1)) + Answers.two(number(2)) + Answers.name(words.last ?? "")
        case "TLSA":
            let digits = Array((words.last ?? "").utf8)
            let data = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16) ?? 0 }
            return [UInt8(number(0)), UInt8(number(1)), UInt8(number(2))] + data
        case "FAIL": return []
        default: return Answers.name(rest)
        }
    }
    func answer(to asked: StubDNS.Asked, isAuthentic: Bool) -> [UInt8] {
        var name = asked.name.lowercased()
        var answers: [Answers.Record] = []
        for _ in 0..<16 {
            guard let alias = records[name]?.first(where: { $0.type == 5 }), asked.type != 5 else { break }
            answers.append(Answers.Record(name, 5, alias.data))
            name = Self.text(alias.data)
        }
        let here = records[name]
        for record in here ?? [] where record.type == asked.type { answers.append(Answers.Record(name, record.type, record.data)) }
        let code = here == nil ? 3 : here?.contains { $0.type == 0 } == true ? 2 : 0
        let found = answers.contains { $0.type == asked.type }
        let soa = found || code == 2 ? [] : [Answers.Record("test", 6, Answers.soa(minimum: 60))]
        return Answers(
            id: asked.id, flags: (isAuthentic ? Answers.withAD : 0x8180) | code, question: asked.name, type: asked.type, answers: answers, authorities: soa
        ).octets
    }
    private static func text(_ name: [UInt8]) -> String {
        var labels: [String] = []
        var place = 0
        while place < name.count, name[place] > 0 {
            labels.append(String(decoding: name[place + 1..<place + 1 + Int(name[place])], as: UTF8.self))
            place += 1 + Int(name[place])
        }
        return labels.joined(separator: ".").lowercased()
    }
}
