// zlib made callable: its streams, with input that is const. No logic, no state.
#ifndef CZLIB_H
#define CZLIB_H

// Input is read and never written, which zlib says only when it is asked to.
#define ZLIB_CONST
#include <zlib.h>

#endif
