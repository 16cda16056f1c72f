import Foundation

/// Why a test cannot go on.
struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A point in time after which waiting is a failure.
struct Deadline {
    private let end: ContinuousClock.Instant

    init(_ seconds: Double) { end = .now + .seconds(seconds) }

    var remaining: Duration { max(.zero, end - .now) }

    var hasPassed: Bool { end <= .now }

    /// Asks every few milliseconds until there is an answer.
    @discardableResult
    func poll<Answer>(_ what: @autoclosure () -> String, _ ask: () throws -> Answer?) throws -> Answer {
        while true {
            if let answer = try ask() { return answer }
            if hasPassed { throw TestFailure("timed out waiting for \(what())") }
            usleep(10_000)
        }
    }
}
