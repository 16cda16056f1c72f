import Lexical
import Testing

@Suite struct QuestionGuardTests {
    @Test(arguments: [
        ("How do I reset my password?", "How can I reset the password?"),
        ("What is the capital of France?", "Which city is the capital of France?"),
        ("Convert 12 miles to kilometres", "12 miles in kilometres, please"),
        ("List three fruits", "Name 3 fruits"),
        ("Why is my build slow in Xcode?", "why does the build take long in Xcode"),
    ])
    func paraphrasesPass(one: String, other: String) {
        #expect(QuestionGuard(one).allows(QuestionGuard(other)))
        #expect(QuestionGuard(other).allows(QuestionGuard(one)))
    }

    @Test(arguments: [
        ("Convert 12 miles to kilometres", "Convert 21 miles to kilometres"),
        ("What happened in 1914?", "What happened in 1939?"),
        ("Is it safe to eat raw eggs?", "Is it not safe to eat raw eggs?"),
        ("Can I cancel my order?", "Can't I cancel my order?"),
        ("How far is it from Paris to Rome?", "How far is it from Rome to Paris?"),
        ("Who founded Google?", "Who founded Apple?"),
        ("How do I enable dark mode?", "How do I disable dark mode?"),
        ("What is the minimum age to vote?", "What is the maximum age to vote?"),
        ("What does foo_bar return?", "What does foo_baz return?"),
        ("Delete a branch before the merge", "Delete a branch after the merge"),
        ("What is 7 + 5?", "What is 7 - 5?"),
    ])
    func differencesThatChangeTheAnswerDoNot(one: String, other: String) {
        let passes = QuestionGuard(one).allows(QuestionGuard(other))
        #expect(!passes)
        #expect(QuestionGuard(other).allows(QuestionGuard(one)) == passes)
    }
}
