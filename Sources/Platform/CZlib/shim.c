// Gives the header-only module an object file, which SwiftPM asks of a C target.
#include "CZlib.h"
