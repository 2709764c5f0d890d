/// What this room refuses to go beyond, whatever a message says. Nothing here is configurable: stored summaries depend on it.
package enum Limits {
    /// Multiparts and messages inside each other; what lies deeper is one opaque part. (threat T10)
    package static let depth = 100
    /// Parts of one message; the last one keeps the rest of the octets. (T10)
    package static let parts = 10_000
    /// Octets of one header that are searched for fields; the header itself may be longer. (T11)
    package static let headerOctets = 1_048_576
    /// Known fields kept of one header.
    package static let fieldsOfOneHeader = 1_000
    /// Octets of one text field (Subject, Message-ID, a Content-Type …) that are kept.
    package static let fieldOctets = 262_144
    /// Octets of one address field that are read.
    package static let addressFieldOctets = 1_048_576
    /// Addresses kept of one field; group markers count. (T11)
    package static let addresses = 10_000
    /// Octets of an obsolete source route.
    package static let routeOctets = 1_024
    /// Octets of an encoded word that is taken for one; RFC 2047 §2 allows 75.
    package static let encodedWordOctets = 1_024
    /// Octets of a charset's name.
    package static let charsetNameOctets = 64
    /// Blanks between a soft line break's `=` and the line end.
    package static let softBreakBlanks = 1_024
    /// Octets and words of a date.
    package static let dateOctets = 256
    package static let dateTokens = 32
    /// Text parts that are joined to one body.
    package static let bodySegments = 200
    package static let fileNameCharacters = 255
    /// Octets of text that are squeezed to the preview.
    package static let previewOctets = 2_048
    /// Octets of one envelope in list form; nested ones too.
    package static let envelopeOctets = 2_097_152
    /// Parameters of one Content-Type or Content-Disposition. (T11)
    package static let parameters = 128
    /// Sections `name*n` joined to one value. (T11)
    package static let parameterSections = 1_000
    /// Depth of comments inside comments; deeper ones end the field.
    package static let commentDepth = 64
    /// RFC 2046 §5.1.1 allows 70; real mail has longer ones.
    package static let boundaryOctets = 200
    /// Characters of the preview.
    package static let previewCharacters = 256
    /// Octets of a body part that are decoded to find the preview.
    package static let previewSource = 32_768
    /// Hashes of Message-ID, In-Reply-To and References.
    package static let threadKeys = 64
    /// Message ids that an answer takes along in References; the newest stay.
    package static let references = 100
    /// Attachments listed in a summary; the structure has all.
    package static let attachments = 1_000
    /// Octets of one summary's display texts per field.
    package static let displayOctets = 16_384
    /// Addresses per display list.
    package static let displayAddresses = 1_000
    /// Octets of text that a decoder makes at once.
    package static let decodedText = 16 * 1_048_576
}
