// device list|show|allow|block|quarantine|wipe|resync|rename|remove|ceiling|exempt|history, and user depart.
internal import Directory
internal import EASCodec
internal import EASSession
internal import MailStore
internal import Model

extension ControlTable {
    private enum Limits {
        /// Octets of a name that the administrator gives a device.
        static let name = 64
        /// Lines of history in one answer.
        static let history = 1_000
    }
    static let deviceRows: [String: Row] = [
        "device.list": { request, context async throws(ControlFailure) in
            let account: AccountRow? = request.arguments["user"] == nil ? nil : try await account(request, context)
            let (rows, users) = try await reading(context) { store in
                (try store.devices(of: account?.id), Dictionary(try store.accounts().map { ($0.id, $0.name) }) { first, _ in first })
            }
            return .array(rows.map { device($0, user: users[$0.account] ?? "") })
        },
        "device.show": { request, context async throws(ControlFailure) in
            let account = try await account(request, context), name = request.arguments["device"]?.string
            return try await reading(context) { store in
                let row = try found(name, account, store)
                return details(row, account, folders: try store.syncStates(of: row.id).count)
            }
        },
        "device.allow": { request, context async throws(ControlFailure) in
            try await change(request, context) { row, _, store in
                if row.control.wipe?.isPending == true {
                    throw ControlFailure(code: ExitStatus.notAllowed, "a wipe waits for \(row.identifier): martlet device wipe --cancel takes it back")
                }
                // A device that was wiped begins anew.
                row.control.wipe = nil
                row.state = .allowed
                return ("allowed", "")
            }
        },
        "device.block": { request, context async throws(ControlFailure) in
            try await change(request, context) { row, _, _ in
                row.state = .blocked; return ("blocked", "")
            }
        },
        "device.quarantine": { request, context async throws(ControlFailure) in
            try await change(request, context) { row, _, _ in
                row.state = .quarantined; return ("quarantined", "")
            }
        },
        "device.wipe": { request, context async throws(ControlFailure) in try await wipe(request, context) },
        "device.resync": { request, context async throws(ControlFailure) in
            try await change(request, context) { row, _, store in
                try store.removeSyncState(device: row.id, folder: nil)
                row.remembered = DeviceView.withoutSkipped(row.remembered)
                return ("resync", "")
            }
        },
        "device.rename": { request, context async throws(ControlFailure) in
            let name = try request.text("name")
            guard name.utf8.count <= Limits.name, !name.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
                throw ControlFailure(code: ExitStatus.badData, "a name has up to \(Limits.name) octets and no control characters")
            }
            return try await change(request, context) { row, _, _ in
                row.control.name = name; return ("renamed", name)
            }
        },
        "device.remove": { request, context async throws(ControlFailure) in
            try await change(request, context, removes: true) { row, _, _ in
                ("removed", row.control.wipe?.isPending == true ? "with it the wipe that waited" : "")
            }
        },
        "device.ceiling": { request, context async throws(ControlFailure) in
            let word = try request.text("version")
            guard word == "none" || ProtocolVersion(word) != nil else {
                let known = ProtocolVersion.allCases.map(\.name).joined(separator: ", ")
                throw ControlFailure(code: ExitStatus.badData, "\(VisibleText.of(String(word.prefix(20)))) is no version: there are \(known), and none")
            }
            return try await change(request, context) { row, _, _ in
                row.control.ceiling = word == "none" ? "" : word; return ("ceiling", word)
            }
        },
        "device.exempt": { request, context async throws(ControlFailure) in
            let isExempt = request.arguments["on"]?.bool ?? true
            return try await change(request, context) { row, _, _ in
                row.control.isExempt = isExempt; return ("exempt", isExempt ? "on" : "off")
            }
        },
        "device.record": { request, context async throws(ControlFailure) in
            let minutes = request.arguments["minutes"]?.int ?? 60
            guard (0...10_080).contains(minutes) else { throw ControlFailure(code: ExitStatus.badData, "minutes are from 0 to 10080") }
            let place = context.settings.storePath
            let account = try await account(request, context), name = request.arguments["device"]?.string
            return try await writing(context) { store in
                var row = try found(name, account, store)
                row.control.recordedUntil = minutes == 0 ? Timestamp(rawValue: 0) : Timestamp(rawValue: store.time.rawValue + minutes * 60_000)
                try store.record(minutes == 0 ? "record.stopped" : "record.started", minutes == 0 ? "" : "for \(minutes) minutes", of: row)
                row = try store.put(row)
                return .object([
                    "user": .string(account.name), "device": .string(row.identifier), "file": .string(RecordBook.path(store: place, row)),
                    "until": .optional(minutes == 0 ? nil : Moment.text(row.control.recordedUntil)),
                ])
            }
        },
        "device.history": { request, context async throws(ControlFailure) in
            // Of users and devices that are gone too.
            let user = request.arguments["user"]?.string?.lowercased(), name = request.arguments["device"]?.string
            let rows = try await reading(context) { try $0.deviceEvents(user: user, device: name, limit: Limits.history) }
            return .array(
                rows.map {
                    .object([
                        "time": .string(Moment.text($0.time)), "user": .string($0.user), "device": .string($0.device), "event": .string($0.event),
                        "detail": .string($0.detail),
                    ])
                })
        },
    ]

    /// One device, one transaction, one line of history.
    private static func change(
        _ request: ControlRequest, _ context: ControlContext, removes: Bool = false,
        _ job: @escaping @Sendable (inout DeviceRow, AccountRow, WriteTransaction) throws -> (event: String, detail: String)
    ) async throws(ControlFailure) -> JSONValue {
        let account = try await account(request, context), name = request.arguments["device"]?.string
        return try await writing(context) { store in
            var row = try found(name, account, store)
            let (event, detail) = try job(&row, account, store)
            try store.record(event, detail, of: row)
            if removes { try store.remove(row.id) } else { row = try store.put(row) }
            return device(row, user: account.name)
        }
    }
    /// By its DeviceId or the administrator's name; the only one where none is named.
    private static func found(_ name: String?, _ account: AccountRow, _ store: ReadTransaction) throws -> DeviceRow {
        let rows = try store.devices(of: account.id)
        guard let name else {
            guard rows.count <= 1 else { throw ControlFailure.usage("\(account.name) has \(rows.count) devices: say which") }
            guard let only = rows.first else { throw ControlFailure(code: ExitStatus.noInput, "\(account.name) has no device") }
            return only
        }
        if let row = rows.first(where: { $0.identifier == name }) { return row }
        let named = rows.filter { $0.control.name == name }
        guard named.count == 1 else {
            let shown = VisibleText.of(String(name.prefix(64)))
            throw ControlFailure(code: ExitStatus.noInput, "\(account.name) has \(named.isEmpty ? "no" : "several") device\(named.isEmpty ? "" : "s") \(shown)")
        }
        return named[0]
    }

    private static func wipe(_ request: ControlRequest, _ context: ControlContext) async throws(ControlFailure) -> JSONValue {
        let account = try await account(request, context), name = request.arguments["device"]?.string
        let isFull = request.arguments["full"]?.bool ?? false, cancels = request.arguments["cancel"]?.bool ?? false
        guard !isFull || cancels || context.settings.eas.allowsFullWipe else {
            throw ControlFailure(code: ExitStatus.notAllowed, "a full wipe erases the whole device: set eas.full_wipe = true where that is wanted")
        }
        return try await writing(context) { store in
            let row = try found(name, account, store)
            if cancels {
                guard row.control.wipe?.isPending == true else { throw ControlFailure(code: ExitStatus.noInput, "no wipe waits for \(row.identifier)") }
                return device(try DeviceWipe.cancel(row, by: "command line", store), user: account.name)
            }
            do {
                return device(try DeviceWipe.order(isFull ? .full : .account, row, by: "command line", store), user: account.name)
            } catch DeviceWipe.Refusal.knowsOnlyFull {
                throw ControlFailure(
                    code: ExitStatus.notAllowed,
                    "\(row.identifier) speaks \(row.protocolVersion), which knows only a wipe of the whole device: "
                        + "martlet device block keeps it out, --full (with eas.full_wipe) erases it")
            } catch DeviceWipe.Refusal.isPending {
                throw ControlFailure(code: ExitStatus.cannotCreate, "a wipe waits for \(row.identifier) already")
            }
        }
    }
    /// Disabled for everything; each device is told to wipe itself, and one that cannot do what is meant is blocked.
    static func depart(_ name: String, isFull: Bool, _ context: ControlContext) async throws(ControlFailure) -> JSONValue {
        guard !isFull || context.settings.eas.allowsFullWipe else {
            throw ControlFailure(code: ExitStatus.notAllowed, "a full wipe erases whole devices: set eas.full_wipe = true where that is wanted")
        }
        let account = try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.user(name) }
        return try await writing(context) { store in
            try store.setAccount(account.id, state: .departing)
            var wiped: [String] = [], blocked: [String] = []
            for row in try store.devices(of: account.id) {
                if row.control.wipe?.isPending == true { wiped.append(row.identifier); continue }
                do {
                    _ = try DeviceWipe.order(isFull ? .full : .account, row, by: "user depart", store)
                    wiped.append(row.identifier)
                } catch is DeviceWipe.Refusal {
                    var row = row
                    row.state = .blocked
                    try store.record("blocked", "user depart", of: row)
                    _ = try store.put(row)
                    blocked.append(row.identifier)
                }
            }
            return .object(["address": .string(account.name), "state": .string("departing"), "wiped": .strings(wiped), "blocked": .strings(blocked)])
        }
    }

    // MARK: How a device is told

    private static func fields(_ row: DeviceRow, user: String) -> [String: JSONValue] {
        let state =
            switch row.state {
            case .allowed: "allowed"
            case .blocked: "blocked"
            case .quarantined: "quarantined"
            }
        let said = row.information["FriendlyName"] ?? row.information["Model"] ?? ""
        return [
            "user": .string(user), "device": .string(row.identifier), "type": .string(row.type), "state": .string(state),
            "version": .string(row.protocolVersion), "agent": .string(row.userAgent), "name": .string(row.control.name.isEmpty ? said : row.control.name),
            "first": .string(Moment.text(row.firstSeen)), "last": .string(Moment.text(row.lastSeen)), "id": .int(row.id.rawValue),
            "ceiling": .optional(row.control.ceiling.isEmpty ? nil : row.control.ceiling), "exempt": .bool(row.control.isExempt),
            "provisioned": .bool(row.policyKey != 0),
            "wipe": .optional(row.control.wipe.map { "\(DeviceWipe.word($0.kind)) \(DeviceWipe.word($0.stage))" }),
        ]
    }
    private static func device(_ row: DeviceRow, user: String) -> JSONValue { .object(fields(row, user: user)) }
    private static func details(_ row: DeviceRow, _ account: AccountRow, folders: Int) -> JSONValue {
        var fields = fields(row, user: account.name)
        for (key, name) in [
            ("model", "Model"), ("os", "OS"), ("language", "OSLanguage"), ("imei", "IMEI"), ("phone", "PhoneNumber"), ("operator", "MobileOperator"),
        ] {
            fields[key] = .optional(row.information[name])
        }
        fields["wipe_since"] = .optional(row.control.wipe.map { Moment.text($0.time) })
        fields["folders"] = .int(Int64(folders))
        fields["skipped"] = .array(
            DeviceView.skipped(row).map {
                .object(["item": .string($0.item.description), "folder": .string($0.folder.description), "since": .string(Moment.text($0.since))])
            })
        return .object(fields)
    }
}
