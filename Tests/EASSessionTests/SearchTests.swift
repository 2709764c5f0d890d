import EASCodec
import MailStore
import Model
import Testing

/// Search from a phone's side, on a real store: people, mail, pages, names of results, refusals.
@Suite struct SearchTests {
    typealias Body = @Sendable (inout TokenWriter) -> Void

    func ask(_ name: String, range: String? = "0-99", isDeep: Bool = true, options: Body? = nil, _ query: Body) -> [UInt8] {
        var writer = TokenWriter()
        writer.element(Search.search) { writer in
            writer.element(Search.store) { writer in
                writer.element(Search.name, name)
                query(&writer)
                writer.element(Search.options) { writer in
                    if isDeep { writer.empty(Search.deepTraversal) }
                    if let range { writer.element(Search.range, range) }
                    options?(&writer)
                }
            }
        }
        return writer.finish()
    }
    func people(_ phone: PhoneLine, _ text: String, range: String = "0-99", options: Body? = nil) async throws -> WBXMLElement {
        try await store(phone, ask("GAL", range: range, options: options) { $0.element(Search.query, text) })
    }
    func mail(
        _ phone: PhoneLine, _ text: String?, in folders: [String] = [], range: String? = "0-99", isDeep: Bool = true, options: Body? = nil, more: Body? = nil
    ) async throws -> WBXMLElement {
        try await store(
            phone,
            ask("Mailbox", range: range, isDeep: isDeep, options: options) { writer in
                writer.element(Search.query) { writer in
                    writer.element(Search.and) { writer in
                        writer.element(AirSync.class, "Email")
                        for folder in folders { writer.element(AirSync.collectionId, folder) }
                        if let text { writer.element(Search.freeText, text) }
                        more?(&writer)
                    }
                }
            })
    }
    func store(_ phone: PhoneLine, _ body: [UInt8]) async throws -> WBXMLElement {
        let root = try await phone.root("Search", body)
        #expect(root[Search.status]?.integer == 1)
        guard let store = root[Search.response]?[Search.store] else { throw StoreError.notFound }
        return store
    }
    func subjects(_ store: WBXMLElement) -> [String] { store.all(Search.result).compactMap { $0[Search.properties]?[Email.subject]?.text } }
    func names(_ store: WBXMLElement) -> [String] { store.all(Search.result).compactMap { $0[Search.properties]?[GAL.emailAddress]?.text } }
    func status(_ store: WBXMLElement) -> Int? { store[Search.status]?.integer }

    // MARK: People

