/// Puts recipes together from the top-level routing and the list of recipes. Spec config §10.
enum RecipeAssembly {
    /// A recipe, the scope of its names and the path of its routing.
    struct Source {
        var recipe: Recipe
        var scope: Int
        var path: PolicyPath
    }

    /// The recipes, the default one first.
    static func sources(
        _ document: PolicyDocument, _ root: Node, _ context: inout DecodingContext
    ) -> [Source] {
        let hasProfile = RoutingSection.isProfile(root["routing"])
        let fallback = document.routing?.strategy ?? document.global.router.strategy ?? .priority
        var first = source(
            name: "default", description: "", document.routing ?? RoutingSection(), fallback, scope: 0,
            path: PolicyPath([.key("routing")]))
        var others: [Source] = []
        for declaration in document.recipes {
            let source = source(
                name: declaration.name, description: declaration.description, declaration.routing, fallback,
                scope: declaration.scope, path: declaration.path.appending(.key("routing")))
            guard declaration.name == "default" else {
                others.append(source)
                continue
            }
            if hasProfile {
                context.at(declaration.path.appending(.key("name")), recipe: nil) {
                    let line = root["routing"]?.position.line ?? 1
                    $0.error(
                        .conflict,
                        "the recipe \"default\" stands already in the top-level routing (line \(line))",
                        at: root.node(at: declaration.path)?["name"]?.position ?? declaration.position)
                }
            } else {
                first = source
            }
        }
        return [first] + others
    }

    private static func source(
        name: String, description: String, _ routing: RoutingSection, _ fallback: DecisionStrategy, scope: Int,
        path: PolicyPath
    ) -> Source {
        var recipe = Recipe()
        recipe.name = name
        recipe.description = description
        recipe.strategy = routing.strategy ?? fallback
        recipe.signals = routing.signals.declarations
        recipe.projections = routing.projections
        recipe.decisions = routing.decisions
        return Source(recipe: recipe, scope: scope, path: path)
    }

    /// Declares the names that rules use of a family that declares nothing and lets its names stand for themselves.
    /// Spec config §5.3.
    static func declareImplicitSignals(
        _ families: [SignalFamily], _ source: inout Source, _ context: inout DecodingContext
    ) {
        for family in families {
            guard let make = family.implicitDeclaration else { continue }
            let written = ReferenceKind.declaration(of: family.type)
            var wasDeclared = true
            context.at(source.path, recipe: source.scope) { wasDeclared = !$0.names(written).isEmpty }
            if wasDeclared { continue }
            var seen: Set<String> = []
            let leaves = source.recipe.decisions.flatMap { $0.rules?.leaves ?? [] }.filter {
                $0.type == family.type && seen.insert($0.name).inserted
            }
            for leaf in leaves {
                context.at(leaf.path, recipe: source.scope) { context in
                    guard let value = family.decode(make(leaf.name), &context) else { return }
                    let declaration = SignalDeclaration(
                        family: family.type, name: leaf.name, description: leaf.name, configuration: value,
                        position: leaf.position, path: leaf.path)
                    source.recipe.signals.append(declaration)
                    for name in family.ruleNames(declaration) { context.declare(.signal(family.type), name) }
                    context.declare(written, leaf.name)
                }
            }
        }
    }
}
