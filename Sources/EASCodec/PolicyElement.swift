/// The settings of a policy: how each is called, what it may be, and which versions know it. One row each. (MS-ASPROV §2.2.2)
package struct PolicyElement: Sendable {
    package enum Form: Sendable, Equatable {
        case flag
        case number(ClosedRange<Int>)
        case choice([Int])
        /// Names or hashes, each an element of its own inside of the list.
        case list(of: WBXMLTag)
    }
    /// As the settings file calls it: "allow_camera".
    package let key: String
    package let tag: WBXMLTag
    package let form: Form
    package let versions: VersionFeature

    private init(_ key: String, _ tag: WBXMLTag, _ form: Form = .flag, _ versions: VersionFeature = .widePolicy) {
        self.key = key
        self.tag = tag
        self.form = form
        self.versions = versions
    }

    package enum Limits {
        /// Entries of a list of applications, and octets of one.
        package static let listed = 100
        package static let entry = 255
    }

    /// In the order of the schema.
    package static let all: [PolicyElement] = [
        PolicyElement("device_password_enabled", Provision.devicePasswordEnabled, .flag, .policyDocument),
        PolicyElement("alphanumeric_device_password_required", Provision.alphanumericDevicePasswordRequired, .flag, .policyDocument),
        PolicyElement("password_recovery_enabled", Provision.passwordRecoveryEnabled, .flag, .policyDocument),
        PolicyElement("require_storage_card_encryption", Provision.requireStorageCardEncryption),
        PolicyElement("document_browse_enabled", Provision.documentBrowseEnabled, .flag, .documentBrowsing),
        PolicyElement("attachments_enabled", Provision.attachmentsEnabled, .flag, .policyDocument),
        PolicyElement("min_device_password_length", Provision.minDevicePasswordLength, .number(1...16), .policyDocument),
        PolicyElement("max_inactivity_time_device_lock", Provision.maxInactivityTimeDeviceLock, .number(0...9_999), .policyDocument),
        PolicyElement("max_device_password_failed_attempts", Provision.maxDevicePasswordFailedAttempts, .number(4...16), .policyDocument),
        PolicyElement("max_attachment_size", Provision.maxAttachmentSize, .number(0...2_147_483_647), .policyDocument),
        PolicyElement("allow_simple_device_password", Provision.allowSimpleDevicePassword, .flag, .policyDocument),
        PolicyElement("device_password_expiration", Provision.devicePasswordExpiration, .number(0...730), .policyDocument),
        PolicyElement("device_password_history", Provision.devicePasswordHistory, .number(0...50), .policyDocument),
        PolicyElement("allow_storage_card", Provision.allowStorageCard),
        PolicyElement("allow_camera", Provision.allowCamera),
        PolicyElement("require_device_encryption", Provision.requireDeviceEncryption),
        PolicyElement("allow_unsigned_applications", Provision.allowUnsignedApplications),
        PolicyElement("allow_unsigned_installation_packages", Provision.allowUnsignedInstallationPackages),
        PolicyElement("min_device_password_complex_characters", Provision.minDevicePasswordComplexCharacters, .number(1...4)),
        PolicyElement("allow_wifi", Provision.allowWiFi),
        PolicyElement("allow_text_messaging", Provision.allowTextMessaging),
        PolicyElement("allow_pop_imap_email", Provision.allowPOPIMAPEmail),
        PolicyElement("allow_bluetooth", Provision.allowBluetooth, .number(0...2)),
        PolicyElement("allow_irda", Provision.allowIrDA),
        PolicyElement("require_manual_sync_when_roaming", Provision.requireManualSyncWhenRoaming),
        PolicyElement("allow_desktop_sync", Provision.allowDesktopSync),
        PolicyElement("max_calendar_age_filter", Provision.maxCalendarAgeFilter, .choice([0, 4, 5, 6, 7])),
        PolicyElement("allow_html_email", Provision.allowHTMLEmail),
        PolicyElement("max_email_age_filter", Provision.maxEmailAgeFilter, .number(0...5)),
        PolicyElement("max_email_body_truncation_size", Provision.maxEmailBodyTruncationSize, .number(-1...2_147_483_647)),
        PolicyElement("max_email_html_body_truncation_size", Provision.maxEmailHTMLBodyTruncationSize, .number(-1...2_147_483_647)),
        PolicyElement("require_signed_smime_messages", Provision.requireSignedSMIMEMessages),
        PolicyElement("require_encrypted_smime_messages", Provision.requireEncryptedSMIMEMessages),
        PolicyElement("require_signed_smime_algorithm", Provision.requireSignedSMIMEAlgorithm, .number(0...1)),
        PolicyElement("require_encryption_smime_algorithm", Provision.requireEncryptionSMIMEAlgorithm, .number(0...4)),
        PolicyElement("allow_smime_encryption_algorithm_negotiation", Provision.allowSMIMEEncryptionAlgorithmNegotiation, .number(0...2)),
        PolicyElement("allow_smime_soft_certs", Provision.allowSMIMESoftCerts),
        PolicyElement("allow_browser", Provision.allowBrowser),
        PolicyElement("allow_consumer_email", Provision.allowConsumerEmail),
        PolicyElement("allow_remote_desktop", Provision.allowRemoteDesktop),
        PolicyElement("allow_internet_sharing", Provision.allowInternetSharing),
        PolicyElement("unapproved_in_rom_application_list", Provision.unapprovedInROMApplicationList, .list(of: Provision.applicationName)),
        PolicyElement("approved_application_list", Provision.approvedApplicationList, .list(of: Provision.hash)),
    ]
}
