// The demo's certificate: self-signed, kept once it is made, made anew when its time is nearly over.
internal import Glibc
internal import Model
internal import Transport

enum DemoCertificate {
    private enum Limits {
        static let renewal: Int64 = 7 * 86_400
    }
    static func make(_ settings: Settings) throws(ControlFailure) {
        let now = Timestamp(seconds: Int64(time(nil)))
        if let there = try? TLSIdentity.load(chain: settings.certificate, key: settings.key), there.notAfter.seconds - now.seconds > Limits.renewal { return }
        let made: SelfSigned.Text
        do throws(TLSIdentityError) {
            made = try SelfSigned.make(names: ["localhost", "mail.demo.test", "autodiscover.demo.test", "demo.test", "127.0.0.1", "::1"], now: now)
        } catch {
            throw ControlFailure(code: ExitStatus.software, "no certificate could be made: \(error)")
        }
        try Folder.write(settings.key, String(decoding: made.key, as: UTF8.self), mode: 0o600)
        try Folder.write(settings.certificate, String(decoding: made.certificate, as: UTF8.self), mode: 0o644)
    }
}
