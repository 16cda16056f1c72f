// A C face over the parts of RE2 that Lexical needs. No C++ exception crosses it.
#ifndef MARTLET_CRE2_H
#define MARTLET_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cre2_pattern cre2_pattern;
typedef struct cre2_set cre2_set;

enum {
    CRE2_PATTERN_OK = 0,
    CRE2_PATTERN_INVALID = 1,
    CRE2_PATTERN_TOO_LARGE = 2,
    CRE2_PATTERN_TRAILING_BACKSLASH = 3,
    CRE2_PATTERN_MISSING_PARENTHESIS = 4,
    CRE2_PATTERN_UNEXPECTED_PARENTHESIS = 5
};

enum {
    CRE2_SET_OK = 0,
    CRE2_SET_FAILED = 1
};

/// Compiles a pattern. NULL only when memory is exhausted: ask `cre2_pattern_status` whether it is usable.
cre2_pattern *cre2_pattern_create(const char *source, size_t length, bool case_sensitive, int64_t max_memory);
void cre2_pattern_destroy(cre2_pattern *pattern);
int cre2_pattern_status(const cre2_pattern *pattern);
/// The parser's message and the fragment it names; they live as long as the pattern.
const char *cre2_pattern_message(const cre2_pattern *pattern, size_t *length);
const char *cre2_pattern_fragment(const cre2_pattern *pattern, size_t *length);
/// Whether the pattern occurs anywhere in the text.
bool cre2_pattern_matches(const cre2_pattern *pattern, const char *text, size_t length);
/// The leftmost match that begins at `start` or later, as byte offsets.
bool cre2_pattern_find(const cre2_pattern *pattern, const char *text, size_t length, size_t start,
                       size_t *match_start, size_t *match_end);

/// An empty set; NULL when memory is exhausted.
cre2_set *cre2_set_create(int64_t max_memory);
void cre2_set_destroy(cre2_set *set);
/// The index of the added pattern, or -1.
int cre2_set_add(cre2_set *set, const char *source, size_t length);
bool cre2_set_compile(cre2_set *set);
/// Writes the indices of the patterns that occur in the text. `CRE2_SET_FAILED` means that nothing is known
/// (the automaton outgrew its memory), not that nothing matched.
int cre2_set_match(const cre2_set *set, const char *text, size_t length,
                   int *indices, size_t capacity, size_t *count);

#ifdef __cplusplus
}
#endif

#endif
