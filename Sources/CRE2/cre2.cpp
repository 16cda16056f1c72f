#include "include/cre2.h"

#include <memory>
#include <string>
#include <vector>

#include <re2/re2.h>
#include <re2/set.h>

using re2::RE2;
using re2::StringPiece;

struct cre2_pattern {
    RE2 expression;
    cre2_pattern(const StringPiece &source, const RE2::Options &options) : expression(source, options) {}
};

struct cre2_set {
    RE2::Set set;
    explicit cre2_set(const RE2::Options &options) : set(options, RE2::UNANCHORED) {}
};

static RE2::Options make_options(bool case_sensitive, int64_t max_memory) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(case_sensitive);
    options.set_max_mem(max_memory);
    return options;
}

extern "C" {

cre2_pattern *cre2_pattern_create(const char *source, size_t length, bool case_sensitive, int64_t max_memory) {
    try {
        return new cre2_pattern(StringPiece(source, length), make_options(case_sensitive, max_memory));
    } catch (...) {
        return nullptr;
    }
}

void cre2_pattern_destroy(cre2_pattern *pattern) { delete pattern; }

int cre2_pattern_status(const cre2_pattern *pattern) {
    switch (pattern->expression.error_code()) {
    case RE2::NoError: return CRE2_PATTERN_OK;
    case RE2::ErrorPatternTooLarge: return CRE2_PATTERN_TOO_LARGE;
    case RE2::ErrorTrailingBackslash: return CRE2_PATTERN_TRAILING_BACKSLASH;
    case RE2::ErrorMissingParen: return CRE2_PATTERN_MISSING_PARENTHESIS;
    case RE2::ErrorUnexpectedParen: return CRE2_PATTERN_UNEXPECTED_PARENTHESIS;
    default: return CRE2_PATTERN_INVALID;
    }
}

const char *cre2_pattern_message(const cre2_pattern *pattern, size_t *length) {
    const std::string &message = pattern->expression.error();
    *length = message.size();
    return message.data();
}

const char *cre2_pattern_fragment(const cre2_pattern *pattern, size_t *length) {
    const std::string &fragment = pattern->expression.error_arg();
    *length = fragment.size();
    return fragment.data();
}

bool cre2_pattern_matches(const cre2_pattern *pattern, const char *text, size_t length) {
    try {
        return pattern->expression.Match(StringPiece(text, length), 0, length, RE2::UNANCHORED, nullptr, 0);
    } catch (...) {
        return false;
    }
}

bool cre2_pattern_find(const cre2_pattern *pattern, const char *text, size_t length, size_t start,
                       size_t *match_start, size_t *match_end) {
    try {
        StringPiece whole;
        if (!pattern->expression.Match(StringPiece(text, length), start, length, RE2::UNANCHORED, &whole, 1)) {
            return false;
        }
        *match_start = static_cast<size_t>(whole.data() - text);
        *match_end = *match_start + whole.size();
        return true;
    } catch (...) {
        return false;
    }
}

cre2_set *cre2_set_create(int64_t max_memory) {
    try {
        return new cre2_set(make_options(true, max_memory));
    } catch (...) {
        return nullptr;
    }
}

void cre2_set_destroy(cre2_set *set) { delete set; }

int cre2_set_add(cre2_set *set, const char *source, size_t length) {
    try {
        return set->set.Add(StringPiece(source, length), nullptr);
    } catch (...) {
        return -1;
    }
}

bool cre2_set_compile(cre2_set *set) {
    try {
        return set->set.Compile();
    } catch (...) {
        return false;
    }
}

int cre2_set_match(const cre2_set *set, const char *text, size_t length,
                   int *indices, size_t capacity, size_t *count) {
    *count = 0;
    try {
        std::vector<int> found;
        RE2::Set::ErrorInfo info;
        info.kind = RE2::Set::kNoError;
        if (!set->set.Match(StringPiece(text, length), &found, &info)) {
            return info.kind == RE2::Set::kNoError ? CRE2_SET_OK : CRE2_SET_FAILED;
        }
        if (found.size() > capacity) {
            return CRE2_SET_FAILED;
        }
        for (size_t i = 0; i < found.size(); ++i) {
            indices[i] = found[i];
        }
        *count = found.size();
        return CRE2_SET_OK;
    } catch (...) {
        return CRE2_SET_FAILED;
    }
}

}
