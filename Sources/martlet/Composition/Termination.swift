import UnixSignals

/// Waits for the signals that end a process.
enum Termination {
    /// Returns at the first SIGTERM or SIGINT.
    static func wait() async {
        for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { return }
    }
}
