import Exchange
import Foundation
import Logging
import Policy
import State

/// What outlives this process: sessions and what outcomes have taught, in one file of the state directory. One process
/// owns the file; another that is given the same directory goes on in memory and says so.
struct KeptState {
    let memory: RouterMemory
    private let engines: SharedEngines
    /// Nil where another process owns the directory.
    private let file: OwnedFile?

    private struct OwnedFile {
        let lock: CInt
        let database: StateDatabase
        let sessions: DurableSessionMemory
        let keeper: ExperienceKeeper
    }

    /// Opens the file and names the engines. Throws when they cannot be used: what they hold must not be lost silently.
    /// `settings` is nil where nothing outside this machine is asked.
    init(_ directory: StateDirectory, _ settings: GlobalSettings?, responseLimit: Int, logger: Logger) throws {
        let engines: SharedEngines
        do throws(StateError) { engines = try SharedEngines(settings, logger: logger) } catch {
            throw StartupError(message: error.description)
        }
        self.engines = engines
        guard let lock = Self.lock(directory.path + "/state.lock") else {
            logger.warning(
                "state_in_use",
                metadata: [
                    "directory": "\(directory.path)",
                    "reason": "another process keeps its state there; this one's sessions end with it",
                ])
            memory = RouterMemory(
                responseRecords: engines.responses ?? BoundedResponseStore(limit: responseLimit),
                sharedSessions: engines.sessions)
            file = nil
            return
        }
        do throws(StateError) {
            let database = try StateDatabase(path: directory.path + "/state.sqlite")
            let sessions = try DurableSessionMemory(
                database: database, logger: logger, now: Date().timeIntervalSince1970)
            let experience = ExperienceStore()
            let keeper = try ExperienceKeeper(experience, database: database, logger: logger)
            let responses = try DurableResponseStore(
                database, limit: responseLimit, at: Date().timeIntervalSince1970)
            memory = RouterMemory(
                sessions: sessions, experience: experience, responseRecords: engines.responses ?? responses,
                sharedSessions: engines.sessions)
            file = OwnedFile(lock: lock, database: database, sessions: sessions, keeper: keeper)
        } catch {
            Glibc.close(lock)
            throw StartupError(message: "\(error.description). Move the file away, or name another --state-directory.")
        }
    }

    /// A lock that ends with the process, however it ends; nil when another process has it.
    private static func lock(_ path: String) -> CInt? {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Writes what changes until the task is cancelled.
    func run() async {
        await engines.check()
        await file?.keeper.run()
    }

    /// Writes what is left and gives the directory back.
    func close() {
        engines.close()
        guard let file else { return }
        file.sessions.flush()
        file.keeper.write()
        file.database.close()
        Glibc.close(file.lock)
    }
}
