// The certificate that the services show, from the files that the settings name.
internal import Transport

enum Identities {
    /// None where no service begins with TLS and there is no certificate: then STARTTLS is not offered either.
    static func load(_ settings: Settings) throws(ControlFailure) -> [TLSIdentity] {
        let listen = settings.listen
        let needed = !(listen.submissions.isEmpty && listen.imaps.isEmpty && listen.https.isEmpty)
        guard needed || Folder.exists(settings.certificate) else { return [] }
        do throws(TLSIdentityError) {
            return [try TLSIdentity.load(chain: settings.certificate, key: settings.key)]
        } catch {
            throw ControlFailure(code: ExitStatus.settings, "\(error)")
        }
    }
}
