import Crypto
import Synchronization
import Testing

private final class Counts: Sendable {
    private let running = Mutex((now: 0, most: 0))
    func enter() {
        running.withLock {
            $0.now += 1; $0.most = max($0.most, $0.now)
        }
    }
    func leave() { running.withLock { $0.now -= 1 } }
    var most: Int { running.withLock { $0.most } }
}

@Suite struct PasswordHashTests {
    @Test func remembersThePasswordAndNoOther() throws {
        let hash = try #require(PasswordHash.make("correct horse", cost: .cheap))
        #expect(hash.matches("correct horse"))
        #expect(!hash.matches("correct horse "))
        #expect(!hash.matches(""))
        let again = try #require(PasswordHash(encoded: hash.encoded))
        #expect(again == hash)
        #expect(again.matches("correct horse"))
        #expect(PasswordHash.make("correct horse", cost: .cheap) != hash, "two hashes of one password must not be equal")
    }
    /// RFC 7914 §12: scrypt("password", "NaCl", N=1024, r=8, p=16, 64 octets).
    @Test func agreesWithTheStandard() throws {
        let encoded = "$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA"
        #expect(try #require(PasswordHash(encoded: encoded)).matches("password"))
    }
    /// What is damaged or would cost too much is no hash.
    @Test(arguments: [
        "", "secret", "$scrypt$", "$scrypt$ln=10,r=8,p=1$TmFDbA", "$scrypt$ln=10,r=8,p=1$TmFDbA$", "$scrypt$ln=10,r=8,p=1$$/bq+HJ00cgB4VucZDQHp/g",
        "$scrypt$ln=30,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/g", "$scrypt$ln=20,r=32,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/g",
        "$scrypt$ln=0,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/g", "$scrypt$ln=-1,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/g",
        "$scrypt$ln=99999999999999999999,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/g", "$scrypt$r=8,ln=10,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/g",
        "$scrypt$ln=10,r=8,p=1,x=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/g", "$argon2$ln=10,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/g",
    ])
    func refusesDamage(_ text: String) { #expect(PasswordHash(encoded: text) == nil) }

    @Test func deskKeepsToItsWidthAndSendsTheRestAway() async {
        let desk = HashingDesk(width: 1, waiting: 3)
        let counts = Counts()
        var done = 0, refused = 0
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    await desk.run {
                        counts.enter()
                        _ = PasswordHash.make("x", cost: .cheap)
                        counts.leave()
                        return true
                    } ?? false
                }
            }
            for await result in group { if result { done += 1 } else { refused += 1 } }
        }
        #expect(counts.most == 1)
        #expect(done >= 4)
        #expect(done + refused == 40)
        let last = await desk.run { 7 }
        #expect(last == 7, "the desk is free again")
    }
}
