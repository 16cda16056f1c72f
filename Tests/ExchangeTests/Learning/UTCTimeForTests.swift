import Telemetry

@testable import Exchange

enum UTCTimeForTests {
    /// Seconds since 1970.
    static var now: Double { UTCTime.now().unixSeconds }
}
