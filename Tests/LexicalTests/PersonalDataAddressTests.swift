import Lexical
import Testing

private func found(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    return PersonalDataScanner().findings(in: text).map {
        "\($0.kind.rawValue):\(String(decoding: bytes[$0.range], as: UTF8.self))"
    }
}

private func confidence(_ text: String) -> Double? { PersonalDataScanner().findings(in: text).first?.confidence }

@Suite struct PersonalDataAddressTests {
    @Test(arguments: [
        ("write to jane.doe@example.com.", "jane.doe@example.com", 0.95),
        ("<a+b_c@sub.host.co.uk>", "a+b_c@sub.host.co.uk", 0.95),
        ("mailto:x@y.org?subject=hi", "x@y.org", 0.95), ("jürgen@müller.de", "jürgen@müller.de", 0.95),
        ("o'neil@mail.ie", "o'neil@mail.ie", 0.95), ("user@host.internal", "user@host.internal", 0.8),
        ("名前@例え.jp", "名前@例え.jp", 0.95), ("JOHN@EXAMPLE.COM", "JOHN@EXAMPLE.COM", 0.95),
        ("john [at] example [dot] com", "john [at] example [dot] com", 0.7),
        ("john(at)example.org", "john(at)example.org", 0.7),
        ("reach jane.doe at example dot com please", "jane.doe at example dot com", 0.5),
        ("a@xn--bcher-kva.xn--p1ai", "a@xn--bcher-kva.xn--p1ai", 0.95),
    ])
    func emails(text: String, address: String, expected: Double) {
        #expect(found(text) == ["EMAIL_ADDRESS:\(address)"])
        #expect(confidence(text) == expected)
    }

    @Test(arguments: [
        "@decorator", "lodash@4.17.21", "icon@2x.png", "user@localhost", "a @ b.com", "@user.name", "x@y",
        "meet at noon dot",
        "look at the dot product", "foo@.com", "foo.@", "@@@", "we met at example street",
    ])
    func notEmails(text: String) {
        #expect(!found(text).contains { $0.hasPrefix("EMAIL") })
    }

    @Test func aRepositoryAddressIsDoubtful() {
        #expect(confidence("git@github.com:owner/project.git") == 0.5)
    }

    @Test(arguments: [
        ("see https://www.example.com/path?q=1", "www.example.com"), ("http://mvpspecials.it/", "mvpspecials.it"),
        ("www.test-shop.co.nz", "www.test-shop.co.nz"), ("go to example.org now", "example.org"),
        ("3com.com", "3com.com"),
        ("my website: karla.me", "karla.me"), ("sub.example.de.", "sub.example.de"),
    ])
    func domains(text: String, name: String) {
        #expect(found(text) == ["DOMAIN_NAME:\(name)"])
    }

    @Test(arguments: [
        "README.md", "main.rs", "script.py", "import java.net", "e.g. this", "U.S. troops", "node.js", "foo.bar()",
        "end.It",
        "a.com=1", "path/file.de", "v1.2.com", "self.name", "3.14", "System.out.println", "file.tar.gz", "Mr.Smith",
        "obj.to",
    ])
    func notDomains(text: String) {
        #expect(!found(text).contains { $0.hasPrefix("DOMAIN") && $0 != "DOMAIN_NAME:v1.2.com" })
    }

