/// Code page 14: the elements of the namespace Provision, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.15)
@usableFromInline package enum Provision {
    @inlinable package static var provision: WBXMLTag { WBXMLTag(0x0E05) }
    @inlinable package static var policies: WBXMLTag { WBXMLTag(0x0E06) }
    @inlinable package static var policy: WBXMLTag { WBXMLTag(0x0E07) }
    @inlinable package static var policyType: WBXMLTag { WBXMLTag(0x0E08) }
    @inlinable package static var policyKey: WBXMLTag { WBXMLTag(0x0E09) }
    @inlinable package static var data: WBXMLTag { WBXMLTag(0x0E0A) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x0E0B) }
    @inlinable package static var remoteWipe: WBXMLTag { WBXMLTag(0x0E0C) }
    @inlinable package static var easProvisionDoc: WBXMLTag { WBXMLTag(0x0E0D) }
    @inlinable package static var devicePasswordEnabled: WBXMLTag { WBXMLTag(0x0E0E) }
    @inlinable package static var alphanumericDevicePasswordRequired: WBXMLTag { WBXMLTag(0x0E0F) }
    @inlinable package static var requireStorageCardEncryption: WBXMLTag { WBXMLTag(0x0E10) }
    @inlinable package static var passwordRecoveryEnabled: WBXMLTag { WBXMLTag(0x0E11) }
    @inlinable package static var documentBrowseEnabled: WBXMLTag { WBXMLTag(0x0E12) }  // 12.0 and before
    @inlinable package static var attachmentsEnabled: WBXMLTag { WBXMLTag(0x0E13) }
    @inlinable package static var minDevicePasswordLength: WBXMLTag { WBXMLTag(0x0E14) }
    @inlinable package static var maxInactivityTimeDeviceLock: WBXMLTag { WBXMLTag(0x0E15) }
    @inlinable package static var maxDevicePasswordFailedAttempts: WBXMLTag { WBXMLTag(0x0E16) }
    @inlinable package static var maxAttachmentSize: WBXMLTag { WBXMLTag(0x0E17) }
    @inlinable package static var allowSimpleDevicePassword: WBXMLTag { WBXMLTag(0x0E18) }
    @inlinable package static var devicePasswordExpiration: WBXMLTag { WBXMLTag(0x0E19) }
    @inlinable package static var devicePasswordHistory: WBXMLTag { WBXMLTag(0x0E1A) }
    @inlinable package static var allowStorageCard: WBXMLTag { WBXMLTag(0x0E1B) }
    @inlinable package static var allowCamera: WBXMLTag { WBXMLTag(0x0E1C) }
    @inlinable package static var requireDeviceEncryption: WBXMLTag { WBXMLTag(0x0E1D) }
    @inlinable package static var allowUnsignedApplications: WBXMLTag { WBXMLTag(0x0E1E) }
    @inlinable package static var allowUnsignedInstallationPackages: WBXMLTag { WBXMLTag(0x0E1F) }
    @inlinable package static var minDevicePasswordComplexCharacters: WBXMLTag { WBXMLTag(0x0E20) }
    @inlinable package static var allowWiFi: WBXMLTag { WBXMLTag(0x0E21) }
    @inlinable package static var allowTextMessaging: WBXMLTag { WBXMLTag(0x0E22) }
    @inlinable package static var allowPOPIMAPEmail: WBXMLTag { WBXMLTag(0x0E23) }
    @inlinable package static var allowBluetooth: WBXMLTag { WBXMLTag(0x0E24) }
    @inlinable package static var allowIrDA: WBXMLTag { WBXMLTag(0x0E25) }
    @inlinable package static var requireManualSyncWhenRoaming: WBXMLTag { WBXMLTag(0x0E26) }
    @inlinable package static var allowDesktopSync: WBXMLTag { WBXMLTag(0x0E27) }
    @inlinable package static var maxCalendarAgeFilter: WBXMLTag { WBXMLTag(0x0E28) }
    @inlinable package static var allowHTMLEmail: WBXMLTag { WBXMLTag(0x0E29) }
    @inlinable package static var maxEmailAgeFilter: WBXMLTag { WBXMLTag(0x0E2A) }
    @inlinable package static var maxEmailBodyTruncationSize: WBXMLTag { WBXMLTag(0x0E2B) }
    @inlinable package static var maxEmailHTMLBodyTruncationSize: WBXMLTag { WBXMLTag(0x0E2C) }
    @inlinable package static var requireSignedSMIMEMessages: WBXMLTag { WBXMLTag(0x0E2D) }
    @inlinable package static var requireEncryptedSMIMEMessages: WBXMLTag { WBXMLTag(0x0E2E) }
    @inlinable package static var requireSignedSMIMEAlgorithm: WBXMLTag { WBXMLTag(0x0E2F) }
    @inlinable package static var requireEncryptionSMIMEAlgorithm: WBXMLTag { WBXMLTag(0x0E30) }
    @inlinable package static var allowSMIMEEncryptionAlgorithmNegotiation: WBXMLTag { WBXMLTag(0x0E31) }
    @inlinable package static var allowSMIMESoftCerts: WBXMLTag { WBXMLTag(0x0E32) }
    @inlinable package static var allowBrowser: WBXMLTag { WBXMLTag(0x0E33) }
    @inlinable package static var allowConsumerEmail: WBXMLTag { WBXMLTag(0x0E34) }
    @inlinable package static var allowRemoteDesktop: WBXMLTag { WBXMLTag(0x0E35) }
    @inlinable package static var allowInternetSharing: WBXMLTag { WBXMLTag(0x0E36) }
    @inlinable package static var unapprovedInROMApplicationList: WBXMLTag { WBXMLTag(0x0E37) }
    @inlinable package static var applicationName: WBXMLTag { WBXMLTag(0x0E38) }
    @inlinable package static var approvedApplicationList: WBXMLTag { WBXMLTag(0x0E39) }
    @inlinable package static var hash: WBXMLTag { WBXMLTag(0x0E3A) }
    @inlinable package static var accountOnlyRemoteWipe: WBXMLTag { WBXMLTag(0x0E3B) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(14, "Provision", [
        "Provision", "Policies", "Policy", "PolicyType", "PolicyKey", "Data", "Status", "RemoteWipe", "EASProvisionDoc", "DevicePasswordEnabled",
        "AlphanumericDevicePasswordRequired", "RequireStorageCardEncryption", "PasswordRecoveryEnabled", "DocumentBrowseEnabled",
        "AttachmentsEnabled", "MinDevicePasswordLength", "MaxInactivityTimeDeviceLock", "MaxDevicePasswordFailedAttempts", "MaxAttachmentSize",
        "AllowSimpleDevicePassword", "DevicePasswordExpiration", "DevicePasswordHistory", "AllowStorageCard", "AllowCamera",
        "RequireDeviceEncryption", "AllowUnsignedApplications", "AllowUnsignedInstallationPackages", "MinDevicePasswordComplexCharacters",
        "AllowWiFi", "AllowTextMessaging", "AllowPOPIMAPEmail", "AllowBluetooth", "AllowIrDA", "RequireManualSyncWhenRoaming", "AllowDesktopSync",
        "MaxCalendarAgeFilter", "AllowHTMLEmail", "MaxEmailAgeFilter", "MaxEmailBodyTruncationSize", "MaxEmailHTMLBodyTruncationSize",
        "RequireSignedSMIMEMessages", "RequireEncryptedSMIMEMessages", "RequireSignedSMIMEAlgorithm", "RequireEncryptionSMIMEAlgorithm",
        "AllowSMIMEEncryptionAlgorithmNegotiation", "AllowSMIMESoftCerts", "AllowBrowser", "AllowConsumerEmail", "AllowRemoteDesktop",
        "AllowInternetSharing", "UnapprovedInROMApplicationList", "ApplicationName", "ApprovedApplicationList", "Hash", "AccountOnlyRemoteWipe",
    ])
}
