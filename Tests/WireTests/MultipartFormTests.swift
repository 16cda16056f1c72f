import Testing
import Wire

@Suite struct MultipartFormTests {
    static let type = "multipart/form-data; boundary=\"x y\""

    @Test func partsAreRead() throws {
        let body =
            "preamble\r\n--x y\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nassistants\r\n"
            + "--x y\r\ncontent-disposition: form-data; filename=\"a \\\"b\\\"; c.txt\"; name=file\r\n"
            + "Content-Type: text/plain\r\n\r\nline\r\n--x\r\nmore\r\n--x y--\r\nepilogue"
        let form = try MultipartForm(parsing: Array(body.utf8), contentType: Self.type)
        #expect(form.parts.count == 2)
        #expect(form["purpose"]?.text == "assistants")
        #expect(form["file"]?.filename == "a \"b\"; c.txt")
        #expect(form["file"]?.text == "line\r\n--x\r\nmore")
        let empty = "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--x y--"
        #expect(try MultipartForm(parsing: Array(empty.utf8), contentType: Self.type)["a"]?.content.count == 0)
    }

    @Test(arguments: [
        "", "--x y", "--x y\r\n", "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\ntext", "no boundary at all",
        "--x yz\r\n\r\n--x y--", "--x y\r\nContent-Disposition: form-data; name=a",
    ]) func brokenFormsAreErrors(_ body: String) {
        #expect(throws: MultipartError.self) {
            try MultipartForm(parsing: Array(body.utf8), contentType: Self.type)
        }
    }

    @Test(arguments: ["application/json", "multipart/form-data", "multipart/form-data; boundary="])
    func otherTypesAreErrors(_ type: String) {
        #expect(throws: MultipartError.self) { try MultipartForm(parsing: Array("--\r\n".utf8), contentType: type) }
    }

    @Test(.timeLimit(.minutes(1))) func hostileFormsAreReadOnce() {
        let breaks = Array(String(repeating: "\r\n", count: 400_000).utf8)
        let head = Array("--x y\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8)
        #expect(throws: MultipartError.self) { try MultipartForm(parsing: head + breaks, contentType: Self.type) }
        let many = Array(String(repeating: "--x y\r\n\r\n\r\n", count: 10_000).utf8)
        #expect(throws: MultipartError.self) { try MultipartForm(parsing: many, contentType: Self.type) }
    }
}
