// A C face over the parts of OpenVINO's C API that Encoding needs, opened at run time: neither the build nor the
// start of a program needs the library. Prototypes follow openvino/c/*.h of the 2025 and 2026 releases.
#ifndef MARTLET_COPENVINO_H
#define MARTLET_COPENVINO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Whether the processor multiplies 8-bit integers four at a time (VNNI), which the library needs for quantized sums.
bool cov_has_integer_dot_products(void);

/// The opened library with its entry points. It stays open until the process ends: OpenVINO keeps threads and
/// thread-local state that do not survive being unloaded.
typedef struct cov_library cov_library;
typedef struct cov_core cov_core;
typedef struct cov_model cov_model;
typedef struct cov_compiled cov_compiled;
typedef struct cov_request cov_request;
typedef struct cov_tensor cov_tensor;

enum {
    COV_OK = 0,
    /// The file cannot be opened as a library.
    COV_LIBRARY_MISSING = 1,
    /// The library lacks an entry point.
    COV_LIBRARY_INCOMPATIBLE = 2
};

/// Values of `ov_element_type_e`.
enum {
    COV_F16 = 3,
    COV_F32 = 4,
    COV_I32 = 9,
    COV_I64 = 10,
    COV_U8 = 16
};

/// Most property pairs that `cov_core_compile` takes.
enum { COV_PROPERTY_LIMIT = 8 };

/// Opens the library. `message` receives a text for a person when the answer is NULL.
cov_library *cov_library_open(const char *path, int *status, char *message, size_t capacity);
/// Writes the version, such as `2026.4.1-...`, as a terminated text.
int cov_library_version(const cov_library *library, char *text, size_t capacity);
/// Writes the last failure's text of the calling thread.
void cov_library_last_error(const cov_library *library, int status, char *text, size_t capacity);

int cov_core_create(const cov_library *library, cov_core **core);
void cov_core_free(const cov_library *library, cov_core *core);
/// Writes a property of a device as a terminated text.
int cov_core_property(
    const cov_library *library, const cov_core *core, const char *device, const char *key, char *text,
    size_t capacity);
/// Reads a model file in any format that the library's front ends know.
int cov_core_read_file(const cov_library *library, const cov_core *core, const char *path, cov_model **model);
/// Reads an intermediate representation whose constants live in `weights`, which must outlive the model.
int cov_core_read_text(
    const cov_library *library, const cov_core *core, const char *text, size_t length, const cov_tensor *weights,
    cov_model **model);
/// Compiles for a device with up to `COV_PROPERTY_LIMIT` properties.
int cov_core_compile(
    const cov_library *library, const cov_core *core, const cov_model *model, const char *device,
    const char *const *keys, const char *const *values, size_t count, cov_compiled **compiled);
void cov_model_free(const cov_library *library, cov_model *model);

int cov_compiled_input_count(const cov_library *library, const cov_compiled *compiled, size_t *count);
int cov_compiled_output_count(const cov_library *library, const cov_compiled *compiled, size_t *count);
/// Writes a port's name, its element type and its rank (-1: dynamic).
int cov_compiled_port(
    const cov_library *library, const cov_compiled *compiled, bool is_input, size_t index, char *name,
    size_t capacity, int *type, int64_t *rank);
/// Writes a property of the compiled model as a terminated text.
int cov_compiled_property(
    const cov_library *library, const cov_compiled *compiled, const char *key, char *text, size_t capacity);
int cov_compiled_request(const cov_library *library, const cov_compiled *compiled, cov_request **request);
void cov_compiled_free(const cov_library *library, cov_compiled *compiled);

int cov_request_set_input(
    const cov_library *library, cov_request *request, size_t index, const cov_tensor *tensor);
int cov_request_output(const cov_library *library, const cov_request *request, size_t index, cov_tensor **tensor);
/// Runs and waits.
int cov_request_infer(const cov_library *library, cov_request *request);
void cov_request_free(const cov_library *library, cov_request *request);
/// One operation of the last run; only with the property `PERF_COUNT`.
typedef void (*cov_profile_visitor)(void *context, const char *name, const char *kind, int64_t microseconds);
int cov_request_profile(
    const cov_library *library, const cov_request *request, cov_profile_visitor visitor, void *context);

/// A view of memory that the caller keeps alive.
int cov_tensor_view(
    const cov_library *library, int type, const int64_t *dimensions, size_t rank, void *memory,
    cov_tensor **tensor);
int cov_tensor_data(const cov_library *library, const cov_tensor *tensor, void **data);
/// Writes up to `capacity` dimensions and the rank.
int cov_tensor_shape(
    const cov_library *library, const cov_tensor *tensor, int64_t *dimensions, size_t capacity, size_t *rank,
    int *type);
void cov_tensor_free(const cov_library *library, cov_tensor *tensor);

#ifdef __cplusplus
}
#endif

#endif
