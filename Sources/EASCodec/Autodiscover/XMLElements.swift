import CExpat

/// A small XML document as the list of its elements, in the order they begin. It has no DOCTYPE. (XML 1.0, Namespaces in XML 1.0)
struct XMLElements {
    enum Limits {
        static let depth = 16
        static let elements = 256
        /// Octets of names and texts.
        static let text = 65_536
    }
    struct Element: Equatable {
        let depth: Int
        /// Without its namespace.
        let name: String
        /// Its own, without that of its children; blanks at both ends are gone.
        let text: String
    }
    let list: [Element]

    /// nil for what is not well formed, has a DOCTYPE, or is more than the limits allow.
    init?(_ octets: [UInt8]) {
        let read = unsafe octets.withUnsafeBytes {
            unsafe martlet_xml_read($0.baseAddress, $0.count, CInt(Limits.depth), CInt(Limits.elements), Limits.text)
        }
        guard let read = unsafe read else { return nil }
        defer { unsafe martlet_xml_free(read) }
        list = unsafe (0..<martlet_xml_count(read)).map { index in
            let name = unsafe String(cString: martlet_xml_name(read, index)), text = unsafe String(cString: martlet_xml_text(read, index))
            return unsafe Element(
                depth: Int(martlet_xml_depth(read, index)), name: String(name.split(separator: " ").last ?? ""), text: Self.trimmed(text))
        }
    }
    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
