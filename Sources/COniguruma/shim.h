// Oniguruma: Ruby-syntax regular expressions.
#include <oniguruma.h>
