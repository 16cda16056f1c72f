import Foundation
import Logging
import Testing

@testable import Telemetry

private struct Failure: Error, CustomStringConvertible {
    var description: String { "it broke" }
}

@Suite struct JSONLogHandlerTests {
    private let noon = UTCTime(seconds: 1_740_830_401, nanoseconds: 42_999_999)

    private func logger(_ output: OutputPipe, level: Logger.Level = .trace) -> Logger {
        Logger(label: "martlet.test") { label in
            JSONLogHandler(label: label, writer: output.writer, level: level, clock: { noon })
        }
    }

    @Test func writesOneObjectALine() throws {
        let output = try OutputPipe()
        var logger = logger(output)
        logger[metadataKey: "request_id"] = "r1"
        logger.info(
            "llm_usage",
            metadata: [
                "prompt_tokens": "\(12)", "cost": .stringConvertible(0.5), "hit": .stringConvertible(true),
                "count": .stringConvertible(7), "models": ["a", "b"], "nested": ["y": "2", "x": ["1"]],
            ])
        #expect(
            output.finish() == """
                {"time":"2025-03-01T12:00:01.042Z","level":"info","event":"llm_usage","logger":"martlet.test",\
                "cost":0.5,"count":7,"hit":true,"models":["a","b"],"nested":{"x":["1"],"y":"2"},"prompt_tokens":"12",\
                "request_id":"r1"}

                """)
    }

    @Test func everyCharacterSurvives() throws {
        let output = try OutputPipe()
        let text = String(String.UnicodeScalarView((0..<0x250).compactMap { Unicode.Scalar($0) })) + "😀\u{2028}"
        logger(output).warning("\(text)", metadata: ["\u{1B}[31m\"": "\(text)"])
        let lines = output.finish()
        #expect(lines.utf8.filter { $0 < 0x20 || $0 == 0x7F } == [10])
        #expect(!lines.unicodeScalars.contains { (0x80..<0xA0).contains($0.value) })
        let object = try parseObject(lines)
        #expect(object["event"] as? String == text)
        #expect(object["\u{1B}[31m\""] as? String == text)
    }

    @Test func longLinesAreCutAndStillParse() throws {
        let output = try OutputPipe()
        let logger = logger(output)
        logger.info("\(String(repeating: "é\n", count: 20_000))")
        var many: Logger.Metadata = ["z": "last"]
        for index in 0..<40 { many["k\(index)"] = .string(String(repeating: "\u{1}", count: 1_000)) }
        logger.info("many", metadata: many)
        var deep: Logger.MetadataValue = "end"
        for _ in 0..<1_000 { deep = .array([deep]) }
        logger.info("deep", metadata: ["deep": deep, "wide": .array(Array(repeating: "x", count: 5_000))])
        let lines = output.finishLines()
        #expect(lines.count == 3)
        for line in lines {
            #expect(line.utf8.count < LineWriter.maximumLineBytes)
            #expect(try parseObject(line)["truncated"] as? Bool == true)
        }
        #expect(try parseObject(lines[1])["z"] as? String == "last")
        #expect(try (parseObject(lines[2])["wide"] as? [String])?.count == JSONLine.maximumMembers)
    }

    @Test func secretsAreReplacedAndReservedNamesKept() throws {
        let output = try OutputPipe()
        logger(output).info(
            "request",
            metadata: [
                "api_key": "sk-1", "Authorization": "Bearer x", "level": "mine", "total_tokens": "9",
                "headers": ["x-auth-token": "t", "accept": "*/*", "X-Custom-Key": "k", "cookie": "c"],
            ])
        let line = output.finish()
        let object = try parseObject(line)
        for secret in ["sk-1", "Bearer", "\"t\"", "\"k\"", "\"c\""] { #expect(!line.contains(secret)) }
        #expect(object["api_key"] as? String == "[REDACTED]")
        #expect(object["total_tokens"] as? String == "9")
        #expect(object["level"] as? String == "info")
        #expect(object["metadata_level"] as? String == "mine")
        #expect((object["headers"] as? [String: String])?["accept"] == "*/*")
    }

    @Test func levelsProvidersAndErrors() throws {
        let output = try OutputPipe()
        var handler = JSONLogHandler(
            label: "x", writer: output.writer, level: .warning, metadataProvider: .init { ["trace_id": "t", "a": "2"] })
        handler[metadataKey: "a"] = "1"
        let logger = Logger(label: "x") { _ in handler }
        logger.info("not written")
        logger.error("failed", error: Failure(), metadata: ["b": "3"])
        let lines = output.finishLines()
        #expect(lines.count == 1)
        let object = try parseObject(lines[0])
        #expect(object["a"] as? String == "2")
        #expect(object["b"] as? String == "3")
        #expect(object["trace_id"] as? String == "t")
        #expect(object["error"] as? String == "it broke")
        #expect(object["error_type"] as? String == "Failure")
    }

    @Test func concurrentLinesAreWhole() async throws {
        let output = try OutputPipe()
        let logger = logger(output)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<10 {
                        logger.info("e", metadata: ["k": "\(String(repeating: "\(task)", count: 4_000))"])
                    }
                }
            }
        }
        let lines = output.finishLines()
        #expect(lines.count == 80)
        for line in lines {
            let text = try #require(parseObject(line)["k"] as? String)
            #expect(text.count == 4_000 && Set(text).count == 1)
        }
    }

    @Test func aClosedDescriptorLosesTheLineAndNothingElse() {
        let writer = LineWriter(fileDescriptor: -1)
        writer.write(Array("x\n".utf8))
        #expect(writer.droppedLines == 1)
        #expect(!writer.isTerminal)
    }

    @Test func aFullPipeDropsLinesAndRecoversOnALineBoundary() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        #expect(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
        defer { for end in ends { close(end) } }
        let writer = LineWriter(fileDescriptor: ends[1])
        // Not a divisor of the pipe's size, so that the last line is cut.
        let line = Array(String(repeating: "a", count: 9_999).utf8) + [10]
        while writer.droppedLines == 0 { writer.write(line) }
        var chunk = [UInt8](repeating: 0, count: 1 << 21)
        _ = read(ends[0], &chunk, chunk.count)
        writer.write(Array("next\n".utf8))
        let count = read(ends[0], &chunk, chunk.count)
        #expect(String(decoding: chunk[0..<max(count, 0)], as: UTF8.self) == "\nnext\n")
    }
}

