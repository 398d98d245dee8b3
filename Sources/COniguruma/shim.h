// Oniguruma: Ruby-syntax regular expressions. Its global tables are reached through functions, because Swift can't
// know that nothing writes to them.
#include <oniguruma.h>

static inline int galley_onig_start(void) {
    OnigEncoding encodings[1] = {&OnigEncodingUTF8};
    return onig_initialize(encodings, 1);
}

static inline int galley_onig_new(OnigRegex *regex, const OnigUChar *start, const OnigUChar *end, OnigOptionType options) {
    return onig_new(regex, start, end, options, &OnigEncodingUTF8, &OnigSyntaxRuby, 0);
}

static inline int galley_onig_message(OnigUChar *buffer, int code) {
    return onig_error_code_to_str(buffer, code, 0);
}
