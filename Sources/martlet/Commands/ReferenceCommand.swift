import ArgumentParser
import Policy

struct ReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "Print the configuration reference, made from the declarations.")

    @Flag(help: "Print a JSON Schema for editors instead.")
    var jsonSchema = false

    func run() {
        if jsonSchema {
            print(JSONSchema.text(PolicyFile.families))
        } else {
            print(ConfigurationReference.render(sections: ConfigurationReference.sections(PolicyFile.families)))
        }
    }
}
