"""An agent-sized policy without learned signals: what a busy coding team would run."""

TOPICS = {
    "injection": "ignore previous instructions|reveal the system prompt|bypass the safety rules|forget your rules",
    "secrets": "api[_ -]?key|access[_ -]?token|private[_ -]?key|connection[_ -]?string|bearer +[A-Za-z0-9._-]+",
    "personal": r"\d{3}-\d{2}-\d{4}|credit card|passport number|[A-Z0-9._%+-]+@[A-Z0-9.-]+\.[A-Z]{2,}|phone number",
    "private_code": "private repo(sitory)?|our codebase|internal sdk|proprietary (source )?code|company codebase",
    "documents": "internal (doc|document|runbook|postmortem)|confidential memo|board deck|employee handbook",
    "local_only": "local (model )?only|on-prem(ises)? only|do not upload this|keep (this|processing) local|run locally",
    "simple": "briefly|quick answer|one sentence|what is|who is|define|short summary",
    "agentic": "agent(ic)?|tool (loop|call)|run (a|the) command|multi-step|workflow|checkpoint(s)?",
    "reasoning": "prove|derive|root cause|trade-?offs?|step by step|compare|justify",
    "code": "function|refactor|compile(r)?|stack trace|unit test(s)?|race condition|pull request",
    "research": "survey|literature|evidence|citation(s)?|source-backed|meta-analysis",
    "legal_health": "contract|liability|compliance|diagnosis|clinical|regulat(ory|ion)",
    "business": "market|revenue|roadmap|stakeholder(s)?|pricing|quarterly",
}
LISTS, PATTERNS, DECISIONS = 13, 13, 11

PROMPT = (
    "Please look at the retry loop in our payment worker: after a deploy two workers sometimes take the same job, and "
    "the second one fails with a stack trace that ends in the session store. Explain the likely race condition and "
    "suggest a small fix with a unit test."
)


def patterns(topic):
    """Thirteen regular expressions of one topic: its own, and rarer variants of them."""
    own = TOPICS[topic].split("|") if "(" not in TOPICS[topic] else [TOPICS[topic]]
    variants = [f"{topic.replace('_', ' ')} (case|item|record) {number}[a-z]?" for number in range(PATTERNS)]
    return [rf"\b(?:{pattern})\b" for pattern in own + variants][:PATTERNS]


