import Foundation
import Lexical

/// The language model of the package, for the tests; nil where the package comes without it.
enum LanguageIdentifierModel {
    static let bytes: [UInt8]? = {
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let file = folder.appendingPathComponent("Models/language/language.bin")
            if let data = try? Data(contentsOf: file) { return [UInt8](data) }
        }
        return nil
    }()

    static let identifier: LanguageIdentifier? = bytes.flatMap { try? LanguageIdentifier(modelBytes: $0) }
}
