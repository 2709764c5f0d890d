// The demo's certificate: self-signed, kept once it is made.

enum DemoCertificate {
    static func make(_ settings: Settings) throws(ControlFailure) {}
}
