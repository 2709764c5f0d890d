/// Code page 24: the elements of the namespace RightsManagement, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.25)
@usableFromInline package enum RightsManagement {
    @inlinable package static var rightsManagementSupport: WBXMLTag { WBXMLTag(0x1805) }
    @inlinable package static var rightsManagementTemplates: WBXMLTag { WBXMLTag(0x1806) }
    @inlinable package static var rightsManagementTemplate: WBXMLTag { WBXMLTag(0x1807) }
    @inlinable package static var rightsManagementLicense: WBXMLTag { WBXMLTag(0x1808) }
    @inlinable package static var editAllowed: WBXMLTag { WBXMLTag(0x1809) }
    @inlinable package static var replyAllowed: WBXMLTag { WBXMLTag(0x180A) }
    @inlinable package static var replyAllAllowed: WBXMLTag { WBXMLTag(0x180B) }
    @inlinable package static var forwardAllowed: WBXMLTag { WBXMLTag(0x180C) }
    @inlinable package static var modifyRecipientsAllowed: WBXMLTag { WBXMLTag(0x180D) }
    @inlinable package static var extractAllowed: WBXMLTag { WBXMLTag(0x180E) }
    @inlinable package static var printAllowed: WBXMLTag { WBXMLTag(0x180F) }
    @inlinable package static var exportAllowed: WBXMLTag { WBXMLTag(0x1810) }
    @inlinable package static var programmaticAccessAllowed: WBXMLTag { WBXMLTag(0x1811) }
    @inlinable package static var owner: WBXMLTag { WBXMLTag(0x1812) }
    @inlinable package static var contentExpiryDate: WBXMLTag { WBXMLTag(0x1813) }
    @inlinable package static var templateID: WBXMLTag { WBXMLTag(0x1814) }
    @inlinable package static var templateName: WBXMLTag { WBXMLTag(0x1815) }
    @inlinable package static var templateDescription: WBXMLTag { WBXMLTag(0x1816) }
    @inlinable package static var contentOwner: WBXMLTag { WBXMLTag(0x1817) }
    @inlinable package static var removeRightsManagementProtection: WBXMLTag { WBXMLTag(0x1818) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(24, "RightsManagement", [
        "RightsManagementSupport", "RightsManagementTemplates", "RightsManagementTemplate", "RightsManagementLicense", "EditAllowed", "ReplyAllowed",
        "ReplyAllAllowed", "ForwardAllowed", "ModifyRecipientsAllowed", "ExtractAllowed", "PrintAllowed", "ExportAllowed",
        "ProgrammaticAccessAllowed", "Owner", "ContentExpiryDate", "TemplateID", "TemplateName", "TemplateDescription", "ContentOwner",
        "RemoveRightsManagementProtection",
    ])
}
