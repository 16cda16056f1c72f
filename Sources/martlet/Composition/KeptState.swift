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
        let accounts: AccountKeeper
    }

    /// Opens the file and names the engines. Throws when they cannot be used: what they hold must not be lost silently.
    /// With mocks nothing outside this machine is asked.
    init(_ directory: StateDirectory, _ settings: GlobalSettings, isMocked: Bool, logger: Logger) throws {
        let engines: SharedEngines
        do throws(StateError) { engines = try SharedEngines(isMocked ? nil : settings, logger: logger) } catch {
            throw StartupError(message: error.description)
        }
        self.engines = engines
        let services = settings.services
        let documents = settings.stores.vectorStore
        let responseLimit = services.responseAPI.maximumResponses
        guard let lock = Self.lock(directory.path + "/state.lock") else {
            logger.warning(
                "state_in_use",
                metadata: [
                    "directory": "\(directory.path)",
                    "reason": "another process keeps its state there; this one's sessions end with it",
                ])
            memory = RouterMemory(
                responseRecords: engines.responses ?? BoundedResponseStore(limit: responseLimit),
                replay: try KeptReplay.writer(
                    services.routerReplay, shared: engines.replay, database: nil, directory: directory, logger: logger),
                costs: CostLedger(retentionDays: services.costs.retentionDays), memories: try MemoryTable(),
                retrieval: try KeptDocuments.resources(documents, database: nil, directory: directory, logger: logger),
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
            let limits = LimitWindows()
            let costs = CostLedger(database, retentionDays: services.costs.retentionDays)
            let accounts = AccountKeeper(
                limits: try LimitKeeper(limits, database: database, logger: logger, at: Self.now), costs: costs,
                logger: logger)
            memory = RouterMemory(
                sessions: sessions, experience: experience, responseRecords: engines.responses ?? responses,
                replay: try KeptReplay.writer(
                    services.routerReplay, shared: engines.replay, database: database, directory: directory,
                    logger: logger),
                costs: costs, limits: limits, memories: MemoryTable(database),
                retrieval: try KeptDocuments.resources(
                    documents, database: database, directory: directory, logger: logger),
                sharedSessions: engines.sessions)
            file = OwnedFile(
                lock: lock, database: database, sessions: sessions, keeper: keeper, accounts: accounts)
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
        guard let file else { return }
        async let learned: Void = file.keeper.run()
        await file.accounts.run { Self.now }
        await learned
    }

    /// Whole seconds since 1970.
    private static var now: Int64 { Int64(Date().timeIntervalSince1970) }

    /// Writes replay records until `close`: requests that are drained leave theirs too.
    func startReplay() -> Task<Void, Never> { Task { [memory] in await memory.replay?.run() } }

    /// Writes what is left and gives the directory back.
    func close(_ replay: Task<Void, Never>) async {
        memory.replay?.close()
        await replay.value
        engines.close()
        guard let file else { return }
        file.sessions.flush()
        file.keeper.write()
        file.accounts.write(at: Self.now)
        file.database.close()
        Glibc.close(file.lock)
    }
}
