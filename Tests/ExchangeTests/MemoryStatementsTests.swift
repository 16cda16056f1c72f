import State
import Testing

@testable import Exchange

@Suite struct MemoryStatementsTests {
    @Test(arguments: [
        ("My beagle Rex sleeps in the kitchen.", "My beagle Rex sleeps in the kitchen."),
        ("Hi! I am allergic to peanuts. What can I eat?", "I am allergic to peanuts."),
        ("Our office is in Bern, near 12.5 km of lake. Thanks!", "Our office is in Bern, near 12.5 km of lake."),
        ("What is Rust?\nI really like Swift\nBye", "I really like Swift"),
        ("I\u{2019}m a nurse in Leeds.", "I'm a nurse in Leeds."),
        ("By the way, my son is seven years old.", "By the way, my son is seven years old."),
    ])
    func whatOneSaysOfOneselfIsAFact(message: String, fact: String) {
        let chunks = MemoryStatements.chunks(of: message)
        #expect(chunks.map(\.text) == [fact] && chunks.map(\.kind) == [.semantic])
        #expect(chunks.first?.importance == 0.8 && chunks.first?.source == .conversation)
    }

    @Test(arguments: [
        "I'd like my answers in French.", "Please answer in German.", "I prefer short answers with an example.",
        "For our reports I want you to use the metric system.",
        "When I ask for code, please use tabs.", "Call me Dr. Weber",
    ])
    func howOneWantsThingsDoneIsAProcedure(message: String) {
        let chunks = MemoryStatements.chunks(of: message)
        #expect(chunks.map(\.text) == [message] && chunks.map(\.kind) == [.procedural])
    }

    @Test(arguments: [
        "Where does my beagle sleep?", "I'm looking for a hotel in Porto.", "I have a quick question about Swift.",
        "I was wondering whether you know Porto.", "My question is about rivers.",
        "I want you to write a poem on cats.",
        "The sky is blue and my.", "He said I am tall.", "```\nI am code.\n```", "I am.",
        String(repeating: "I like long messages. ", count: 100),
    ])
    func whatPassesIsNoStatement(message: String) { #expect(MemoryStatements.chunks(of: message).isEmpty) }

    @Test func noMessageFillsTheMemory() {
        let message = (1...20).map { "I like the number \($0) a lot." }.joined(separator: " ")
        #expect(MemoryStatements.chunks(of: message).count == 4)
    }
}
