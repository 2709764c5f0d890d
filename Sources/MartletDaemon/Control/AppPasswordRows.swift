// app-password create|list|revoke.
internal import Directory

extension ControlTable {
    static let appPasswordRows: [String: Row] = [
        "app-password.create": { request, context async throws(ControlFailure) in
            let name = try request.text("user"), label = try request.text("name")
            let password = try await asking { () async throws(AdministrationFailure) in
                try await context.directory.administration.createAppPassword(name, label: label)
            }
            return .object(["user": .string(name), "name": .string(label), "password": .string(password)])
        },
        "app-password.list": { request, context async throws(ControlFailure) in
            let name = try request.text("user")
            let rows = try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.appPasswords(name) }
            return .array(
                rows.map {
                    .object(["name": .string($0.label), "created": .string(Moment.text($0.created)), "device": .string($0.device), "id": .int($0.id)])
                })
        },
        "app-password.revoke": { request, context async throws(ControlFailure) in
            let name = try request.text("user"), label = try request.text("name")
            try await asking { () async throws(AdministrationFailure) in
                try await context.directory.administration.revokeAppPassword(name, label: label)
            }
            return .object(["user": .string(name), "name": .string(label)])
        },
    ]
}