    /// MS-ASCMD_R421, MS-ASCMD_R5711, MS-ASCMD_R420, MS-ASCMD_R3699
    @Test(arguments: [
        ("bo", ["bob@example.org"]), ("BOB", ["bob@example.org"]), ("builder", ["bob@example.org"]), ("the b", ["bob@example.org"]),
        ("b.uilder", ["bob@example.org"]), ("bob@example.org", ["bob@example.org"]), ("ob", []), ("crew", ["crew@example.org"]), ("zz", []),
    ])
    func findsPeopleByTheBeginning(_ text: String, _ expected: [String]) async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        try await lab.store.write { store in
            try store.setAccount(lab.bob, displayName: "The Builder")
            try store.addAddress(AddressRow(address: "b.uilder@example.org", target: .account(lab.bob)))
            try store.addAddress(AddressRow(address: "crew@example.org", target: .account(lab.bob)))
            try store.addAddress(AddressRow(address: "crew@example.org", target: .account(lab.ann)))
        }
        let found = try await people(phone, text)
        #expect(status(found) == 1)
        #expect(names(found) == expected)
        #expect(found[Search.total]?.integer == expected.count)
        // MS-ASCMD_R3847: nobody found, no Result.
        #expect(found.all(Search.result).count == expected.count)
    }
    /// MS-ASCMD_R426
    @Test func peopleComeByTheirNamesAndInPages() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        try await lab.store.write { store in
            for name in ["dora", "carl", "emil"] {
                let account = try store.addAccount(name: "\(name)@example.org", displayName: "Team \(name)", quota: nil)
                try store.addAddress(AddressRow(address: "\(name)@example.org", target: .account(account)))
            }
        }
        let all = try await people(phone, "team")
        #expect(names(all) == ["carl@example.org", "dora@example.org", "emil@example.org"])
        // MS-ASCMD_R4638: all of them told, Total is one more than the end of Range.
        #expect(all[Search.range]?.text == "0-2" && all[Search.total]?.integer == 3)
        // MS-ASCMD_R419
        let some = try await people(phone, "team", range: "1-1")
        #expect(names(some) == ["dora@example.org"])
        #expect(some[Search.range]?.text == "1-1" && some[Search.total]?.integer == 3)
    }
    /// MS-ASCMD_R4373
    // MS-ASCMD_R4371 MS-ASCMD_R4970
    @Test func whoHasNoPictureSaysSo() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        let found = try await people(phone, "bob") { $0.empty(Search.picture) }
        #expect(found[Search.result]?[Search.properties]?[GAL.picture]?[GAL.status]?.integer == 173)
        let plain = try await people(phone, "bob")
        #expect(plain[Search.result]?[Search.properties]?[GAL.picture] == nil)
    }
    /// Threat T36: users of other domains are strangers; and nobody is handed the whole list.
    @Test func strangersAndTheWholeListDoNotShow() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        try await lab.store.write { store in
            try store.addDomain("other.example")
            let account = try store.addAccount(name: "bobby@other.example", displayName: "Bobby", quota: nil)
            try store.addAddress(AddressRow(address: "bobby@other.example", target: .account(account)))
        }
        #expect(names(try await people(phone, "bob")) == ["bob@example.org"])
        #expect(names(try await people(phone, "bobby@other.example")) == [])
        for text in ["", " ", "@", "%", "*"] { #expect(names(try await people(phone, text)) == [], "\(text)") }
    }

    // MARK: Mail

    // MS-ASCMD_R3849
    @Test func findsAWordWhereverPeopleLook() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        try await lab.append(PhoneLab.mail("about harbours"), to: inbox.id, date: Timestamp(seconds: 1000))
        try await lab.append(PhoneLab.mail("other", "Down at the Harbour."), to: inbox.id, date: Timestamp(seconds: 3000))
        try await lab.append(PhoneLab.mail("nothing"), to: inbox.id)
        let found = try await mail(phone, "harbour", in: ["\(inbox.id)"])
        #expect(status(found) == 1)
        // Newest first.
        #expect(subjects(found) == ["other", "about harbours"])
        #expect(found[Search.range]?.text == "0-1" && found[Search.total]?.integer == 2)
        let result = found[Search.result]
        // MS-ASCMD_R5849, MS-ASCMD_R3687
        #expect(result?[AirSync.class]?.text == "Email" && result?[AirSync.collectionId]?.text == "\(inbox.id)")
        #expect(subjects(try await mail(phone, "otto", in: ["\(inbox.id)"])).count == 3)
        #expect(subjects(try await mail(phone, "harbour down", in: ["\(inbox.id)"])) == ["other"])
        #expect(subjects(try await mail(phone, "\"the harbour\"", in: ["\(inbox.id)"])) == ["other"])
        // Quirk of BlackBerry 10.
        #expect(subjects(try await mail(phone, "harbour;down;09/12/2025-09/19/2026;")) == ["other"])
        // MS-ASCMD_R3850: nothing found, one empty Result.
        let none = try await mail(phone, "nowhere")
        #expect(status(none) == 1 && none.all(Search.result).map(\.isEmpty) == [true])
        #expect(none[Search.total]?.integer == 0 && none[Search.range] == nil)
    }
    /// MS-ASCMD_R2031, MS-ASCMD_R5856, MS-ASCMD_R2146
    @Test func looksInTheFoldersNamedAndBelowThem() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let below = try await lab.store.write {
            try $0.addFolder(account: lab.ann, parent: inbox.id, name: "Below", itemClass: .mail, role: nil, isSubscribed: true).id
        }
        try await lab.append(PhoneLab.mail("word above"), to: inbox.id)
        try await lab.append(PhoneLab.mail("word below"), to: below)
        try await lab.append(PhoneLab.mail("word sent"), to: try await lab.folder(.sent, lab.ann).id)
        #expect(subjects(try await mail(phone, "word", in: ["\(inbox.id)"], isDeep: false)) == ["word above"])
        #expect(subjects(try await mail(phone, "word", in: ["\(inbox.id)"])).sorted() == ["word above", "word below"])
        #expect(subjects(try await mail(phone, "word", in: ["\(below)"])) == ["word below"])
        for everywhere in [[], ["0"]] { #expect(subjects(try await mail(phone, "word", in: everywhere)).count == 3) }
        // Another user's folder is no folder.
        let bobs = try await lab.folder(.inbox, lab.bob).id
        #expect(status(try await mail(phone, "word", in: ["\(bobs)"])) == 11)
        #expect(status(try await mail(phone, "word", in: ["nonsense"])) == 11)
    }
    @Test func looksBetweenTwoDatesAndInAConversation() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        for (subject, seconds) in [("first", 1_700_000_000), ("second", 1_700_100_000), ("third", 1_700_200_000)] {
            try await lab.append(PhoneLab.mail("word \(subject)"), to: inbox.id, date: Timestamp(seconds: Int64(seconds)))
        }
        func dated(_ tag: WBXMLTag, _ time: String) -> Body {
            { writer in
                writer.element(tag) { writer in
                    writer.empty(Email.dateReceived)
                    writer.element(Search.value, time)
                }
            }
        }
        // 1,700,000,000 is 2023-11-14T22:13:20Z: "greater than" leaves it out itself.
        let later = try await mail(phone, "word", more: dated(Search.greaterThan, "2023-11-14T22:13:20.000Z"))
        #expect(subjects(later) == ["word third", "word second"])
        let earlier = try await mail(phone, "word", more: dated(Search.lessThan, "20231116T020001Z"))
        #expect(subjects(earlier) == ["word second", "word first"])
        #expect(status(try await mail(phone, "word", more: dated(Search.lessThan, "tomorrow"))) == 2)
        let conversation = later[Search.result]?[Search.properties]?[Email2.conversationId]?.content ?? []
        let thread = try await mail(phone, nil, more: { $0.element(Search.conversationId, opaque: conversation) })
        #expect(subjects(thread) == ["word third"])
        let either = try await mail(
            phone, nil,
            more: { writer in
                writer.element(Search.or) { writer in
                    writer.element(Search.freeText, "first")
                    writer.element(Search.freeText, "third")
                }
            })
        #expect(subjects(either) == ["word third", "word first"])
    }
    /// MS-ASCMD_R3725, MS-ASCMD_R3729, MS-ASCMD_R4633: and what came meanwhile does not shift the second page.
    @Test func pagesAreOfOneResult() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        for number in 0..<5 { try await lab.append(PhoneLab.mail("word \(number)"), to: inbox.id, date: Timestamp(seconds: Int64(number) * 100)) }
        let first = try await mail(phone, "word", range: "0-2")
        #expect(subjects(first) == ["word 4", "word 3", "word 2"])
        #expect(first[Search.range]?.text == "0-2" && first[Search.total]?.integer == 5)
        try await lab.append(PhoneLab.mail("word new"), to: inbox.id)
        let second = try await mail(phone, "word", range: "3-5")
        #expect(subjects(second) == ["word 1", "word 0"])
        #expect(second[Search.range]?.text == "3-4")
        #expect(subjects(try await mail(phone, "word", range: "3-5") { $0.empty(Search.rebuildResults) }) == ["word 2", "word 1", "word 0"])
        #expect(subjects(try await mail(phone, "word", range: "0-0")) == ["word new"])
        let beyond = try await mail(phone, "word", range: "70-80")
        #expect(status(beyond) == 1 && subjects(beyond) == [])
    }
    // MS-ASAIRS_R73 MS-ASCMD_R2403 MS-ASCMD_R3851
    @Test func aBodyIsGivenAsItIsPreferred() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        try await lab.append(PhoneLab.mail("word", String(repeating: "text ", count: 400)), to: inbox.id)
        let cut = try await mail(phone, "word") { writer in
            writer.element(AirSyncBase.bodyPreference) { writer in
                writer.element(AirSyncBase.type, 1)
                writer.element(AirSyncBase.truncationSize, 10)
            }
        }
        #expect(cut[Search.result]?[Search.properties]?[AirSyncBase.body]?[AirSyncBase.data]?.content.count == 10)
        // MS-ASCMD_R3384, MS-ASCMD_R3388
        let whole = try await mail(phone, "word") { writer in
            writer.element(AirSync.mimeSupport, 2)
            writer.element(AirSyncBase.bodyPreference) { $0.element(AirSyncBase.type, 4) }
        }
        let body = whole[Search.result]?[Search.properties]?[AirSyncBase.body]
        #expect(body?[AirSyncBase.type]?.integer == 4 && body?[AirSyncBase.data]?.text.hasPrefix("From: Otto") == true)
    }

    // MARK: Names of results

    @Test func aLongIdBringsTheItemWhereverItLiesNow() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let item = try await lab.append(PhoneLab.mail("word", "The whole."), to: inbox.id)
        let name = try await mail(phone, "word")[Search.result]?[Search.longId]?.text ?? ""
        let archive = try await lab.folder(.archive, lab.ann).id
        _ = try await lab.store.write { try $0.move(item.id, to: archive) }
        let found = try await fetch(phone, name)
        #expect(found[ItemOperations.status]?.integer == 1 && found[Search.longId]?.text == name)
        #expect(found[ItemOperations.properties]?[AirSyncBase.body]?[AirSyncBase.data]?.text == "The whole.\r\n")
        // Threat T25: the name is worth nothing to another user, nor changed.
        let other = await PhoneLine(lab, device: "PHONE2")
        other.user = "bob@example.org"
        #expect(try await fetch(other, name)[ItemOperations.status]?.integer == 6)
        for wrong in [name + "0", "\(item.id)", "", "\(item.id)-", String(repeating: "9", count: 300)] {
            #expect(try await fetch(phone, wrong)[ItemOperations.status]?.integer == 6, "\(wrong)")
        }
    }
    func fetch(_ phone: PhoneLine, _ name: String) async throws -> WBXMLElement {
        var writer = TokenWriter()
        writer.element(ItemOperations.itemOperations) { writer in
            writer.element(ItemOperations.fetch) { writer in
                writer.element(ItemOperations.store, "Mailbox")
                writer.element(Search.longId, name)
            }
        }
        return try await phone.root("ItemOperations", writer.finish())[ItemOperations.response]?[ItemOperations.fetch] ?? WBXMLElement(Search.result)
    }

    // MARK: Refusals

    static let refused: [(String, Int, String, Body)] = [
        // MS-ASCMD_R4329
        ("no query", 2, "Mailbox", { _ in }),
        ("an empty query", 2, "Mailbox", { $0.empty(Search.query) }),
        ("no criterion", 2, "Mailbox", { $0.element(Search.query) { $0.element(Search.and) { $0.element(AirSync.class, "Email") } } }),
        ("an empty text", 2, "Mailbox", { $0.element(Search.query) { $0.element(Search.and) { $0.element(Search.freeText, "") } } }),
        ("an element of the class", 2, "Mailbox", { $0.element(Search.query) { $0.element(Search.and) { $0.element(Email.subject, "x") } } }),
        // MS-ASCMD_R772
        (
            "two Ands", 8, "Mailbox",
            { writer in
                writer.element(Search.query) { writer in
                    for _ in 0..<2 { writer.element(Search.and) { $0.element(Search.freeText, "x") } }
                }
            }
        ),
        // MS-ASCMD_R3105
        ("a text outside of And", 8, "Mailbox", { $0.element(Search.query) { $0.element(Search.freeText, "x") } }),
        // MS-ASCMD_R923
        (
            "a class in Or", 8, "Mailbox",
            { $0.element(Search.query) { $0.element(Search.and) { $0.element(Search.or) { $0.element(AirSync.class, "Email") } } } }
        ),
        // MS-ASCMD_R2032
        (
            "a folder in Or", 8, "Mailbox",
            { $0.element(Search.query) { $0.element(Search.and) { $0.element(Search.or) { $0.element(AirSync.collectionId, "1") } } } }
        ),
        // MS-ASCMD_R2086
        (
            "a conversation in Or", 8, "Mailbox",
            { $0.element(Search.query) { $0.element(Search.and) { $0.element(Search.or) { $0.element(Search.conversationId, "1") } } } }
        ),
        // MS-ASCMD_R3143, MS-ASCMD_R3220
        (
            "a date outside of And", 8, "Mailbox",
            { $0.element(Search.query) { $0.element(Search.greaterThan) { $0.element(Search.value, "2024-01-01T00:00:00.000Z") } } }
        ),
        (
            "too many words", 8, "Mailbox",
            { $0.element(Search.query) { $0.element(Search.and) { $0.element(Search.freeText, "a " + String(repeating: "b ", count: 40)) } } }
        ),
        // MS-ASCMD_R4339
        ("another server's documents", 5, "DocumentLibrary", { $0.element(Search.query) { $0.element(Search.equalTo) { $0.element(Search.value, "x") } } }),
        ("an unknown store", 2, "Cellar", { $0.element(Search.query, "x") }),
    ]
    // MS-ASCMD_R4321 MS-ASCMD_R4325 MS-ASEMAIL_R68
    @Test(arguments: Self.refused.indices) func refusesWhatItCannotAsk(_ index: Int) async throws {
        let (name, expected, store, query) = Self.refused[index]
        let found = try await self.store(await PhoneLine(try await PhoneLab()), ask(store, query))
        #expect(status(found) == expected, "\(name)")
        #expect(found.all(Search.result).isEmpty)
    }
    @Test(arguments: [("1-0", 2), ("a-b", 2), ("-", 2), ("5", 2), ("0-99999999999", 2), ("1000-1001", 12), ("0-500", 1)])
    func refusesRangesThatAreNone(_ range: String, _ expected: Int) async throws {
        #expect(status(try await people(await PhoneLine(try await PhoneLab()), "bob", range: range)) == expected)
    }
    @Test func otherClassesFindNothing() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        try await lab.append(PhoneLab.mail("word"), to: try await lab.inbox().id)
        let found = try await store(
            phone,
            ask("Mailbox") { writer in
                writer.element(Search.query) { writer in
                    writer.element(Search.and) { writer in
                        writer.element(AirSync.class, "Calendar")
                        writer.element(Search.freeText, "word")
                    }
                }
            })
        #expect(status(found) == 1 && subjects(found) == [])
    }
}
