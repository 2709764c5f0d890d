import Crypto
import Foundation
import Testing

/// Real certificates, made by openssl for the test: an authority, one between, and leaves of several kinds.
@Suite struct CertificateTrustTests {
    struct House {
        let folder: String
        var authorities: String { folder + "/root.pem" }
        func der(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).der"))) }

        init() throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("trust-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let script = """
                set -e
                cd "$1"
                ca() { printf 'basicConstraints=critical,CA:TRUE\\nkeyUsage=critical,keyCertSign,cRLSign\\n'; }
                mail() { printf 'basicConstraints=CA:FALSE\\nkeyUsage=digitalSignature\\nextendedKeyUsage=emailProtection\\n'; }
                web() { printf 'basicConstraints=CA:FALSE\\nkeyUsage=digitalSignature\\nextendedKeyUsage=serverAuth\\n'; }
                key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"; }
                sign() { openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -set_serial $RANDOM -days 30 -extfile "$3.ext" -out "$1.pem"; }
                ca > ca.ext; mail > mail.ext; web > web.ext
                key root; openssl x509 -req -in root.csr -signkey root.key -days 30 -extfile ca.ext -out root.pem
                key between; sign between root ca
                for name in leaf other; do key $name; sign $name between mail; done
                key site; sign site between web
                key direct; sign direct root mail
                key child; sign child leaf mail
                key stranger; openssl x509 -req -in stranger.csr -signkey stranger.key -days 30 -extfile mail.ext -out stranger.pem
                for name in root between leaf other site direct child stranger; do openssl x509 -in $name.pem -outform DER -out $name.der; done
                """
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            process.arguments = ["-c", script, "bash", folder]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
    }
    /// A little later than the certificates begin.
    static let now = Int64(Date().timeIntervalSince1970) + 3_600

    @Test func followsAChainToAnAuthority() throws {
        let house = try House()
        defer { try? FileManager.default.removeItem(atPath: house.folder) }
        let between = try house.der("between")
        func verdict(_ name: String, chain: [[UInt8]] = [], now: Int64 = Self.now) throws -> CertificateTrust.Verdict? {
            CertificateTrust.check([try house.der(name)], chain: chain, authorities: house.authorities, now: now).first
        }
        #expect(try verdict("direct") == .valid)
        #expect(try verdict("leaf", chain: [between]) == .valid)
        #expect(try verdict("leaf") == .untrusted)
        #expect(try verdict("stranger") == .untrusted)
        #expect(try verdict("site", chain: [between]) == .wrongPurpose)
        let late = try verdict("leaf", chain: [between], now: Self.now + 40 * 86_400)
        #expect(late == .expired || late == .expiredInChain)
        // One that is no authority has signed it.
        #expect(try verdict("child", chain: [between, try house.der("leaf")]) != .valid)
        var broken = try house.der("leaf")
        broken[broken.count - 1] ^= 1
        #expect(CertificateTrust.check([broken], chain: [between], authorities: house.authorities, now: Self.now) == [.badSignature])
        // In their order, each by itself.
        let several = CertificateTrust.check(
            [try house.der("direct"), [], try house.der("stranger")], chain: [], authorities: house.authorities, now: Self.now)
        #expect(several == [.valid, .malformed, .untrusted])
        // Believed is who is in the file, not who is sent along.
        #expect(
            CertificateTrust.check([try house.der("stranger")], chain: [try house.der("stranger")], authorities: house.authorities, now: Self.now) == [
                .untrusted
            ])
        #expect(CertificateTrust.check([try house.der("direct")], chain: [], now: Self.now) == [.untrusted])
    }
    @Test(arguments: [[], [0x30], [0x30, 0x82, 0xFF, 0xFF], [UInt8](repeating: 0x30, count: 20_000), Array("no certificate".utf8)])
    func whatIsNoCertificateIsMalformed(_ octets: [UInt8]) {
        #expect(CertificateTrust.check([octets], chain: [octets], now: Self.now) == [.malformed])
    }
}
