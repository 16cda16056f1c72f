import MockBackend
import Testing

@Suite struct FaultParsingTests {
    @Test(arguments: [
        ("status=503", Fault.status(503, retryAfter: nil, body: nil)),
        ("status=503,retry-after=2", .status(503, retryAfter: "2", body: nil)),
        (" status = 429 , body = slow down , retry-after = 1 ", .status(429, retryAfter: "1", body: "slow down")),
        ("reset", .reset), ("reset,after=3", .resetAfterChunks(3)), ("reset,after-bytes=100", .resetAfterBytes(100)),
        ("cut-after=3", .cutAfterChunks(3)), ("cut-after=0", .cutAfterChunks(0)),
        ("stall=5s", .stall(.seconds(5))), ("stall=5", .stall(.seconds(5))),
        ("stall=250ms", .stall(.milliseconds(250))),
        ("stall=1.5s", .stall(.milliseconds(1500))), ("stall=2m", .stall(.seconds(120))),
        ("stall=5s,after=2", .stallAfterChunks(2, .seconds(5))),
        ("malformed", .malformedChunk), ("truncate", .truncatedBody), ("error-event", .errorEvent),
        ("slow-headers", .slowHeaders(.seconds(1))), ("slow-headers=20ms", .slowHeaders(.milliseconds(20))),
        ("close-without-done", .closeWithoutDone),
    ])
    func faults(text: String, fault: Fault) throws {
        #expect(try FaultRule(parsing: text) == FaultRule(fault: fault))
    }

    @Test func conditions() throws {
        let rule = try FaultRule(parsing: "reset;model=NAME-7b;every=3; probability=0.1 ;nth=2")
        #expect(
            rule
                == FaultRule(when: .init(model: "NAME-7b", nth: 2, every: 3, probability: 0.1), fault: .reset))
    }

    @Test(arguments: [
        ("", FaultParseError.Code.empty, 0), ("  ", .empty, 0), (";model=a", .empty, 0),
        ("explode", .unknownFault, 0), ("Reset", .unknownFault, 0),
        ("status", .invalidValue, 0), ("status=", .invalidValue, 7), ("status=abc", .invalidValue, 7),
        ("status=99", .invalidValue, 7), ("status=600", .invalidValue, 7),
        ("status=503,after=2", .unknownParameter, 11), ("status=503,retry-after", .invalidValue, 11),
        ("status=503,retry-after=1,retry-after=2", .duplicate, 25), ("status=503,", .unknownParameter, 11),
        ("status=503,retry-after=é", .invalidValue, 23),
        ("reset=1", .invalidValue, 6), ("reset,after=1,after-bytes=2", .unknownParameter, 14),
        ("cut-after", .invalidValue, 0), ("cut-after=-1", .invalidValue, 10),
        ("stall", .invalidValue, 0), ("stall=soon", .invalidValue, 6), ("stall=-1s", .invalidValue, 6),
        ("stall=61m", .invalidValue, 6), ("stall=1e3s", .invalidValue, 6), ("stall=s", .invalidValue, 6),
        ("malformed=1", .invalidValue, 10), ("malformed=", .invalidValue, 10),
        ("reset;colour=red", .unknownParameter, 6), ("reset;", .unknownParameter, 6),
        ("reset;every=0", .invalidValue, 12), ("reset;probability=1.1", .invalidValue, 18),
        ("reset;probability=nan", .invalidValue, 18), ("reset;nth=1;nth=2", .duplicate, 12),
        ("reset;model=", .invalidValue, 12),
    ])
    func mistakes(text: String, code: FaultParseError.Code, offset: Int) {
        let error = #expect(throws: FaultParseError.self) { try FaultRule(parsing: text) }
        #expect(error?.code == code)
        #expect(error?.offset == offset)
        #expect(error?.message.isEmpty == false)
    }
}
