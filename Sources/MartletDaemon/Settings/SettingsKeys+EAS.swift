// The keys of [eas] and [eas.policy]: devices that speak ActiveSync.
internal import EASCodec

extension SettingsKey {
    static var eas: [SettingsKey] {
        [
            text("eas.ceiling", "Highest version of ActiveSync that is offered: 2.5, 12.0, 12.1, 14.0, 14.1, 16.0 or 16.1.", { $0.eas.ceiling }) {
                guard ProtocolVersion($1) != nil else { return "it is no version of ActiveSync" }
                $0.eas.ceiling = $1
                return nil
            },
            SettingsKey(
                path: "eas.type_ceilings", kind: .texts, sentence: "The same for one type of device: \"iPhone = 16.0\".",
                get: { .texts($0.eas.typeCeilings) },
                set: { settings, value in
                    guard case .texts(let texts) = value else { return nil }
                    if let bad = texts.first(where: { typeCeiling($0) == nil }) { return "\"\(bad)\" is no ceiling: write \"iPhone = 16.0\"" }
                    settings.eas.typeCeilings = texts
                    return nil
                }),
            text(
                "eas.default_access", "What becomes of a device that asks for the first time: \"allow\", \"quarantine\" or \"block\".",
                { $0.eas.defaultAccess }
            ) { settings, value in
                guard AccessRule.state(value) != nil else { return "it must be allow, quarantine or block" }
                settings.eas.defaultAccess = value
                return nil
            },
            SettingsKey(
                path: "eas.access_rules", kind: .texts,
                sentence: "Exceptions, the first that fits: \"type:iPhone = allow\", \"from:192.0.2.0/24 = allow\", \"user:@example.org = block\".",
                get: { .texts($0.eas.accessRules.map(\.description)) },
                set: { settings, value in
                    guard case .texts(let texts) = value else { return nil }
                    var rules: [AccessRule] = []
                    for text in texts {
                        guard let rule = AccessRule(text) else { return "\"\(text)\" is no rule: write \"type:iPhone = allow\"" }
                        rules.append(rule)
                    }
                    settings.eas.accessRules = rules
                    return nil
                }),
            text(
                "eas.access_message", "What the message to the user of a device that is not let in says; empty for our own words.", { $0.eas.accessMessage }
            ) { settings, value in
                guard value.utf8.count <= 4_096 else { return "it is longer than 4,096 octets" }
                settings.eas.accessMessage = value
                return nil
            },
            flag(
                "eas.full_wipe", "Allow `device wipe --full`, which erases the whole device and not only the account.", { $0.eas.allowsFullWipe },
                { $0.eas.allowsFullWipe = $1 }),
            flag(
                "eas.accept_partial_policy", "Let in devices that apply only a part of the policy.", { $0.eas.acceptsPartialPolicy },
                { $0.eas.acceptsPartialPolicy = $1 }),
            flag(
                "eas.accept_external_management", "Let in devices that say another party manages them.", { $0.eas.acceptsExternalManagement },
                { $0.eas.acceptsExternalManagement = $1 }),
        ]
    }
    /// "iPhone = 16.0": the type in lower case.
    static func typeCeiling(_ text: String) -> (type: String, version: ProtocolVersion)? {
        let halves = text.split(separator: "=").map { $0.filter { $0 != " " } }
        guard halves.count == 2, !halves[0].isEmpty, let version = ProtocolVersion(halves[1]) else { return nil }
        return (halves[0].lowercased(), version)
    }
    /// What devices must do before they are let in. Only what is set is sent: some refuse an account for one element that they cannot obey.
    static var policy: [SettingsKey] {
        PolicyElement.all.map { element in
            let kind: Kind, example: String
            switch element.form {
            case .flag: (kind, example) = (.flag, element.key.hasPrefix("require") || element.key.hasPrefix("device_password") ? "true" : "false")
            case .number(let range): (kind, example) = (.number(range), String(range.upperBound > 10_000 ? 1_000 : range.upperBound))
            case .choice(let choices): (kind, example) = (.number(0...(choices.max() ?? 0)), String(choices.max() ?? 0))
            case .list: (kind, example) = (.texts, "[]")
            }
            return SettingsKey(
                path: "eas.policy.\(element.key)", kind: kind, sentence: sentence(element), get: { shown($0.eas.policy[element.key], example) },
                set: { settings, value in
                    if let why = wrong(value, element) { return why }
                    settings.eas.policy[element.key] = policyValue(value)
                    return nil
                })
        }
    }
    private static func shown(_ value: DevicePolicy.Value?, _ example: String) -> Value {
        switch value {
        case nil: .unset(example: example)
        case .flag(let flag): .flag(flag)
        case .number(let number): .number(number)
        case .texts(let texts): .texts(texts)
        }
    }
    private static func policyValue(_ value: Value) -> DevicePolicy.Value? {
        switch value {
        case .flag(let flag): .flag(flag)
        case .number(let number): .number(number)
        case .texts(let texts): .texts(texts)
        case .text, .unset: nil
        }
    }
    private static func wrong(_ value: Value, _ element: PolicyElement) -> String? {
        switch (element.form, value) {
        case (.number(let range), .number(let number)):
            return range.contains(number) ? nil : "it must be from \(range.lowerBound) to \(range.upperBound)"
        case (.choice(let choices), .number(let number)):
            return choices.contains(number) ? nil : "it must be one of \(choices.map(String.init).joined(separator: ", "))"
        case (.list, .texts(let texts)):
            if texts.count > PolicyElement.Limits.listed { return "there may be \(PolicyElement.Limits.listed) entries" }
            return texts.contains { $0.isEmpty || $0.utf8.count > PolicyElement.Limits.entry } ? "an entry is empty or too long" : nil
        default: return nil
        }
    }
    /// Its name in the standard, and what it can be.
    private static func sentence(_ element: PolicyElement) -> String {
        let range: String
        switch element.form {
        case .flag: range = ""
        case .number(let bounds): range = ", from \(bounds.lowerBound) to \(bounds.upperBound)"
        case .choice(let choices): range = ", one of \(choices.map(String.init).joined(separator: ", "))"
        case .list: range = ", a list"
        }
        return "\(element.tag.name)\(range). Not sent unless it is set."
    }
    static func flag(
        _ path: String, _ sentence: String, _ get: @escaping (Settings) -> Bool, _ set: @escaping (inout Settings, Bool) -> Void
    ) -> SettingsKey {
        SettingsKey(path: path, kind: .flag, sentence: sentence, get: { .flag(get($0)) }) { settings, value in
            guard case .flag(let flag) = value else { return nil }
            set(&settings, flag)
            return nil
        }
    }
}
