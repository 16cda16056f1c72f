import Testing

@testable import Wire

@Suite struct UsageTailTests {
    private static let counts = #"{"prompt_tokens":96,"completion_tokens":72,"total_tokens":168}"#

    private func usage(_ body: String) -> Usage? { UsageTail.usage(atEndOf: Array(body.utf8)) }

    @Test(arguments: [
        #"{"choices":[],"usage":\#(counts)}"#,
        "{\"usage\" :\n \(counts) } \r\n",
        #"{"usage":\#(counts),"system_fingerprint":"a}]\"{","service_tier":null}"#,
        #"{"usage":\#(counts),"x":[{"y":"}"},[]],"z":{}}"#,
        #"{"choices":[{"message":{"content":"say \"usage\":{\"prompt_tokens\":1}"}}],"usage":\#(counts)}"#,
    ])
    func aMemberOfTheRootIsFound(_ body: String) {
        #expect(usage(body) == Usage(promptTokens: 96, completionTokens: 72, totalTokens: 168))
    }

    /// Whoever gets nil parses the whole.
    @Test(arguments: [
        #"{"choices":[{"usage":\#(counts)}]}"#, #"{"a":{"usage":\#(counts)}}"#, #"[{"usage":\#(counts)}]"#,
        #"{"usage":\#(counts),"a":{"usage":\#(counts)}}"#, #"{"usage":\#(counts)"#, #"{"usage":{"prompt_tokens":96"#,
        #"{"usage":null}"#, #""usage""#, "", "{}",
        #"{"usage":\#(counts)} {}"#, #"{"usage":{"prompt_tokens":tru}}"#, #"{"usage":\#(counts),"a":"cut"#,
    ])
    func whatCannotBeSeenIsLeftToTheParser(_ body: String) {
        #expect(usage(body) == nil)
    }

    /// Whatever an answer holds, both ways find the same counts.
    @Test func bothWaysAgree() {
        let members = [
            #""usage":\#(Self.counts)"#, #""usage":{"prompt_tokens":1,"prompt_tokens_details":{"cached_tokens":1}}"#,
            #""choices":[{"usage":{"prompt_tokens":7},"index":0}]"#, #""text":"\"usage\":{}""#,
            #""nested":{"usage":{}}"#,
            #""usage":null"#, #""end":[1,{"a":"]}"}]"#,
        ]
        for first in members {
            for second in members where first.hasPrefix("\"usage\"") != second.hasPrefix("\"usage\"") {
                let body = Array("{\(first),\(second)}".utf8)
                var seen: [Usage?] = []
                for interest in [ResponseObserver.Interest.everything, .usage] {
                    var observer = ResponseObserver(isEventStream: false, interest: interest)
                    observer.observe(body)
                    seen.append(observer.finish().usage)
                }
                #expect(seen[0] == seen[1], "\(first) \(second)")
            }
        }
    }
}
