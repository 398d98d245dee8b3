// libpq, the client library of PostgreSQL, loaded with the first connection: with the libraries behind it, it would be a third of
// every start. Its functions are called by their own names.
#pragma once
#include <postgresql/libpq-fe.h>

/// Loads libpq, once for the process.
/// - Returns: NULL, or why it can't be had. Functions of libpq may be called only after NULL.
const char *galley_libpq_load(void);
