#include "include/chnsw.h"

#include <algorithm>
#include <memory>
#include <queue>
#include <utility>
#include <vector>

// With it the package reads one link past the end of a full list to prefetch.
#define NO_MANUAL_VECTORIZATION
#include <hnswlib/hnswlib.h>

// The package's own kernels follow the compiler's target, which is the oldest x86-64. These follow the processor.
#define CHNSW_INNER_PRODUCT(NAME, TARGET, LANES)                                                                      \
    TARGET static float NAME(const float *left, const float *right, size_t count) {                                   \
        typedef float lanes __attribute__((vector_size(LANES * 4), aligned(4), may_alias));                           \
        lanes sums[4] = {{0}, {0}, {0}, {0}};                                                                         \
        size_t at = 0;                                                                                                \
        for (; at + 4 * LANES <= count; at += 4 * LANES) {                                                            \
            for (size_t part = 0; part < 4; ++part) {                                                                 \
                sums[part] += *reinterpret_cast<const lanes *>(left + at + part * LANES) *                            \
                              *reinterpret_cast<const lanes *>(right + at + part * LANES);                            \
            }                                                                                                         \
        }                                                                                                             \
        lanes sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);                                                        \
        float total = 0;                                                                                              \
        for (size_t lane = 0; lane < LANES; ++lane) total += sum[lane];                                               \
        for (; at < count; ++at) total += left[at] * right[at];                                                       \
        return total;                                                                                                 \
    }

typedef float (*inner_product)(const float *, const float *, size_t);

CHNSW_INNER_PRODUCT(inner_product_plain, , 4)
#if defined(__x86_64__)
CHNSW_INNER_PRODUCT(inner_product_avx2, __attribute__((target("avx2,fma"))), 8)
CHNSW_INNER_PRODUCT(inner_product_avx512, __attribute__((target("avx512f"))), 16)
#endif

static inner_product choose_inner_product() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return inner_product_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return inner_product_avx2;
#endif
    return inner_product_plain;
}

static const inner_product multiply = choose_inner_product();

static float distance(const void *left, const void *right, const void *dimensions) {
    return 1.0f - multiply(static_cast<const float *>(left), static_cast<const float *>(right),
                           *static_cast<const size_t *>(dimensions));
}

namespace {
class Space : public hnswlib::SpaceInterface<float> {
    size_t dimensions_;

public:
    explicit Space(size_t dimensions) : dimensions_(dimensions) {}
    size_t get_data_size() override { return dimensions_ * sizeof(float); }
    hnswlib::DISTFUNC<float> get_dist_func() override { return distance; }
    void *get_dist_func_param() override { return &dimensions_; }
};

typedef hnswlib::HierarchicalNSW<float> Graph;
typedef std::pair<float, hnswlib::tableint> Candidate;

struct VisitedLease {
    hnswlib::VisitedListPool *pool;
    hnswlib::VisitedList *list;
    explicit VisitedLease(hnswlib::VisitedListPool *pool) : pool(pool), list(pool->getFreeVisitedList()) {}
    ~VisitedLease() { pool->releaseVisitedList(list); }
    VisitedLease(const VisitedLease &) = delete;
    VisitedLease &operator=(const VisitedLease &) = delete;
};
} // namespace

struct chnsw_index {
    Space space;
    Graph graph;
    // Removed slots are not marked in the graph: with marks an insertion can find no neighbour at all and the package
    // then reads an empty list.
    std::vector<uint8_t> alive;
    bool failed = false;

    chnsw_index(size_t dimensions, size_t capacity, size_t links, size_t construction, size_t seed)
        : space(dimensions), graph(&space, capacity, links, construction, seed) {}
};

