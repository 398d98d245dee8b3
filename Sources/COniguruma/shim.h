// Oniguruma: Ruby-syntax regular expressions. Its global tables are reached through functions, because Swift can't
// know that nothing writes to them.
#include <oniguruma.h>

static inline int galley_onig_start(void) {
    OnigEncoding encodings[1] = {&OnigEncodingUTF8};
    return onig_initialize(encodings, 1);
}

// Ruby's options: its \w, \d and \s are ASCII, and its /m lets the dot match line ends.
static inline OnigOptionType galley_onig_options(int ignore_case, int multi_line, int extended) {
    OnigOptionType options = ONIG_OPTION_NONE;
    if (ignore_case) options |= ONIG_OPTION_IGNORECASE;
    if (multi_line) options |= ONIG_OPTION_MULTILINE;
    if (extended) options |= ONIG_OPTION_EXTEND;
    return options;
}

// Compiles a pattern. On failure `message` (of at least ONIG_MAX_ERROR_MESSAGE_LEN bytes) says why, and its length is
// in `message_length`: some messages quote the pattern, so that they need the details onig_new leaves.
static inline int galley_onig_new(OnigRegex *regex, const OnigUChar *start, const OnigUChar *end, OnigOptionType options,
                                  OnigUChar *message, int *message_length) {
    OnigErrorInfo details = {0};
    int status = onig_new(regex, start, end, options, &OnigEncodingUTF8, &OnigSyntaxRuby, &details);
    *message_length = status == ONIG_NORMAL ? 0 : onig_error_code_to_str(message, status, &details);
    return status;
}
