import EASCodec
import Groupware
import MIMECodec
import MailStore
import Model
import Testing

@testable import EASSession

/// What texts of the Keyword Query Language find among real mails. (MS-ASCMD §2.2.3.80.1)
@Suite struct KeywordConditionTests {
    /// 2023-11-16T02:00:00Z, a Thursday.
    static let now = Timestamp(seconds: 1_700_100_000)
    static let day: Int64 = 86_400

    struct World {
        let lab: PhoneLab
        let inbox: FolderID
        init() async throws {
            lab = try await PhoneLab()
            inbox = try await lab.inbox().id
            try await add("old boat", from: "ann@example.org", to: "carl@example.org", daysAgo: 40, "Wooden.")
            try await add(
                "new boat", from: "bob@example.org", to: "ann@example.org", cc: "carl@example.org", daysAgo: 1, "Plastic.", head: "Importance: high\r\n")
            try await add("lunch", from: "carl@example.org", to: "ann@example.org", daysAgo: 0, "On the boat.")
            try await lab.append(ItemOperationsTests.withFile("papers"), to: inbox, date: Timestamp(seconds: now.seconds - 3 * day))
        }
        func add(_ subject: String, from: String, to: String, cc: String = "x@example.org", daysAgo: Int64, _ text: String, head: String = "") async throws {
            let mail = "From: \(from)\r\nTo: \(to)\r\nCc: \(cc)\r\nSubject: \(subject)\r\n\(head)\r\n\(text)\r\n"
            try await lab.append(mail, to: inbox, date: Timestamp(seconds: now.seconds - daysAgo * day))
        }
        func find(_ text: String) async throws -> [String] {
            let query = try KeywordQuery(text, properties: KeywordCondition.properties)
            let condition = KeywordCondition(now: now).condition(query)
            let found = try await MailboxSearch(store: lab.store).find(condition, in: [inbox], until: .now + .seconds(60))
            return try await lab.store.read { store in
                try store.items(found.hits.map(\.item)).map { try SummaryView($0.summary)?.subject() ?? "?" }
            }
        }
    }
    static let questions: [(String, [String])] = [
        ("boat", ["lunch", "new boat", "old boat"]), ("subject:boat", ["new boat", "old boat"]), ("body:boat", ["lunch"]),
        ("subject:boat from:bob", ["new boat"]), ("from:ann from:carl", ["lunch", "old boat"]), ("from:ann AND from:carl", []),
        ("to:carl", ["old boat"]), ("cc:carl", ["new boat"]), ("recipients:carl", ["new boat", "old boat"]),
        ("participants:carl", ["lunch", "new boat", "old boat"]), ("boat NOT subject:boat", ["lunch"]), ("boat -plastic", ["lunch", "old boat"]),
        ("(plastic OR wooden) boat", ["new boat", "old boat"]), ("subject:\"old boat\"", ["old boat"]), ("subject:(lunch OR papers)", ["lunch", "papers"]),
        ("hasattachment:true", ["papers"]), ("hasattachment:no boat", ["lunch", "new boat", "old boat"]), ("importance:high", ["new boat"]),
        ("kind:email boat", ["lunch", "new boat", "old boat"]), ("kind:meetings", []), ("isread:false boat", ["lunch", "new boat", "old boat"]),
        ("isread:true", []), ("received:today", ["lunch"]), ("received:yesterday", ["new boat"]), ("received:\"this week\"", ["lunch", "new boat", "papers"]),
        ("received:2023-11-15", ["new boat"]), ("received:11/15/2023", ["new boat"]), ("received>=2023-11-15", ["lunch", "new boat"]),
        ("received<2023-11-13", ["old boat"]), ("received:2023-11-10..2023-11-14", ["papers"]), ("received:2023", ["lunch", "new boat", "papers", "old boat"]),
        ("received<>2023-11-15 boat", ["lunch", "old boat"]), ("received:2023-10", []), ("received:nonsense", []), ("importance:purple", []),
        ("size>4kb", ["papers"]), ("size<4kb boat", ["lunch", "new boat", "old boat"]), ("category:red", []), ("re:boat", []),
    ]
    @Test func findsWhatTheyMean() async throws {
        let world = try await World()
        for (text, expected) in Self.questions {
            let found = try await world.find(text)
            #expect(Set(found) == Set(expected) && found.count == expected.count, "\(text)")
        }
        #expect(try await world.find("boat") == ["lunch", "new boat", "old boat"], "newest first")
    }
    @Test func categoriesAreFound() async throws {
        let world = try await World(), inbox = world.inbox
        var properties = ItemProperties()
        properties.categories = ["Red boats"]
        let bytes = properties.encode()
        try await world.lab.store.write { store in
            let first = try store.states(in: inbox, UIDSet([1...9]), limit: 1)[0]
            _ = try store.setProperties(first.id, bytes, flag: false)
        }
        #expect(try await world.find("category:red") == ["old boat"])
        #expect(try await world.find("subject:lunch OR category:\"red boats\"") == ["lunch", "old boat"])
    }
}
