// zlib, to inflate HTTP bodies under limits of our own.
#include <zlib.h>
static inline int galley_inflate_init(z_stream *s, int bits) { return inflateInit2(s, bits); }
