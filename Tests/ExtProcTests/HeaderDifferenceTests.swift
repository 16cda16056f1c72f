import NIOHTTP1
import Testing

@testable import ExtProc

@Suite struct HeaderDifferenceTests {
    @Test func setsWhatIsNewOrOtherAndRemovesWhatIsGone() {
        let mutation = HeaderDifference.mutation(
            from: ["content-type": "application/json", "x-vsr-debug": "true", "accept-encoding": "gzip"],
            to: ["content-type": "application/json", "accept-encoding": "identity", "X-Selected-Model": "large"])
        #expect(mutation.sets.map(\.name) == ["accept-encoding", "x-selected-model"])
        #expect(mutation.sets.map(\.value) == ["identity", "large"])
        #expect(mutation.sets.allSatisfy { $0.action == .overwrite })
        #expect(mutation.removes == ["x-vsr-debug"])
    }

    @Test func leavesWhatBelongsToTheConnection() {
        let mutation = HeaderDifference.mutation(
            from: ["host": "client.example", "content-length": "10", "te": "trailers", "transfer-encoding": "chunked"],
            to: ["host": "backend.example", "content-length": "20"])
        #expect(mutation.isEmpty)
    }

    @Test func headersOfSeveralValuesAreKeptWholeOrReplacedWhole() {
        let present: HTTPHeaders = ["accept": "a", "x-list": "1"]
        var wanted: HTTPHeaders = ["accept": "a", "x-list": "1"]
        wanted.add(name: "x-list", value: "2")
        let mutation = HeaderDifference.mutation(from: present, to: wanted)
        #expect(mutation.sets.map(\.value) == ["1", "2"])
        #expect(mutation.sets.map(\.action) == [.overwrite, .append])
        #expect(HeaderDifference.mutation(from: wanted, to: wanted).isEmpty)
    }
}
