import Lexical
import Testing

/// What a scan of a text is expected to find, in the form "KIND:text", in order.
private func found(_ text: String, above confidence: Double = 0) -> [String] {
    let bytes = Array(text.utf8)
    return PersonalDataScanner().findings(in: text).filter { $0.confidence > confidence }.map {
        "\($0.kind.rawValue):\(String(decoding: bytes[$0.range], as: UTF8.self))"
    }
}

private func confidence(_ text: String) -> Double? { PersonalDataScanner().findings(in: text).first?.confidence }

@Suite struct PersonalDataNumberTests {
    @Test(arguments: [
        ("Pay with 4111 1111 1111 1111 please", "4111 1111 1111 1111"),
        ("4012888888881881", "4012888888881881"),
        ("5555-5555-5555-4444", "5555-5555-5555-4444"),
        ("2223003122003222", "2223003122003222"),
        ("amex 3782 822463 10005", "3782 822463 10005"),
        ("diners 3056 930902 5904", "3056 930902 5904"),
        ("Card: 6011111111111117, exp 12/27", "6011111111111117"),
        ("jcb 3530111333300000.", "3530111333300000"),
        ("visa 4222222222222 (old)", "4222222222222"),
        ("(4111111111111111)", "4111111111111111"),
        ("{\"pan\":\"4111111111111111\"}", "4111111111111111"),
        ("4111 1111 1111 1111 12/25 123", "4111 1111 1111 1111"),
    ])
    func cards(text: String, number: String) {
        #expect(found(text) == ["CREDIT_CARD:\(number)"])
        #expect(confidence(text) == 0.99)
    }

    @Test(arguments: [
        "4111 1111 1111 1112", "1234567890123456", "0000 0000 0000 0000", "4111.1111.1111.1111", "ID4111111111111111",
        "41111111111111110", "9780306406157", "ISBN 978-3-16-148410-0", "550e8400-e29b-41d4-a716-446655440000",
        "ean 4006381333931", "1700000000000", "4111-1111 1111-1111", "0.4111111111111111",
        "d41d8cd98f00b204e9800998ecf8427e", "part 4111 1111 111",
    ])
    func notCards(text: String) {
        #expect(!found(text).contains { $0.hasPrefix("CREDIT_CARD") })
    }

    @Test func anOrderNumberThatPassesTheCheckIsDoubtful() {
        #expect(confidence("order 4111111111111111") == 0.5)
    }

    @Test(arguments: [
        ("IBAN GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32"),
        ("DE89370400440532013000", "DE89370400440532013000"),
        ("fr1420041010050500013m02606", "fr1420041010050500013m02606"),
        ("to NO9386011117947 now", "NO9386011117947"),
        ("(MT84MALT011000012345MTLCAST001S)", "MT84MALT011000012345MTLCAST001S"),
        ("CH93-0076-2011-6238-5295-7", "CH93-0076-2011-6238-5295-7"),
    ])
    func accounts(text: String, number: String) {
        #expect(found(text) == ["IBAN_CODE:\(number)"])
        #expect(confidence(text) == 0.99)
    }

    @Test(arguments: [
        "GB82WEST12345698765433", "XX82WEST12345698765432", "DE8937040044053201300", "DE893704004405320130000",
        "model DE12 and more text follows it here", "GB82 WE ST12 3456 9876 5432",
    ])
    func notAccounts(text: String) {
        #expect(!found(text).contains { $0.hasPrefix("IBAN") })
    }

    @Test func aNamedAccountWithAWrongCheckIsDoubtful() {
        #expect(confidence("my IBAN is GB82WEST12345698765433") == 0.6)
    }

    @Test(arguments: [
        ("My SSN is 536-90-4399.", 0.95, "536-90-4399"), ("536-90-4399", 0.85, "536-90-4399"),
        ("ssn: 536904399", 0.9, "536904399"), ("social security number 536 90 4399", 0.9, "536 90 4399"),
    ])
    func socialSecurity(text: String, expected: Double, number: String) {
        #expect(found(text) == ["US_SSN:\(number)"])
        #expect(confidence(text) == expected)
    }

    @Test(arguments: [
        "ssn 000-12-3456", "ssn 666-12-3456", "ssn 900-12-3456", "ssn 123-00-4567", "ssn 123-45-0000", "536904399",
        "536 90 4399", "order 536-90-4399", "1536-90-43991", "536-90-4399-1",
    ])
    func notSocialSecurity(text: String) {
        #expect(!found(text).contains { $0.hasPrefix("US_SSN") })
    }

    @Test(arguments: [
        ("My driver's license number is U62928788557186", "U62928788557186"),
        ("driver licence: 481195160", "481195160"), ("drivers license no. LH329609T", "LH329609T"),
    ])
    func driverLicenses(text: String, number: String) {
        #expect(found(text) == ["US_DRIVER_LICENSE:\(number)"])
    }

    @Test(arguments: [
        "481195160", "software license key 481195160", "my driver's license expired on 2020-01-05",
        "the driver version 481195160",
    ])
    func notDriverLicenses(text: String) {
        #expect(!found(text).contains { $0.hasPrefix("US_DRIVER") })
    }

