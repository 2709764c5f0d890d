import Glibc
import Testing

/// Every file in Tests/Conversations/imap, one scenario each.
struct TalkTests {
    private static let folder = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/Conversations/imap"
    static let talks: [String] = {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) } }
            if name.hasSuffix(".talk") { names.append(name) }
        }
        return names.sorted()
    }()
    private static func read(_ name: String) -> String {
        guard let file = unsafe fopen(folder + "/" + name, "r") else { return "" }
        defer { unsafe fclose(file) }
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&piece, 1, piece.count, file)
            if count == 0 { return String(decoding: text, as: UTF8.self) }
            text += piece[..<count]
        }
    }
    @Test func thereAreTalks() { #expect(Self.talks.count >= 10) }

    @Test(arguments: Self.talks) func plays(_ name: String) async throws {
        let player = try TalkPlayer(Self.read(name))
        try await player.play(in: await IMAPHouse())
    }
}
