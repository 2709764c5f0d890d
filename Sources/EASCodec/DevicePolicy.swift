/// What a server asks of its devices: the settings that the administrator has made, and no others. Empty: there is no policy.
package struct DevicePolicy: Sendable, Equatable {
    package enum Value: Sendable, Equatable { case flag(Bool), number(Int), texts([String]) }

    /// By the key of a `PolicyElement`.
    package private(set) var values: [String: Value] = [:]
    /// Another one for another policy, the same in every process and for every version. A key is bound to it, and not to what one version was
    /// sent: a device that changes its version need not provision again. 0 for no policy.
    package private(set) var revision: Int64 = 0

    package init() {}
    package init(_ values: [String: Value]) {
        self.values = values
        revision = Self.revision(of: values)
    }
    package var isEmpty: Bool { values.isEmpty }
    package subscript(_ key: String) -> Value? {
        get { values[key] }
        set {
            values[key] = newValue
            revision = Self.revision(of: values)
        }
    }
    /// FNV-1a over the settings in the order of their keys.
    private static func revision(of values: [String: Value]) -> Int64 {
        guard !values.isEmpty else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ text: String) {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            hash = (hash ^ 0) &* 0x0000_0100_0000_01b3
        }
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            add(key)
            switch value {
            case .flag(let flag): add(flag ? "1" : "0")
            case .number(let number): add(String(number))
            case .texts(let texts): for text in texts { add(text) }
            }
        }
        let number = Int64(bitPattern: hash)
        return number == 0 ? 1 : number
    }

    // MARK: The two forms

    /// MS-WAP-Provisioning-XML or MS-EAS-Provisioning-WBXML. (MS-ASPROV §2.2.2.43)
    package static func type(in version: ProtocolVersion) -> String { version.has(.policyDocument) ? "MS-EAS-Provisioning-WBXML" : "MS-WAP-Provisioning-XML" }

    /// The element Data, as the version has it. (MS-ASPROV §2.2.2.24)
    package func write(_ version: ProtocolVersion, _ writer: inout TokenWriter) {
        guard version.has(.policyDocument) else { return writer.element(Provision.data, wapDocument) }
        writer.open(Provision.data)
        writer.open(Provision.easProvisionDoc)
        for element in PolicyElement.all where version.has(element.versions) {
            guard let value = values[element.key] else { continue }
            switch value {
            case .flag(let flag): writer.element(element.tag, flag)
            case .number(let number): writer.element(element.tag, number)
            case .texts(let texts):
                guard case .list(let entry) = element.form else { continue }
                if texts.isEmpty { writer.empty(element.tag); continue }
                writer.open(element.tag)
                for text in texts { writer.element(entry, text) }
                writer.close()
            }
        }
        writer.close()
        writer.close()
    }

    /// What a device of 2.5 understands: whether it must be locked, after how long, how a password looks, and when it wipes itself.
    /// (MS-ASPROV §2.2.2.24.2; the registry of Windows Mobile)
    private var wapDocument: String {
        let isLocked = values["device_password_enabled"] == .flag(true)
        var text = "<wap-provisioningdoc>" + Self.characteristic("SecurityPolicy", [("4131", isLocked ? 0 : 1)])
        if isLocked {
            let lassd = "HKLM\\Comm\\Security\\Policy\\LASSD"
            var registry = ""
            if let seconds = number("max_inactivity_time_device_lock"), seconds < 9_999 {
                registry += Self.characteristic(
                    lassd + "\\AE\\{50C13377-C66D-400C-889E-C316FC4AB374}", [("AEFrequencyType", 1), ("AEFrequencyValue", max(1, seconds / 60))])
            }
            if let attempts = number("max_device_password_failed_attempts") { registry += Self.characteristic(lassd, [("DeviceWipeThreshold", attempts)]) }
            if let length = number("min_device_password_length") {
                registry += Self.characteristic(lassd + "\\LAP\\lap_pw", [("MinimumPasswordLength", length)])
            }
            // 0: letters and digits; 2: anything.
            let isStrong = values["alphanumeric_device_password_required"] == .flag(true)
            registry += Self.characteristic(lassd + "\\LAP\\lap_pw", [("PasswordComplexity", isStrong ? 0 : 2)])
            text += "<characteristic type=\"Registry\">" + registry + "</characteristic>"
        }
        return text + "</wap-provisioningdoc>"
    }
    private func number(_ key: String) -> Int? { if case .number(let number) = values[key] { number } else { nil } }
    /// Types and names are ours: nothing needs escaping.
    private static func characteristic(_ type: String, _ values: [(String, Int)]) -> String {
        "<characteristic type=\"\(type)\">" + values.map { "<parm name=\"\($0.0)\" value=\"\($0.1)\"/>" }.joined() + "</characteristic>"
    }
}