@Suite struct TextLogHandlerTests {
    private func lines(colour: Bool, _ body: (Logger) -> Void) throws -> [String] {
        let output = try OutputPipe()
        body(
            Logger(label: "x") { label in
                TextLogHandler(
                    label: label, writer: output.writer, level: .trace, usesColour: colour,
                    clock: { UTCTime(seconds: 43_201) })
            })
        return output.finishLines()
    }

    @Test func writesForAPerson() throws {
        let lines = try lines(colour: false) { logger in
            logger.info("event", metadata: ["key": "value", "a": "two words", "empty": "", "list": ["1", "x y"]])
            logger.error("bad\n\u{1B}[2J", metadata: ["api_key": "sk", "d": ["k": "v"], "headers": ["cookie": "c"]])
        }
        #expect(
            lines == [
                #"12:00:01 info  event a="two words" empty="" key=value list=[1,"x y"]"#,
                #"12:00:01 error bad\n\u001b[2J api_key=[REDACTED] d={k=v} headers={cookie=[REDACTED]}"#,
            ])
    }

    @Test func coloursTheLevelOnly() throws {
        let lines = try lines(colour: true) { $0.warning("e") }
        #expect(lines == ["12:00:01 \u{1B}[33mwarn\u{1B}[0m  e"])
    }

    @Test func longLinesAreCut() throws {
        let lines = try lines(colour: false) { logger in
            var many: Logger.Metadata = [:]
            for index in 0..<100 { many["k\(index)"] = .string(String(repeating: "v", count: 5_000)) }
            logger.info("e", metadata: many)
        }
        #expect(lines.count == 1)
        #expect(lines[0].utf8.count < LineWriter.maximumLineBytes && lines[0].hasSuffix(" [truncated]"))
    }

    @Test func automaticFormIsJSONOffATerminal() throws {
        let output = try OutputPipe()
        #expect(LogFormat.auto.makeHandler(label: "x", writer: output.writer) is JSONLogHandler)
        #expect(LogFormat.text.makeHandler(label: "x", writer: output.writer) is TextLogHandler)
        #expect(LogFormat(rawValue: "yaml") == nil)
        _ = output.finish()
    }
}

@Suite struct RedactionTests {
    @Test(arguments: [
        "authorization", "Proxy-Authorization", "x-api-key", "api-key", "x-goog-api-key", "Cookie", "set-cookie",
        "x-subscription-key", "x-api-key-id", "x-amz-security-token", "client-secret-value", "x-vsr-internal-auth",
    ])
    func secretHeaders(_ name: String) { #expect(Redaction.isSecret(header: name)) }

    @Test(arguments: ["accept", "content-type", "x-request-id", "keep-alive", "x-keyboard", ""])
    func otherHeaders(_ name: String) { #expect(!Redaction.isSecret(header: name)) }

    @Test func contentIsOnlyItsSize() {
        #expect(Redaction.contentDescriptor("grüße") == "[content] 7 bytes")
    }
}

@Suite struct UTCTimeTests {
    @Test(arguments: [
        (0, 0, "1970-01-01T00:00:00.000Z"), (951_782_399, 999_999_999, "2000-02-28T23:59:59.999Z"),
        (951_782_400, 1_000_000, "2000-02-29T00:00:00.001Z"), (-1, 0, "1969-12-31T23:59:59.000Z"),
        (253_402_300_799, 0, "9999-12-31T23:59:59.000Z"),
    ])
    func formats(_ seconds: Int64, _ nanoseconds: Int64, _ expected: String) {
        #expect(UTCTime(seconds: seconds, nanoseconds: nanoseconds).rfc3339 == expected)
    }
}
