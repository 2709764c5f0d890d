// domain add|list|show|remove, address add|list|remove.
internal import Directory
internal import MailStore

extension ControlTable {
    static let domainRows: [String: Row] = [
        "domain.add": { request, context async throws(ControlFailure) in
            let name = try request.text("name")
            try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.addDomain(name) }
            return .object(["name": .string(name)])
        },
        "domain.list": { _, context async throws(ControlFailure) in
            .array(try await domains(context))
        },
        "domain.show": { request, context async throws(ControlFailure) in
            let name = try request.text("name").lowercased()
            guard let row = try await domains(context).first(where: { $0["name"]?.string == name }) else {
                throw ControlFailure(code: ExitStatus.noUser, "there is no domain \(name)")
            }
            return row
        },
        "domain.remove": { request, context async throws(ControlFailure) in
            let name = try request.text("name")
            try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.removeDomain(name) }
            return .object(["name": .string(name)])
        },
    ]

    static let addressRows: [String: Row] = [
        "address.add": { request, context async throws(ControlFailure) in
            let address = try request.text("address"), targets = request.texts("to")
            try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.addAddress(address, to: targets) }
            return .object(["address": .string(address), "to": .strings(targets)])
        },
        "address.list": { request, context async throws(ControlFailure) in
            let rows = try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.addresses() }
            let part = request.arguments["matching"]?.string?.lowercased() ?? ""
            return .array(
                rows.filter { part.isEmpty || $0.address.contains(part) || $0.target.contains(part) }
                    .map { .object(["address": .string($0.address), "to": .string($0.target)]) })
        },
        "address.remove": { request, context async throws(ControlFailure) in
            let address = try request.text("address"), targets = request.texts("to")
            try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.removeAddress(address, to: targets) }
            return .object(["address": .string(address)])
        },
    ]

    private static func domains(_ context: ControlContext) async throws(ControlFailure) -> [JSONValue] {
        try await reading(context) { transaction in
            let accounts = try transaction.accounts(), addresses = try transaction.addresses()
            return try transaction.domains().sorted().map { name in
                .object([
                    "name": .string(name),
                    "users": .int(Int64(accounts.count { $0.name.hasSuffix("@\(name)") })),
                    "addresses": .int(Int64(Set(addresses.filter { $0.address.hasSuffix("@\(name)") }.map(\.address)).count)),
                ])
            }
        }
    }
}