extern "C" {

chnsw_index *chnsw_create(size_t dimensions, size_t capacity, size_t links, size_t construction, size_t seed) {
    try {
        return new chnsw_index(dimensions, std::max<size_t>(capacity, 1), links, construction, seed);
    } catch (...) {
        return nullptr;
    }
}

void chnsw_destroy(chnsw_index *index) { delete index; }

int chnsw_insert(chnsw_index *index, size_t slot, const float *vector) {
    if (index->failed) return CHNSW_FAILED;
    const size_t count = index->graph.cur_element_count;
    if (slot > count) return CHNSW_NO_SLOT;
    try {
        if (slot == count) {
            if (count == index->graph.max_elements_) index->graph.resizeIndex(count + count / 2 + 16);
            index->alive.push_back(0);
        }
        index->graph.addPoint(vector, slot);
        index->alive[slot] = 1;
        return CHNSW_OK;
    } catch (...) {
        index->failed = true;
        return CHNSW_FAILED;
    }
}

int chnsw_remove(chnsw_index *index, size_t slot) {
    if (slot >= index->alive.size() || !index->alive[slot]) return CHNSW_NO_SLOT;
    index->alive[slot] = 0;
    return CHNSW_OK;
}

int chnsw_search(chnsw_index *index, const float *vector, size_t k, size_t effort,
                 size_t *slots, float *similarities, size_t *count) {
    *count = 0;
    Graph &graph = index->graph;
    if (index->failed) return CHNSW_FAILED;
    if (graph.cur_element_count == 0 || k == 0) return CHNSW_OK;
    effort = std::max(effort, k);
    try {
        auto away = [&](hnswlib::tableint node) {
            return distance(vector, graph.getDataByInternalId(node), graph.dist_func_param_);
        };
        hnswlib::tableint node = graph.enterpoint_node_;
        float nearest = away(node);
        for (int level = graph.maxlevel_; level > 0; --level) {
            for (bool moved = true; moved;) {
                moved = false;
                const hnswlib::linklistsizeint *links = graph.get_linklist(node, level);
                const size_t size = graph.getListCount(const_cast<hnswlib::linklistsizeint *>(links));
                for (size_t at = 1; at <= size; ++at) {
                    const float far = away(links[at]);
                    if (far < nearest) {
                        nearest = far;
                        node = links[at];
                        moved = true;
                    }
                }
            }
        }
        VisitedLease visited(graph.visited_list_pool_);
        hnswlib::vl_type *seen = visited.list->mass;
        const hnswlib::vl_type mark = visited.list->curV;
        std::priority_queue<Candidate> found;
        std::priority_queue<Candidate, std::vector<Candidate>, std::greater<Candidate>> open;
        open.emplace(nearest, node);
        seen[node] = mark;
        if (index->alive[node]) found.emplace(nearest, node);
        while (!open.empty()) {
            const Candidate next = open.top();
            if (found.size() >= effort && next.first > found.top().first) break;
            open.pop();
            const hnswlib::linklistsizeint *links = graph.get_linklist0(next.second);
            const size_t size = graph.getListCount(const_cast<hnswlib::linklistsizeint *>(links));
            for (size_t at = 1; at <= size; ++at) {
                if (at < size) __builtin_prefetch(graph.getDataByInternalId(links[at + 1]));
                const hnswlib::tableint neighbour = links[at];
                if (seen[neighbour] == mark) continue;
                seen[neighbour] = mark;
                const float far = away(neighbour);
                if (found.size() >= effort && far >= found.top().first) continue;
                open.emplace(far, neighbour);
                if (!index->alive[neighbour]) continue;
                found.emplace(far, neighbour);
                if (found.size() > effort) found.pop();
            }
        }
        while (found.size() > k) found.pop();
        *count = found.size();
        for (size_t at = found.size(); at > 0; --at) {
            slots[at - 1] = graph.getExternalLabel(found.top().second);
            similarities[at - 1] = 1.0f - found.top().first;
            found.pop();
        }
        return CHNSW_OK;
    } catch (...) {
        return CHNSW_FAILED;
    }
}

const float *chnsw_vector(const chnsw_index *index, size_t slot) {
    if (slot >= index->alive.size() || index->failed) return nullptr;
    return reinterpret_cast<const float *>(index->graph.getDataByInternalId(static_cast<hnswlib::tableint>(slot)));
}

size_t chnsw_byte_count(const chnsw_index *index) {
    // A lock, a level, a place for upper links, a mark and a label for each, beside the vector and its links.
    const size_t each = index->graph.size_data_per_element_ + sizeof(std::mutex) + sizeof(int) + sizeof(void *) +
                        sizeof(hnswlib::vl_type) + 1 + 40;
    return index->graph.max_elements_ * each + Graph::max_update_element_locks * sizeof(std::mutex);
}

void chnsw_inner_products(const float *matrix, size_t rows, size_t dimensions, const float *vector, float *products) {
    for (size_t row = 0; row < rows; ++row) products[row] = multiply(matrix + row * dimensions, vector, dimensions);
}

} // extern "C"
