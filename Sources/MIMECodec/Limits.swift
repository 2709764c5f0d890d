/// What this room refuses to go beyond, whatever a message says. Nothing here is configurable: stored summaries depend on it.
package enum Limits {
    /// Multiparts and messages inside each other; what lies deeper is one opaque part. (threat T10)
    package static let depth = 100
    /// Parts of one message; the last one keeps the rest of the octets. (T10)
    package static let parts = 10_000
    /// Octets of one header that are searched for fields; the header itself may be longer. (T11)
    package static let headerOctets = 1_048_576
    /// Known fields kept of one header.
    static let fieldsOfOneHeader = 1_000
    /// Octets of one text field (Subject, Message-ID, a Content-Type …) that are kept.
    static let fieldOctets = 262_144
    /// Octets of one address field that are read.
    static let addressFieldOctets = 1_048_576
    /// Addresses kept of one field; group markers count. (T11)
    static let addresses = 10_000
    /// Octets of an obsolete source route.
    static let routeOctets = 1_024
    /// Octets of an encoded word that is taken for one; RFC 2047 §2 allows 75.
    static let encodedWordOctets = 1_024
    /// Octets of a charset's name.
    static let charsetNameOctets = 64
    /// Blanks between a soft line break's `=` and the line end.
    static let softBreakBlanks = 1_024
    /// Octets and words of a date.
    static let dateOctets = 256
    static let dateTokens = 32
    /// Text parts that are joined to one body.
    static let bodySegments = 200
    static let fileNameCharacters = 255
    /// Octets of text that are squeezed to the preview.
    static let previewOctets = 2_048
    /// Octets of one envelope in list form; nested ones too.
    static let envelopeOctets = 2_097_152
    /// Parameters of one Content-Type or Content-Disposition. (T11)
    static let parameters = 128
    /// Sections `name*n` joined to one value. (T11)
    static let parameterSections = 1_000
    /// Depth of comments inside comments; deeper ones end the field.
    static let commentDepth = 64
    /// RFC 2046 §5.1.1 allows 70; real mail has longer ones.
    static let boundaryOctets = 200
    /// Characters of the preview.
    package static let previewCharacters = 256
    /// Octets of a body part that are decoded to find the preview.
    static let previewSource = 32_768
    /// Hashes of Message-ID, In-Reply-To and References.
    package static let threadKeys = 64
    /// Attachments listed in a summary; the structure has all.
    package static let attachments = 1_000
    /// Octets of one summary's display texts per field.
    static let displayOctets = 16_384
    /// Addresses per display list.
    static let displayAddresses = 1_000
    /// Octets of text that a decoder makes at once.
    package static let decodedText = 16 * 1_048_576
}
