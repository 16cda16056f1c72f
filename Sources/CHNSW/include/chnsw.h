// A C face over the graph of hnswlib, for inner products of normalised vectors. No C++ exception crosses it.
// One index is not safe for threads: its owner locks.
#ifndef MARTLET_CHNSW_H
#define MARTLET_CHNSW_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct chnsw_index chnsw_index;

enum {
    CHNSW_OK = 0,
    /// Memory ran out, or the graph is not usable since it did. Only destroying it helps.
    CHNSW_FAILED = 1,
    /// No such slot.
    CHNSW_NO_SLOT = 2
};

/// An empty graph, or NULL when memory is exhausted. `links` is the M of the method, `construction` its efConstruction.
chnsw_index *chnsw_create(size_t dimensions, size_t capacity, size_t links, size_t construction, size_t seed);
void chnsw_destroy(chnsw_index *index);
/// Puts a vector into a slot: the next new one (slots count from 0 without gaps) or one that exists, which is then
/// linked anew. Grows as it must.
int chnsw_insert(chnsw_index *index, size_t slot, const float *vector);
/// Keeps the slot out of answers until a vector is put into it. It still leads to its neighbours.
int chnsw_remove(chnsw_index *index, size_t slot);
/// The at most `k` nearest slots by falling inner product, with `effort` (ef) candidates kept while looking.
int chnsw_search(chnsw_index *index, const float *vector, size_t k, size_t effort,
                 size_t *slots, float *similarities, size_t *count);
/// The vector in a slot, valid until the next insertion; NULL where there is none.
const float *chnsw_vector(const chnsw_index *index, size_t slot);
/// About how much memory the graph has taken.
size_t chnsw_byte_count(const chnsw_index *index);

/// Inner products of one vector with every row of a matrix.
void chnsw_inner_products(const float *matrix, size_t rows, size_t dimensions, const float *vector, float *products);

#ifdef __cplusplus
}
#endif

#endif
