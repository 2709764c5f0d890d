// swift-tools-version: 6.2
// The house, floor by floor. An arrow may only point to a lower floor (docs/architecture.md); `make check` holds it to that.
import PackageDescription

let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

/// A room: one Swift target and the rooms below that it may see.
func room(_ name: String, _ below: [Target.Dependency] = [], _ more: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: below, swiftSettings: house + more)
}
/// The tests of a room; `TestSupport` is theirs alone.
func tests(_ name: String, _ below: [Target.Dependency]) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: below + [.byName(name: name)], swiftSettings: house)
}
/// A C library from Debian, with the inline functions that Swift cannot see itself.
func library(_ name: String, _ links: String...) -> Target {
    .target(name: name, linkerSettings: links.map { .linkedLibrary($0) })
}

let package = Package(
    name: "martlet",
    products: [.executable(name: "martlet", targets: ["martlet"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    ],
    targets: [
        // Cellar: system libraries
        library("CSQLite", "sqlite3"), library("COpenSSL", "ssl", "crypto"), library("CSASL", "sasl2"),
        library("CIconv"), library("CLinux"), library("CCAres", "cares"), library("CIDN2", "idn2"), library("CExpat", "expat"), library("CText"),

        // Ground: materials and contracts
        room("Bytes", [], [.enableExperimentalFeature("Lifetimes")]),
        room("Model"),
        room("Telemetry", [logging]),
        room("Crypto", ["Bytes", "COpenSSL"]),
        room("SessionKit", ["Bytes", "Model", "Telemetry"]),

        // Floor 1: pure codecs
        room("SMTPCodec", ["DNSCodec", "Bytes", "Model"]),
        room("MIMECodec", ["Bytes", "Model", "CIconv"]),
        room("IMAPCodec", ["Bytes", "Model", "MIMECodec"]),
        room("HTTPCodec", ["Bytes", "Model"]),
        room("EASCodec", ["Bytes", "Model", "CExpat", "CText"]),
        room("DNSCodec", ["Bytes", "Model", "CIDN2"]),

        // Floor 2: the store
        room("MailStore", ["Model", "Bytes", "Telemetry", "CSQLite", "Crypto", "CLinux", logging]),

        // Floor 3: meaning and policy
        room("Directory", ["MailStore", "SessionKit", "SMTPCodec", "Model", "Bytes", "Crypto", "Telemetry", "CSASL", logging]),
        room("MailAuthentication", ["DNSCodec", "MIMECodec", "SMTPCodec", "Crypto", "Bytes", "Model"]),
        room("Delivery", ["MailAuthentication", "DNSCodec", "HTTPCodec", "SessionKit", "Directory", "MailStore", "MIMECodec", "SMTPCodec", "Crypto", "Bytes", "Model", "Telemetry", logging]),
        room("Groupware", ["Delivery", "Directory", "MailStore", "MIMECodec", "Bytes", "Model", "Telemetry", logging]),

        // Floor 4: conversations
        room("SMTPSession", ["SMTPCodec", "SessionKit", "Delivery", "Directory", "MailStore", "Bytes", "Model", "Telemetry", logging]),
        room("IMAPSession", ["IMAPCodec", "MIMECodec", "SessionKit", "Groupware", "Directory", "MailStore", "Bytes", "Model", "Telemetry", logging]),
        room("HTTPSession", ["HTTPCodec", "SessionKit", "Bytes", "Model", "Telemetry", logging]),
        room("EASSession", ["EASCodec", "HTTPSession", "HTTPCodec", "Groupware", "Delivery", "Directory", "MailStore", "MIMECodec", "SessionKit", "Crypto", "Bytes", "Model", "Telemetry", logging]),

        // Floor 4, the other way round: we are the client
        room("Outbound", ["SMTPCodec", "MIMECodec", "DNSCodec", "HTTPCodec", "MailAuthentication", "SessionKit", "Delivery", "Directory", "MailStore", "Crypto", "Bytes", "Model", "Telemetry", logging]),

        // Floor 5: sockets and TLS
        room("Transport", ["DNSCodec", "CCAres", "SessionKit", "Bytes", "Model", "Telemetry", "COpenSSL", "CLinux", logging]),

        // Floor 6: the assembly, and the door
        room("MartletDaemon", [
            "Outbound", "MailAuthentication", "DNSCodec", "Transport", "SMTPSession", "IMAPSession", "HTTPSession", "EASSession", "EASCodec", "SessionKit", "Groupware", "Delivery", "Directory", "MailStore",
            "MIMECodec", "HTTPCodec", "Crypto", "Bytes", "Model", "Telemetry", "CLinux", "COpenSSL", logging,
        ]),
        .executableTarget(name: "martlet", dependencies: ["MartletDaemon", argumentParser], swiftSettings: house),

        // Tests mirror the rooms
        .executableTarget(name: "StoreProbe", dependencies: ["MailStore", "Model", logging], path: "Tests/StoreProbe", swiftSettings: house),
        .target(name: "TestSupport", dependencies: ["SessionKit", "MailStore", "DNSCodec", "Bytes", "Model"], path: "Tests/TestSupport", swiftSettings: house),
        tests("Bytes", []), tests("Model", []), tests("Telemetry", [logging]), tests("Crypto", ["Bytes"]),
        tests("SMTPCodec", ["Bytes", "Model", "TestSupport"]), tests("MIMECodec", ["Bytes", "Model", "Crypto", "TestSupport"]),
        tests("IMAPCodec", ["Bytes", "Model", "MIMECodec", "TestSupport"]),
        tests("HTTPCodec", ["Bytes", "TestSupport"]), tests("EASCodec", ["Bytes", "Model", "TestSupport"]),
        .target(name: "CFaultyDisk", path: "Tests/CFaultyDisk", linkerSettings: [.linkedLibrary("sqlite3")]),
        tests("MailStore", ["Bytes", "Model", "CSQLite", "CFaultyDisk", "TestSupport", logging]),
        tests("Directory", ["MailStore", "Model", "Bytes", "Crypto", "TestSupport", logging]),
        tests("Delivery", ["MailAuthentication", "DNSCodec", "HTTPCodec", "SessionKit", "Directory", "MailStore", "MIMECodec", "SMTPCodec", "Crypto", "Model", "Bytes", "TestSupport"]),
        tests("Groupware", ["Delivery", "Directory", "MailStore", "MIMECodec", "Model", "Bytes", "TestSupport"]),
        tests("SMTPSession", ["SMTPCodec", "SessionKit", "Delivery", "Directory", "MailStore", "Crypto", "Bytes", "Model", "Telemetry", "TestSupport", logging]),
        tests("IMAPSession", ["IMAPCodec", "MIMECodec", "SessionKit", "Groupware", "Delivery", "Directory", "MailStore", "Bytes", "Model", "TestSupport"]),
        tests("HTTPSession", ["HTTPCodec", "SessionKit", "Bytes", "Model", "Telemetry", "TestSupport", logging]),
        tests("EASSession", ["EASCodec", "HTTPSession", "HTTPCodec", "Groupware", "Delivery", "Directory", "MailStore", "MIMECodec", "SessionKit", "Crypto", "Telemetry", "Bytes", "Model", "TestSupport", logging]),
        tests("DNSCodec", ["Bytes", "Model", "TestSupport"]),
        tests("MailAuthentication", ["DNSCodec", "MIMECodec", "Crypto", "Bytes", "Model", "TestSupport"]),
        tests("Outbound", ["SMTPCodec", "MIMECodec", "DNSCodec", "MailAuthentication", "Transport", "SessionKit", "Delivery", "Directory", "MailStore", "Crypto", "Bytes", "Model", "Telemetry", "TestSupport", logging]),
        tests("Transport", ["DNSCodec", "SessionKit", "Bytes", "Model", "COpenSSL", "CLinux", "TestSupport"]),
        .executableTarget(name: "wbxml-bench", dependencies: ["EASCodec", "Bytes"], path: "Tests/Benchmarks/WBXML", swiftSettings: house),
        tests("MartletDaemon", ["Model", "MailStore", "Directory", "SessionKit", "TestSupport", "martlet", logging]),
    ],
    swiftLanguageModes: [.v6]
)
