// The settings split into what each room wants to know.
internal import Crypto
package import Directory

extension Settings {
    package var controlSocket: String { storePath + "/control.sock" }

    /// The bounds are in order: SettingsFile refuses others.
    var heartbeat: ClosedRange<Int> { limits.heartbeatMinimum...max(limits.heartbeatMinimum, limits.heartbeatMaximum) }

    package var directory: Directory.Settings {
        var room = Directory.Settings()
        room.passwordCost = PasswordHash.Cost(logN: passwordCost)
        room.rememberFor = .seconds(rememberSeconds)
        return room
    }
}
