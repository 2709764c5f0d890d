// The settings split into what each room wants to know.
internal import Crypto
package import Directory
internal import EASCodec
internal import EASSession
internal import Glibc
internal import MailStore

extension Settings {
    package var controlSocket: String { storePath + "/control.sock" }

    /// The bounds are in order: SettingsFile refuses others.
    var heartbeat: ClosedRange<Int> { limits.heartbeatMinimum...max(limits.heartbeatMinimum, limits.heartbeatMaximum) }

    package var directory: Directory.Settings {
        var room = Directory.Settings()
        room.passwordCost = PasswordHash.Cost(logN: passwordCost)
        // RFC 7677 §4: 4,096 at least.
        room.scramIterations = scramIterations == 0 ? 0 : max(4_096, scramIterations)
        room.rememberFor = .seconds(rememberSeconds)
        // Half of the cores: after a restart thousands of phones log in at once, and mail must go on meanwhile.
        room.hashWidth = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) / 2)
        return room
    }

    var devices: EASSettings {
        var room = EASSettings()
        room.policy = eas.policy
        room.acceptsPartialPolicy = eas.acceptsPartialPolicy
        room.acceptsExternalManagement = eas.acceptsExternalManagement
        let rules = eas.accessRules, otherwise = AccessRule.state(eas.defaultAccess) ?? .blocked
        room.access = { question in rules.first { $0.fits(question) }?.state ?? otherwise }
        room.accessMessage = eas.accessMessage
        if let ceiling = ProtocolVersion(eas.ceiling) { room.ceiling = ceiling }
        for (type, version) in eas.typeCeilings.compactMap(SettingsKey.typeCeiling) { room.typeCeilings[type] = version }
        return room
    }
}