    @Test(arguments: [
        ("Call +1 415 555 2671", "+1 415 555 2671", 0.95), ("+4915112345678", "+4915112345678", 0.85),
        ("(415) 555-2671", "(415) 555-2671", 0.75), ("415-555-2671", "415-555-2671", 0.75),
        ("tel: 415.555.2671 x22", "415.555.2671 x22", 0.95), ("1-800-555-0199", "1-800-555-0199", 0.75),
        ("my phone number is 4155552671", "4155552671", 0.9), ("020 7946 0958", "020 7946 0958", 0.6),
        ("mobile 02.27.96.63.08", "02.27.96.63.08", 0.9), ("+33 (0)1 42 68 53 00", "+33 (0)1 42 68 53 00", 0.85),
        ("Phone: 28-81-33-70", "28-81-33-70", 0.9), ("0044 20 7946 0958", "0044 20 7946 0958", 0.7),
        ("655 437 108 office", "655 437 108", 0.9), ("call me: 555-1234", "555-1234", 0.9),
        ("+49 89 636-48018", "+49 89 636-48018", 0.85),
    ])
    func phones(text: String, number: String, expected: Double) {
        #expect(found(text) == ["PHONE_NUMBER:\(number)"])
        #expect(confidence(text) == expected)
    }

    @Test(arguments: [
        "2024-01-31", "31.01.2024 12:45", "version 10.0.22621.1", "1,234,567", "1.234.567", "1 234 567", "$4155552671",
        "order 415-555-2671", "ISBN 978-0-306-40615-7", "40.7128, -74.0060", "lat 51.507351 lon -0.127758",
        "1700000000",
        "4155552671", "1990-1995", "2019-2020", "RFC 2616-1999", "id=1234567890", "12:30:45", "3.14159265",
        "ticket 0123-456-789", "tracking 1Z999AA10123456784", "550e8400-e29b-41d4-a716-446655440000", "+5 points",
        "2 + 2 = 4", "x = 100 200 300", "score 10-12 11-9 12-10", "192.168.100.200", "#415-555-2671", "90210-1234",
        "1234 5678 9012", "a1b2c3d4e5f6", "00:1A:2B:3C:4D:5E", "serial 0800-123-4567", "25% of 1200000",
        "Sheffield 22 10 0 12 599 730 20", "0.00262 0.0417", "5950 6000 255 241 6950 7000", "10,415 555 2671",
        "0.11966 0.15319 1.8", "00123 45.678 90",
    ])
    func notPhones(text: String) {
        #expect(!found(text).contains { $0.hasPrefix("PHONE") })
    }

    @Test(arguments: [
        ("Springfield, IL 62704", "62704"), ("ZIP: 7412 SL", "7412 SL"), ("zip code 94105-1234", "94105-1234"),
        ("12 Main Street, Boston, MA 02108.", "02108"), ("10 Downing Street, London SW1A 2AA", "SW1A 2AA"),
        ("Ottawa K1A 0B1", "K1A 0B1"), ("postal code: 53-320", "53-320"),
    ])
    func postalCodes(text: String, code: String) {
        #expect(found(text) == ["ZIP_CODE:\(code)"])
    }

    @Test(arguments: [
        "12345", "error 50321", "OK 123456", "I have 94105 files", "AB 12345", "H1N1 2AB", "zip the 3 files",
    ])
    func notPostalCodes(text: String) {
        #expect(!found(text).contains { $0.hasPrefix("ZIP") })
    }

    @Test(arguments: [
        ("born on 12/03/1984", "12/03/1984"), ("DOB: 1984-03-12", "1984-03-12"), ("date of birth 3.12.84", "3.12.84"),
        ("He was born March 12, 1984 in Bonn", "March 12, 1984"),
        ("birthday: 12th of March 1984", "12th of March 1984"),
        ("geboren 12.03.1984", "12.03.1984"), ("born in March 1984", "March 1984"),
    ])
    func datesOfBirth(text: String, date: String) {
        #expect(found(text) == ["DATE_TIME:\(date)"])
        #expect(confidence(text) == 0.95)
    }

    @Test func otherDatesAreDoubtful() {
        for text in ["on 2024-03-12", "12/31/2023", "March 3, 2021", "3 Sept 2021"] { #expect(confidence(text) == 0.5) }
    }

    @Test(arguments: [
        "12/25", "1/2/3", "99/99/1984", "1984-13-01", "March", "in 1984", "May I", "2024-01-02T03:04:05Z",
        "v2024.1.2.3",
        "12.03.84", "3/4 cup", "24/7",
    ])
    func notDates(text: String) {
        #expect(!found(text).contains { $0.hasPrefix("DATE") })
    }

    @Test(arguments: [
        ("a 34-year-old man", "34"), ("I am 34 years old", "34"), ("aged 7", "7"), ("Age: 41", "41"),
        ("i'm 26 y/o", "26"),
        ("I just turned 32", "32"), ("I'm 29, from Rome", "29"), ("when he was 78.", "78"), ("age of 65", "65"),
    ])
    func ages(text: String, age: String) {
        #expect(found(text) == ["AGE:\(age)"])
    }

    @Test(arguments: [
        "page 34", "I am 5 minutes late", "the total was 78.", "200 years old", "age 2.5", "I'm 100% sure",
        "34 years of work",
        "stage 3", "it turned 180 degrees", "he was 3rd",
    ])
    func notAges(text: String) {
        #expect(!found(text).contains { $0.hasPrefix("AGE") })
    }
}
