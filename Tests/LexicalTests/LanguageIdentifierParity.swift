/// What the reference implementation in `Training/language` says of some texts; see its README for the command.
enum LanguageIdentifierParity {
    static let all: [(language: String, probability: Double, text: String)] = [
        ("en", 0.9976077, "How do I sort a list in Python?"),
        ("en", 0.9837644, "what time"),
        ("nb", 0.8392658, "Kan du hjelpe meg med dette?"),
        ("da", 0.9060344, "Jeg kan ikke komme i dag."),
        ("bs", 0.3840636, "Hoću da idem kući."),
        ("id", 0.7016627, "Saya mahu pergi ke sekolah."),
        ("pt", 0.9862178, "Como está o tempo hoje?"),
        ("tr", 0.9949884, "ÇOK TEŞEKKÜR EDERİM"),
        ("ro", 0.3110102, "cafe"),
        ("vi", 0.9999228, "Làm ơn giúp tôi với"),
        ("pl", 0.9996886, "Dziękuję bardzo, do widzenia!"),
        ("ru", 0.8045815, "Как установить Kubernetes на сервер?"),
        ("sr", 0.4533254, "Не знам шта да радим."),
        ("bg", 0.9940586, "Добър ден, как сте?"),
        ("fa", 0.9999960, "این یک متن کوتاه است"),
        ("mr", 0.9824360, "आज मौसम अच्छा आहे"),
        ("ja", 0.6827586, "東京タワー and the sea"),
        ("zh", 0.3604682, "什么是machine learning?"),
        ("it", 0.9977984, "L’ospite è arrivato; vedi https://example.org/la/pagina e `let x`."),
        ("el", 0.5714286, "α, β and Καλημέρα: <b>mixed</b> text"),
        ("de", 1.0000000, long),
    ]

    /// Longer than what is read, so that the sampling takes part.
    private static let long =
        String(repeating: "Dies ist der Anfang. ", count: 60)
        + String(repeating: "Este es el medio del texto. ", count: 60)
        + String(repeating: "Et voici la fin du texte. ", count: 60)
}
