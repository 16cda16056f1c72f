import Encoding
import Testing

@testable import Evidence

/// Models in folders that a policy names.
@Suite struct InstalledModelTests {
    private static func models(
        library: String?, folder: String, file: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
    ) -> InstalledModels {
        InstalledModels(
            InstalledModels.Places(
                library: library, encoder: nil, bases: [TestEncoder.base], folder: { "\(folder)/\($0)" }, file: file))
    }

    @Test(.enabled(if: TestEncoder.isInstalled, "the inference library or the encoder is not installed"))
    func readersAreTheSameOnlyForOneFolderAndOneUse() throws {
        // Different ways to one folder stand for different folders with one last component.
        let models = Self.models(library: TestEncoder.library, folder: TestEncoder.bundle)
        let domain = try #require(models.classifier(.domain, path: "."))
        let again = try #require(models.classifier(.domain, path: "."))
        let guarding = try #require(models.classifier(.jailbreak, path: "."))
        let elsewhere = try #require(models.classifier(.domain, path: "../encoder"))
        #expect(domain as AnyObject === again as AnyObject && domain.identity == again.identity)
        #expect(Set([domain, guarding, elsewhere].map(\.name)).count == 1)
        #expect(Set([domain, guarding, elsewhere].map(\.identity)).count == 3)
    }

    @Test(.enabled(if: TestEncoder.isInstalled, "the inference library or the encoder is not installed"))
    func aBrokenScaleIsAProblemOfItsModel() {
        let models = Self.models(library: TestEncoder.library, folder: TestEncoder.bundle) { path in
            path.hasSuffix("/similarity.json") ? Array(#"{"inputs": [0, "x"], "outputs": [0, 1]}"#.utf8) : nil
        }
        #expect(models.classifier(.domain, path: ".") == nil)
        #expect(models.problems.contains { $0.contains("similarity.json: inputs[1] is not a number") })
    }
}
