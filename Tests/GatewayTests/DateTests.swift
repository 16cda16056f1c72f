import Testing

@testable import Gateway

@Suite
struct DateTests {
    @Test func dateHasItsFixedForm() {
        let text = HTTPDate().now()
        #expect(text.utf8.count == 29)
        #expect(
            text.wholeMatch(of: /(Sun|Mon|Tue|Wed|Thu|Fri|Sat), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/) != nil)
    }
}
