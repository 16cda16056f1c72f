/// A policy that uses every construct of the skeleton once and has neither errors nor warnings.
enum Fixture {
    static let text = """
        version: v0.3
        listeners:
          - name: http
            address: 0.0.0.0
            port: 8899
            timeout: 300s
        providers:
          defaults:
            default_model: small
            default_reasoning_effort: low
            reasoning_families:
              qwen3:
                type: chat_template_kwargs
                parameter: enable_thinking
          models:
            - name: small
              reasoning_family: qwen3
              api_format: openai
              provider_model_id: org/small
              pricing:
                currency: EUR
                prompt_per_1m: 0.1
                completion_per_1m: 0.2
                cached_input_per_1m: 0.01
                cache_write_per_1m: 0
              reliability:
                lb_policy: least_request
                retry_count: 2
                retry_on: connect-failure
                consecutive_5xx: 5
                base_ejection_time: 30s
                max_ejection_percent: 50
                health_check_path: /health
                health_check_interval: 10s
                health_check_timeout: 2s
              backend_refs:
                - name: one
                  endpoint: "[::1]:8000"
                  protocol: http
                  weight: 3
                  type: chat
                - base_url: https://api.example.com/v1/
                  provider: azure-openai
                  auth_header: x-key
                  auth_prefix: Token
                  extra_headers:
                    X-Tenant: blue
                  api_version: "2025-03-01"
                  chat_path: /chat
                  api_key: hunter2
            - name: large
              external_model_ids:
                vllm: org/large
        routing:
          strategy: confidence
          modelCards:
            - name: small
              param_size: 8B
              context_window_size: 4096
              description: A small model.
              capabilities: [chat]
              quality_score: 0.5
              modality: ar
              tags: [fast]
            - name: large
              modality: omni
              loras:
                - name: law
                  description: Law.
          signals:
            keywords:
              - name: code
                description: Code.
                keywords: [swift]
            embeddings:
              - name: support
              - name: billing
            complexity:
              - name: hardness
                threshold: 0.1
            modality:
              - name: BOTH
            classifiers:
              - name: tone
          projections:
            partitions:
              - name: topics
                semantics: softmax_exclusive
                temperature: 0.5
                members: [support, billing]
                default: support
            scores:
              - name: effort
                method: weighted_sum
                inputs:
                  - type: keyword
                    name: code
                    weight: 0.5
                    value_source: binary
                    match: 0.9
                    miss: 0.1
                    on_unknown: interval
                  - type: complexity
                    name: hardness:hard
                    weight: 0.5
                  - type: kb_metric
                    kb: privacy_kb
                    metric: best_score
                    weight: 0.2
              - name: total
                method: weighted_sum
                inputs:
                  - type: projection
                    name: effort
                    weight: 1
            mappings:
              - name: bands
                source: total
                method: multi_emit
                calibration:
                  method: sigmoid_distance
                  slope: 8
                outputs:
                  - name: light
                    lt: 0.5
                  - name: heavy
                    gte: 0.5
          decisions:
            - name: coding
              description: Code.
              priority: 10
              tier: 1
              rules:
                operator: AND
                conditions:
                  - type: keyword
                    name: code
                    on_unknown: no_match
                  - operator: NOT
                    conditions:
                      - type: projection
                        name: light
                  - operator: or
                    conditions:
                      - type: complexity
                        name: hardness:hard
                      - type: classifier
                        name: tone
                        label: angry
                        predicate: {gte: 0.7}
                        on_error: match
                      - type: modality
                        name: BOTH
              modelRefs:
                - model: small
                  weight: 1
                  use_reasoning: true
                  reasoning_description: Thinks.
                  reasoning_effort: high
                - model: large
                  lora_name: law
              algorithm:
                type: automix
                on_error: fallback
                automix:
                  depth: 2
              plugins:
                - type: system_prompt
                  configuration:
                    enabled: true
              adaptations:
                mode: observe
                adaptation:
                  mode: bypass
                  candidate_set: tier
                protection:
                  stability_weight: 0.5
                  switch_margin: 0.1
              output_contract: One letter.
              output_contract_spec:
                type: choice
                choice_set:
                  values: [A, B]
                render:
                  mode: template
                  template: "Answer {choice}"
                extract:
                  mode: exact
                  sources: [content]
                on_violation:
                  repair: true
                  fallback: A
              candidateIterations:
                - variable: model
                  source: decision.candidates
                  outputs:
                    - type: model
                      value: model
              emits:
                - kind: retention
                  retention:
                    ttl_turns: 3
                    keep_current_model: true
                    prefer_prefix_retention: false
              annotations:
                owner: team
        entrypoints:
          - model_names: [acme/legal]
            recipe: legal
        recipes:
          - name: legal
            description: Law only.
            routing:
              strategy: priority
              signals:
                keywords:
                  - name: law
              decisions:
                - name: everything
                  rules:
                    type: domain
                    name: law
                  modelRefs:
                    - model: law
        global:
          router:
            auto_model_name: any

        """
}
