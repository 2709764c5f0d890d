// domain add|list|show|keys|remove, address add|list|remove.
internal import Bytes
internal import Directory
internal import MailStore

extension ControlTable {
    static let domainRows: [String: Row] = [
        "domain.add": { request, context async throws(ControlFailure) in
            let name = try request.text("name")
            try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.addDomainWithKeys(name) }
            return .object(["name": .string(name)])
        },
        "domain.list": { _, context async throws(ControlFailure) in
            .array(try await domains(context))
        },
        "domain.show": { request, context async throws(ControlFailure) in
            let name = try request.text("name").lowercased()
            guard case .object(var row)? = try await domains(context).first(where: { $0["name"]?.string == name }) else {
                throw ControlFailure(code: ExitStatus.noUser, "there is no domain \(name)")
            }
            row["keys"] = try await keys(of: name, context)
            return .object(row)
        },
        "domain.keys": { request, context async throws(ControlFailure) in
            let name = try request.text("name").lowercased()
            let administration = context.directory.administration
            try await asking { () async throws(AdministrationFailure) in
                if let selector = request.arguments["remove"]?.string {
                    try await administration.removeKey(of: name, selector: selector)
                } else if request.arguments["rotate"] == .bool(true) {
                    _ = try await administration.rotateKeys(of: name)
                } else {
                    try await administration.completeKeys(of: name)
                }
            }
            return try await keys(of: name, context)
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

    private static func keys(of domain: String, _ context: ControlContext) async throws(ControlFailure) -> JSONValue {
        let keys = try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.publishedKeys(of: domain) }
        return .array(
            keys.map { key in
                .object([
                    "selector": .string(key.selector), "algorithm": .string(key.algorithm), "signs": .bool(key.isActive),
                    "name": .string("\(key.selector)._domainkey.\(domain)"), "record": .string(record(key)),
                ])
            })
    }
    /// What is to be published under the selector. (RFC 6376 §3.6.1)
    private static func record(_ key: Administration.PublishedKey) -> String {
        "v=DKIM1; k=\(key.algorithm == "ed25519-sha256" ? "ed25519" : "rsa"); p=\(Base64.encodeText(key.publicOctets))"
    }
    private static func domains(_ context: ControlContext) async throws(ControlFailure) -> [JSONValue] {
        try await reading(context) { transaction in
            let accounts = try transaction.accounts(), addresses = try transaction.addresses()
            return try transaction.domains().sorted().map { name in
                .object([
                    "name": .string(name),
                    "selectors": .strings(try transaction.signingKeys(of: name).filter(\.isActive).map(\.selector)),
                    "users": .int(Int64(accounts.count { $0.name.hasSuffix("@\(name)") })),
                    "addresses": .int(Int64(Set(addresses.filter { $0.address.hasSuffix("@\(name)") }.map(\.address)).count)),
                ])
            }
        }
    }
}
