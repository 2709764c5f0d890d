/// Code page 17: the elements of the namespace AirSyncBase, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.18)
@usableFromInline package enum AirSyncBase {
    @inlinable package static var bodyPreference: WBXMLTag { WBXMLTag(0x1105) }
    @inlinable package static var type: WBXMLTag { WBXMLTag(0x1106) }
    @inlinable package static var truncationSize: WBXMLTag { WBXMLTag(0x1107) }
    @inlinable package static var allOrNone: WBXMLTag { WBXMLTag(0x1108) }
    @inlinable package static var body: WBXMLTag { WBXMLTag(0x110A) }
    @inlinable package static var data: WBXMLTag { WBXMLTag(0x110B) }
    @inlinable package static var estimatedDataSize: WBXMLTag { WBXMLTag(0x110C) }
    @inlinable package static var truncated: WBXMLTag { WBXMLTag(0x110D) }
    @inlinable package static var attachments: WBXMLTag { WBXMLTag(0x110E) }
    @inlinable package static var attachment: WBXMLTag { WBXMLTag(0x110F) }
    @inlinable package static var displayName: WBXMLTag { WBXMLTag(0x1110) }
    @inlinable package static var fileReference: WBXMLTag { WBXMLTag(0x1111) }
    @inlinable package static var method: WBXMLTag { WBXMLTag(0x1112) }
    @inlinable package static var contentId: WBXMLTag { WBXMLTag(0x1113) }
    @inlinable package static var contentLocation: WBXMLTag { WBXMLTag(0x1114) }
    @inlinable package static var isInline: WBXMLTag { WBXMLTag(0x1115) }
    @inlinable package static var nativeBodyType: WBXMLTag { WBXMLTag(0x1116) }
    @inlinable package static var contentType: WBXMLTag { WBXMLTag(0x1117) }
    @inlinable package static var preview: WBXMLTag { WBXMLTag(0x1118) }
    @inlinable package static var bodyPartPreference: WBXMLTag { WBXMLTag(0x1119) }
    @inlinable package static var bodyPart: WBXMLTag { WBXMLTag(0x111A) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x111B) }
    @inlinable package static var add: WBXMLTag { WBXMLTag(0x111C) }
    @inlinable package static var delete: WBXMLTag { WBXMLTag(0x111D) }
    @inlinable package static var clientId: WBXMLTag { WBXMLTag(0x111E) }
    @inlinable package static var content: WBXMLTag { WBXMLTag(0x111F) }
    @inlinable package static var location: WBXMLTag { WBXMLTag(0x1120) }
    @inlinable package static var annotation: WBXMLTag { WBXMLTag(0x1121) }
    @inlinable package static var street: WBXMLTag { WBXMLTag(0x1122) }
    @inlinable package static var city: WBXMLTag { WBXMLTag(0x1123) }
    @inlinable package static var state: WBXMLTag { WBXMLTag(0x1124) }
    @inlinable package static var country: WBXMLTag { WBXMLTag(0x1125) }
    @inlinable package static var postalCode: WBXMLTag { WBXMLTag(0x1126) }
    @inlinable package static var latitude: WBXMLTag { WBXMLTag(0x1127) }
    @inlinable package static var longitude: WBXMLTag { WBXMLTag(0x1128) }
    @inlinable package static var accuracy: WBXMLTag { WBXMLTag(0x1129) }
    @inlinable package static var altitude: WBXMLTag { WBXMLTag(0x112A) }
    @inlinable package static var altitudeAccuracy: WBXMLTag { WBXMLTag(0x112B) }
    @inlinable package static var locationUri: WBXMLTag { WBXMLTag(0x112C) }
    @inlinable package static var instanceId: WBXMLTag { WBXMLTag(0x112D) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(17, "AirSyncBase", [
        "BodyPreference", "Type", "TruncationSize", "AllOrNone", "", "Body", "Data", "EstimatedDataSize", "Truncated", "Attachments", "Attachment",
        "DisplayName", "FileReference", "Method", "ContentId", "ContentLocation", "IsInline", "NativeBodyType", "ContentType", "Preview",
        "BodyPartPreference", "BodyPart", "Status", "Add", "Delete", "ClientId", "Content", "Location", "Annotation", "Street", "City", "State",
        "Country", "PostalCode", "Latitude", "Longitude", "Accuracy", "Altitude", "AltitudeAccuracy", "LocationUri", "InstanceId",
    ])
}
