// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors where a machine judges the build.
let isStrict = Context.environment["MARTLET_STRICT"] != nil

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]
let nioLocks = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let ssl = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A room of the house and the tests beside it.
func room(_ name: String, _ dependencies: [Target.Dependency] = [], testing: [Target.Dependency] = []) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: settings),
        .testTarget(
            name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies + testing,
            swiftSettings: settings),
    ]
}

let package = Package(
    name: "martlet",
    products: [.executable(name: "martlet", targets: ["martlet"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-service-context", from: "1.5.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(
            name: "CRE2", cxxSettings: [.define("NDEBUG")],
            linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("stdc++")]),
        .target(
            name: "CHNSW", cxxSettings: [.define("NDEBUG")], linkerSettings: [.linkedLibrary("stdc++")]),
        .target(name: "CHiredis", linkerSettings: [.linkedLibrary("hiredis")]),
        .target(name: "CPostgres", linkerSettings: [.linkedLibrary("pq")]),
    ]
        + room("Wire")
        + [
            .target(
                name: "PolicyTestSupport", dependencies: ["Policy"], path: "Tests/PolicyTestSupport",
                swiftSettings: settings)
        ]
        + room("Policy", [yams], testing: ["PolicyTestSupport"])
        + room("Lexical", ["CRE2"])
        + room("Routing", ["Policy"], testing: ["PolicyTestSupport"])
        + room("SessionSuite", ["Policy", "Routing"])
        + room(
            "State",
            [
                "CHNSW", "CHiredis", "CPostgres", "Policy", "Routing", logging,
                .product(name: "GRDB", package: "GRDB.swift"),
            ])
        + [
            .target(name: "COpenVINO"),
            .target(name: "Encoding", dependencies: ["Wire", "COpenVINO"], swiftSettings: settings),
            .testTarget(
                name: "EncodingTests", dependencies: ["Encoding", "Wire"],
                exclude: ["Graph/Fixtures", "Tokenizer/Fixtures"], swiftSettings: settings),
        ]
        + room("Evidence", ["Wire", "Policy", "Lexical", "Encoding", "Routing"])
        + room(
            "Telemetry",
            [
                "Wire", logging, metrics, tracing,
                .product(name: "ServiceContextModule", package: "swift-service-context"),
            ])
        + room(
            "Upstream", nio + [nioLocks, ssl, logging, .product(name: "NIOTLS", package: "swift-nio")],
            testing: [.product(name: "NIOEmbedded", package: "swift-nio")])
        + room("MockBackend", nio + [logging])
        + room("Retrieval", ["Wire", "Policy", "Lexical", "Routing", "Evidence", "State", logging])
        + room(
            "Exchange",
            ["Wire", "Policy", "Lexical", "Routing", "Evidence", "State", "Retrieval", "Upstream", "Telemetry"] + nio
                + [logging, metrics, tracing],
            testing: ["PolicyTestSupport", .product(name: "NIOEmbedded", package: "swift-nio")])
        + room(
            "Gateway", ["Exchange", "Upstream"] + nio + [nioLocks, ssl, logging],
            testing: [.product(name: "NIOEmbedded", package: "swift-nio")])
        + room(
            "ExtProc",
            [
                "Wire", "Policy", "Upstream", "Telemetry", "Exchange", yams, logging, metrics, ssl,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
            ],
            testing: [
                "Evidence", "Routing", .product(name: "NIOEmbedded", package: "swift-nio"),
            ])
        + room(
            "Control",
            [
                "Evidence", "Exchange", "Policy", "Retrieval", "Routing", "State", "Wire", "Telemetry", logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ])
        + [
            .executableTarget(
                name: "martlet",
                dependencies: [
                    "Wire", "Policy", "Lexical", "Encoding", "Routing", "Evidence", "Upstream", "Telemetry",
                    "MockBackend",
                    "Exchange", "Gateway", "ExtProc", "Control", "SessionSuite", "State", "Retrieval", logging,
                    metrics, tracing, .product(name: "ArgumentParser", package: "swift-argument-parser"),
                    .product(name: "AsyncHTTPClient", package: "async-http-client"),
                    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                    .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                    .product(name: "NIOCore", package: "swift-nio"),
                    .product(name: "NIOHTTP1", package: "swift-nio"),
                    .product(name: "NIOPosix", package: "swift-nio"),
                ], swiftSettings: settings),
            .testTarget(
                name: "EndToEndTests", dependencies: ["martlet", "Wire", "MockBackend"], exclude: ["Fixtures"],
                swiftSettings: settings),
            .target(name: "AllocationCounter", path: "Benchmarks/AllocationCounter"),
            .executableTarget(
                name: "martlet-benchmarks",
                dependencies: [
                    "AllocationCounter", "Wire", "Policy", "Lexical", "Encoding", "Routing", "Evidence", "State",
                    "Exchange", logging,
                ] + nio, path: "Benchmarks/Micro", swiftSettings: settings),
            .executableTarget(
                name: "do-nothing-processor",
                dependencies: [
                    "Wire", "ExtProc", logging, .product(name: "NIOCore", package: "swift-nio"),
                ], path: "Benchmarks/ExtProc/DoNothing", swiftSettings: settings),
        ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
