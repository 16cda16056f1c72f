#pragma once

#include <stdint.h>

/// How often memory was allocated in this process so far.
uint64_t martlet_allocation_count(void);