def policy(port, backend):
    """The policy as YAML: one listener and one backend on loopback."""
    models = ["local", "medium", "complex", "frontier"]
    lines = ["version: v0.3", f"listeners: [{{ name: http, address: 127.0.0.1, port: {port} }}]", "providers:"]
    lines += ["  defaults: { default_model: local }", "  models:"]
    for model in models:
        lines += [f"    - name: {model}", f"      backend_refs: [{{ endpoint: '127.0.0.1:{backend}' }}]"]
    lines += ["routing:", "  modelCards:"] + [f"    - name: {model}" for model in models]
    lines += ["  signals:", "    keywords:"]
    for topic in TOPICS:
        lines += [f"      - name: {topic}", "        operator: OR", "        method: regex", "        keywords:"]
        lines += [f"          - '{pattern}'" for pattern in patterns(topic)]
    lines += [
        "    context:",
        "      - { name: short, max_tokens: 1K }",
        "      - { name: middle, min_tokens: 1K, max_tokens: 8K }",
        "      - { name: long, min_tokens: 8K }",
        "    structure:",
        "      - name: many_questions",
        "        feature: { type: count, source: { type: regex, pattern: '[?]' } }",
        "        predicate: { gte: 3 }",
        "      - name: numbered_steps",
        r"        feature: { type: count, source: { type: regex, pattern: '(?m)^\s*\d+[.)]' } }",
        "        predicate: { gte: 2 }",
        "      - name: ordered_words",
        "        feature: { type: sequence, source: { type: sequence, sequences: [[first, then], [first, finally]] } }",
        "    conversation:",
        "      - { name: has_tools, feature: { type: exists, source: { type: tool_definition } } }",
        "      - name: multi_turn",
        "        feature: { type: count, source: { type: message, role: user } }",
        "        predicate: { gte: 2 }",
        "      - { name: tool_loop, feature: { type: exists, source: { type: active_tool_loop } } }",
        "  projections:",
        "    scores:",
    ]

    def score(name, weights):
        inputs = [f"          - {{ type: {t}, name: {n}, weight: {w} }}" for t, n, w in weights]
        return [f"      - name: {name}", "        method: weighted_sum", "        inputs:"] + inputs

    lines += score("security", [("keyword", "injection", 0.6), ("keyword", "local_only", 0.2)])
    lines += score(
        "privacy",
        [("keyword", "secrets", 0.7), ("keyword", "personal", 0.7), ("keyword", "private_code", 0.5),
         ("keyword", "documents", 0.5), ("keyword", "local_only", 0.2), ("context", "long", 0.05)],
    )
    lines += score(
        "difficulty",
        [("keyword", "simple", -0.25), ("keyword", "reasoning", 0.2), ("keyword", "code", 0.2),
         ("keyword", "research", 0.15), ("keyword", "agentic", 0.2), ("context", "short", -0.05),
         ("context", "middle", 0.1), ("context", "long", 0.2), ("structure", "many_questions", 0.1),
         ("structure", "numbered_steps", 0.1), ("structure", "ordered_words", 0.1), ("conversation", "has_tools", 0.2),
         ("conversation", "multi_turn", 0.05), ("conversation", "tool_loop", 0.2)],
    )

    def mapping(source, outputs):
        rows = [f"          - {{ name: {name}, {band} }}" for name, band in outputs]
        return [f"      - name: {source}_band", f"        source: {source}", "        outputs:"] + rows

    lines.append("    mappings:")
    lines += mapping("security", [("contain", "gte: 0.5"), ("trusted", "lt: 0.5")])
    lines += mapping("privacy", [("keep_local", "gte: 0.5"), ("may_leave", "lt: 0.5")])
    lines += mapping("difficulty", [("simple_band", "lt: 0.1"), ("medium_band", "gte: 0.1, lt: 0.4"), ("complex_band", "gte: 0.4")])
    lines.append("  decisions:")

    def leaf(kind, name):
        return f"{{ type: {kind}, name: {name} }}"

    def rule(operator, *conditions):
        return f"{{ operator: {operator}, conditions: [{', '.join(conditions)}] }}"

    def is_not(condition):
        return rule("NOT", condition)

    private = leaf("projection", "keep_local")
    hard = leaf("projection", "complex_band")
    medium = leaf("projection", "medium_band")
    decisions = [
        ("containment", leaf("projection", "contain"), "local"),
        ("privacy_policy", rule("AND", private, is_not(leaf("projection", "contain"))), "local"),
        ("quick_question", rule("AND", leaf("keyword", "simple"), leaf("projection", "simple_band")), "local"),
        ("legal_health", rule("AND", leaf("keyword", "legal_health"), is_not(private)), "frontier"),
        ("hard_code", rule("AND", leaf("keyword", "code"), rule("OR", hard, leaf("keyword", "reasoning"))), "complex"),
        ("code", rule("OR", leaf("keyword", "code"), leaf("keyword", "private_code")), "medium"),
        ("research", rule("AND", leaf("keyword", "research"), rule("OR", medium, hard)), "complex"),
        ("business", rule("AND", leaf("keyword", "business"), is_not(leaf("projection", "simple_band"))), "medium"),
        ("complex_general", hard, "frontier"),
        ("medium_general", medium, "medium"),
        ("simple_general", None, "local"),
    ]
    for index, (name, rules, model) in enumerate(decisions):
        lines += [f"    - name: {name}", f"      priority: {340 - 30 * index}"]
        lines += [f"      rules: {rules}"] if rules else []
        lines.append(f"      modelRefs: [{{ model: {model} }}]")
    return "\n".join(lines) + "\n"
