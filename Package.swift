// swift-tools-version: 6.2
// Galley: the modules and what each may depend on. Scripts/walls holds every file's imports against the same table.
import PackageDescription

// A release leaves out the run-time checks for overlapping access to one variable; debug builds and so all tests have them.
// Its generic types are put together by calls and not by their mangled names: reading a name takes a search through the
// conformances of the whole program, and 250 of them at each start took 3 ms of 21.
let ours: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .treatAllWarnings(as: .error),
    .unsafeFlags(
        [
            "-enforce-exclusivity=unchecked", "-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors",
            "-Xfrontend", "-function-sections",
        ],
        .when(configuration: .release)),
]

// A release is linked to a fixed address: 165,000 pointers need not be adjusted at each start, which takes 2 ms, and the 6 MB
// they stand in are shared and can be given back. What C code it uses is in shared libraries, which are still put anywhere.
// What a start and jobs run lies together (Scripts/layout), which spares a process 7 MB of pages.
let layout: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=gold", "-Xlinker", "-no-pie", "-Xlinker",
            "--section-ordering-file=\(Context.packageDirectory)/Scripts/layout.d/functions",
        ],
        .when(configuration: .release))
]

let package = Package(
    name: "galley",
    products: [.executable(name: "galley", targets: ["galley"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        .target(name: "JSONCore", swiftSettings: ours),
        .systemLibrary(
            name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "COniguruma", pkgConfig: "oniguruma", providers: [.apt(["libonig-dev"])]),
        .target(name: "CCurl"),
        .target(name: "CGlibc"),
        .target(name: "CPostgres"),
        .target(name: "CSSH2"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "XML", dependencies: ["JSONCore", "CLibXML2"], swiftSettings: ours),
        .target(
            name: "RecipeLanguage",
            dependencies: [
                "JSONCore", "XML", "COniguruma", "BigInt", "Yams", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ], swiftSettings: ours),
        .target(
            name: "ConnectorKit",
            dependencies: [
                "RecipeLanguage", .product(name: "Logging", package: "swift-log"),
                .product(name: "Crypto", package: "swift-crypto"),
            ], swiftSettings: ours),
        .target(
            name: "OutboundHTTP",
            dependencies: [
                "ConnectorKit", "CZlib", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], swiftSettings: ours),
        .target(
            name: "Workspace",
            dependencies: ["ConnectorKit", .product(name: "Crypto", package: "swift-crypto")], swiftSettings: ours),
        .target(
            name: "JobHistory",
            dependencies: [
                "RecipeLanguage", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ], swiftSettings: ours),
        .target(
            name: "Engine",
            dependencies: [
                "ConnectorKit", "JobHistory", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ], swiftSettings: ours),
        .target(
            name: "BuiltInConnectors",
            dependencies: [
                "ConnectorKit", "XML", "CCurl", "CGlibc", "CPostgres", "CSSH2",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: ours),
        .target(
            name: "ConnectorImport", dependencies: ["RecipeLanguage", "Yams"], swiftSettings: ours),
        .target(
            name: "Sandbox",
            dependencies: [
                "JSONCore", "XML", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], swiftSettings: ours),
        .target(
            name: "GalleyServer",
            dependencies: [
                "Engine", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Mustache", package: "swift-mustache"),
            ], swiftSettings: ours),
        .executableTarget(
            name: "galley",
            dependencies: [
                "Engine", "BuiltInConnectors", "ConnectorImport", "OutboundHTTP", "Workspace", "Sandbox",
                "GalleyServer", "CGlibc",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: ours, linkerSettings: layout),
        .executableTarget(
            name: "Bench", dependencies: ["JSONCore", "XML", "RecipeLanguage", "JobHistory"], swiftSettings: ours),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "JSONCore", "XML", "RecipeLanguage", "ConnectorKit", "BuiltInConnectors", "ConnectorImport",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: ours),
        .testTarget(name: "JSONCoreTests", dependencies: ["JSONCore"], swiftSettings: ours),
        .testTarget(name: "XMLTests", dependencies: ["XML"], swiftSettings: ours),
        .testTarget(
            name: "RecipeLanguageTests", dependencies: ["RecipeLanguage"],
            exclude: ["Formulas/ruby_reference.rb", "Formulas/ruby_tokens.rb"], swiftSettings: ours),
        .testTarget(
            name: "OutboundHTTPTests",
            dependencies: ["OutboundHTTP", .product(name: "Hummingbird", package: "hummingbird")], swiftSettings: ours),
        .testTarget(name: "WorkspaceTests", dependencies: ["Workspace"], swiftSettings: ours),
        .testTarget(name: "JobHistoryTests", dependencies: ["JobHistory"], swiftSettings: ours),
        .testTarget(name: "EngineTests", dependencies: ["Engine"], swiftSettings: ours),
        .testTarget(
            name: "BuiltInConnectorsTests",
            dependencies: [
                "BuiltInConnectors", "OutboundHTTP", "Sandbox", "Workspace",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Crypto", package: "swift-crypto"),
            ], exclude: ["GraphQL/graphql_server.py", "Template/mustache_spec.json", "SOAP/Interoperation/Programs"],
            swiftSettings: ours),
        .testTarget(
            name: "ConnectorImportTests",
            dependencies: [
                "ConnectorImport", "BuiltInConnectors", "OutboundHTTP",
                .product(name: "Hummingbird", package: "hummingbird"),
            ], swiftSettings: ours),
        .testTarget(name: "SandboxTests", dependencies: ["Sandbox", "OutboundHTTP"], swiftSettings: ours),
        .testTarget(
            name: "GalleyServerTests",
            dependencies: ["GalleyServer", .product(name: "Crypto", package: "swift-crypto")], swiftSettings: ours),
        .testTarget(
            name: "ConnectorKitTests",
            dependencies: ["ConnectorKit", .product(name: "Crypto", package: "swift-crypto")], swiftSettings: ours),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "galley", "JSONCore", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Crypto", package: "swift-crypto"),
            ], swiftSettings: ours),
    ]
)