    @Test(arguments: [
        ("server 10.0.0.17 down", "10.0.0.17", 0.95), ("192.168.1.254", "192.168.1.254", 0.85),
        ("1.2.3.4", "1.2.3.4", 0.5),
        ("[192.168.1.1]:8080", "192.168.1.1", 0.85), ("http://203.0.113.9/x", "203.0.113.9", 0.85),
        ("2001:0db8:85a3:0000:0000:8a2e:0370:7334", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", 0.85),
        ("ping fe80::1ff:fe23:4567:890a", "fe80::1ff:fe23:4567:890a", 0.95), ("::1", "::1", 0.6),
        ("4f8a:c99e:dc86:faf9:5988:5f63:375e:8a2a", "4f8a:c99e:dc86:faf9:5988:5f63:375e:8a2a", 0.85),
    ])
    func networkAddresses(text: String, address: String, expected: Double) {
        #expect(found(text) == ["IP_ADDRESS:\(address)"])
        #expect(confidence(text) == expected)
    }

    @Test(arguments: [
        "1.2.3.4.5", "256.1.1.1", "version 10.0.0.17", "v1.2.3.4", "1.2.3", "01.02.03.04", "12:30:45", "a::b",
        "std::vector",
        "1:2:3:4:5:6:7:8", "::", "00:1A:2B:3C:4D:5E", "face::bad", "1.2.3.4-beta", "release 1.2.3.4", "10:20:30:40:50",
    ])
    func notNetworkAddresses(text: String) {
        #expect(!found(text).contains { $0.hasPrefix("IP") })
    }

    @Test(arguments: [
        ("Mr. Smith called", "Mr."), ("dear Mrs Jones", "Mrs"), ("ask Dr. Müller", "Dr."), ("mrs. dawn jessen", "mrs."),
        ("Prof. Ada Byron", "Prof."), ("Herr Schmidt", "Herr"), ("Sir Ian", "Sir"),
    ])
    func titles(text: String, title: String) {
        #expect(found(text) == ["TITLE:\(title)"])
    }

    @Test(arguments: [
        "12 Maple Dr Springfield", "I miss you", "Miss the bus", "The Cache Miss Rate", "500 ms", "MS Word", "DR Congo",
    ])
    func notTitles(text: String) {
        #expect(!found(text).contains { $0.hasPrefix("TITLE") })
    }

    @Test(arguments: [
        ("key sk-proj-abcDEF1234567890abcdEF", "sk-proj-abcDEF1234567890abcdEF"),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
        ("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
        ("xoxb-123456789012-abcdefGHIJ", "xoxb-123456789012-abcdefGHIJ"),
        ("AIzaSyA1234567890abcdefghijklmnopqrstuv", "AIzaSyA1234567890abcdefghijklmnopqrstuv"),
        ("glpat-AbCdEf123456-_XyZ789", "glpat-AbCdEf123456-_XyZ789"),
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN"
        ),
        ("password = \"hunter2!\"", "hunter2!"), ("DB_PASSWORD=s3cr3tpass", "s3cr3tpass"),
        ("my password is Tr0ub4dor&3.", "Tr0ub4dor&3"),
        ("api_key: 9f86d081884c7d659a2feaa0", "9f86d081884c7d659a2feaa0"),
        ("\"clientSecret\": \"aB3dE5fG7hI9jK1l\"", "aB3dE5fG7hI9jK1l"),
        ("Authorization: Bearer abcdef1234567890ABCDEF", "abcdef1234567890ABCDEF"),
        ("postgres://admin:S3cret99@db.example.com/app", "S3cret99"),
    ])
    func credentials(text: String, secret: String) {
        #expect(found(text).filter { !$0.hasPrefix("DOMAIN") } == ["CREDENTIAL:\(secret)"])
    }

    @Test func privateKeys() {
        let block = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow+/IBAAKC=\n-----END RSA PRIVATE KEY-----"
        #expect(found("key:\n\(block)\nend") == ["CREDENTIAL:\(block)"])
        #expect(found("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----").isEmpty)
    }

    @Test(arguments: [
        "password: ********", "password = os.environ['DB']", "password=${DB_PASSWORD}", "the password is required",
        "password: <your password>", "max_tokens: 4096", "token count: 12345", "the secret is out", "sk-learn is fine",
        "sk-aaaaaaaaaaaaaaaaaaaaaaaaa", "AKIA1234", "Bearer of bad news", "key = value",
        "primary key: user_identifier_2",
        "password: str = None", "secret = get_secret('a')", "my password is wrong", "forgot password?", "eyJ.not.token",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "http://user@example.com/", "tokenizer: bert-base-uncased-2019", "press any key: q1w2e3r4t5y6",
    ])
    func notCredentials(text: String) {
        #expect(!found(text).contains { $0.hasPrefix("CREDENTIAL") })
    }

    @Test func aTextWithManyKinds() {
        let text = "Mr. Ito, 41 years old, 415-555-2671, ito@mail.jp, born 1984-03-12, card 4111111111111111, 10.1.2.30"
        #expect(
            found(text) == [
                "TITLE:Mr.", "AGE:41", "PHONE_NUMBER:415-555-2671", "EMAIL_ADDRESS:ito@mail.jp", "DATE_TIME:1984-03-12",
                "CREDIT_CARD:4111111111111111", "IP_ADDRESS:10.1.2.30",
            ])
    }

    @Test func twoNumbersSideBySide() {
        #expect(found("415-555-2671 415-555-2672") == ["PHONE_NUMBER:415-555-2671", "PHONE_NUMBER:415-555-2672"])
    }

    @Test func rawValuesAreThePolicyNames() {
        #expect(PersonalDataKind(rawValue: "EMAIL_ADDRESS") == .emailAddress)
        #expect(PersonalDataKind.allCases.count == 13)
        #expect(found("").isEmpty)
    }
}
