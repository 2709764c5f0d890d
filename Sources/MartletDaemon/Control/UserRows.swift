// user add|list|show|password|enable|disable|depart|quota|remove, mailbox list.
internal import Directory
internal import MailStore
internal import Model

extension ControlTable {
    static let userRows: [String: Row] = [
        "user.add": { request, context async throws(ControlFailure) in
            let name = try request.text("address"), password = try request.text("password"), display = request.arguments["name"]?.string ?? ""
            let quota = request.arguments["quota"]?.int
            let id = try await asking { () async throws(AdministrationFailure) in
                try await context.directory.administration.addUser(name, displayName: display, password: password, quota: quota)
            }
            return .object(["address": .string(name), "id": .int(id.rawValue)])
        },
        "user.list": { _, context async throws(ControlFailure) in
            .array(try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.users() }.map(user))
        },
        "user.show": { request, context async throws(ControlFailure) in
            let name = try request.text("address")
            let row = try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.user(name) }
            let more = try await reading(context) { transaction in
                (
                    try transaction.addresses(of: row.id).map(\.address).sorted(), try transaction.folders(of: row.id).count,
                    try transaction.devices(of: row.id).count
                )
            }
            guard case .object(var fields) = user(row) else { return .null }
            fields["addresses"] = .strings(more.0)
            fields["mailboxes"] = .int(Int64(more.1))
            fields["devices"] = .int(Int64(more.2))
            return .object(fields)
        },
        "user.password": { request, context async throws(ControlFailure) in
            let name = try request.text("address"), password = try request.text("password")
            try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.setPassword(name, password) }
            return .object(["address": .string(name)])
        },
        "user.enable": { request, context async throws(ControlFailure) in try await setEnabled(request, context, true) },
        "user.disable": { request, context async throws(ControlFailure) in try await setEnabled(request, context, false) },
        "user.quota": { request, context async throws(ControlFailure) in
            let name = try request.text("address"), quota = request.arguments["quota"]?.int
            try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.setQuota(name, quota) }
            return .object(["address": .string(name), "quota": .optional(quota)])
        },
        "user.remove": { request, context async throws(ControlFailure) in
            let name = try request.text("address")
            try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.removeUser(name) }
            return .object(["address": .string(name)])
        },
        "user.depart": { request, context async throws(ControlFailure) in
            let name = try request.text("address")
            return try await depart(name, isFull: request.arguments["full"]?.bool ?? false, context)
        },
        "mailbox.list": { request, context async throws(ControlFailure) in
            let account = try await account(request, context)
            return .array(mailboxes(try await reading(context) { try $0.folders(of: account.id) }))
        },
    ]

    static func account(_ request: ControlRequest, _ context: ControlContext) async throws(ControlFailure) -> AccountRow {
        let name = try request.text("user")
        return try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.user(name) }
    }
    private static func setEnabled(_ request: ControlRequest, _ context: ControlContext, _ isEnabled: Bool) async throws(ControlFailure) -> JSONValue {
        let name = try request.text("address")
        try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.setEnabled(name, isEnabled) }
        return .object(["address": .string(name), "state": .string(isEnabled ? "enabled" : "disabled")])
    }
    private static func user(_ row: AccountRow) -> JSONValue {
        let state =
            switch row.state {
            case .enabled: "enabled"
            case .disabled: "disabled"
            case .departing: "departing"
            }
        return .object([
            "address": .string(row.name), "name": .string(row.displayName), "state": .string(state), "used": .int(row.used), "quota": .optional(row.quota),
            "id": .int(row.id.rawValue),
        ])
    }
    /// By full path, INBOX first.
    private static func mailboxes(_ rows: [FolderRow]) -> [JSONValue] {
        let byID = Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        func path(_ row: FolderRow, _ depth: Int) -> String {
            guard depth < 64, let parent = row.parent.flatMap({ byID[$0] }) else { return row.name }
            return path(parent, depth + 1) + "/" + row.name
        }
        func rank(_ row: FolderRow) -> Int { row.role == .inbox ? 0 : 1 }
        let paths: [(String, FolderRow)] = rows.map { (path($0, 0), $0) }
        return paths.sorted { (rank($0.1), $0.0) < (rank($1.1), $1.0) }.map { mailbox($0, $1) }
    }
    private static func mailbox(_ path: String, _ row: FolderRow) -> JSONValue {
        .object([
            "mailbox": .string(path), "class": .string("\(row.itemClass)"), "role": .optional(row.role.map { "\($0)" }), "total": .int(Int64(row.total)),
            "unseen": .int(Int64(row.unseen)), "size": .int(row.size), "subscribed": .bool(row.isSubscribed), "id": .int(row.id.rawValue),
        ])
    }
}
