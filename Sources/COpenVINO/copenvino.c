#include "COpenVINO.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool cov_has_integer_dot_products(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512vnni") || __builtin_cpu_supports("avxvnni");
#else
    return false;
#endif
}

typedef struct {
    int64_t rank;
    int64_t *dims;
} ov_shape;

typedef struct {
    int64_t minimum;
    int64_t maximum;
} ov_dimension;

typedef struct {
    ov_dimension rank;
    ov_dimension *dims;
} ov_partial_shape;

typedef struct {
    const char *build_number;
    const char *description;
} ov_version;

typedef struct {
    int status;
    int64_t real_time;
    int64_t cpu_time;
    const char *node_name;
    const char *exec_type;
    const char *node_type;
} ov_profiling_info;

typedef struct {
    ov_profiling_info *infos;
    size_t size;
} ov_profiling_list;

typedef struct port port;

// Name, result, parameters.
#define ENTRY_POINTS(X)                                                                                             \
    X(ov_get_openvino_version, int, (ov_version *))                                                                 \
    X(ov_version_free, void, (ov_version *))                                                                        \
    X(ov_get_last_err_msg, const char *, (void))                                                                    \
    X(ov_get_error_info, const char *, (int))                                                                       \
    X(ov_free, void, (const char *))                                                                                \
    X(ov_core_create, int, (cov_core **))                                                                           \
    X(ov_core_free, void, (cov_core *))                                                                             \
    X(ov_core_get_property, int, (const cov_core *, const char *, const char *, char **))                           \
    X(ov_core_read_model, int, (const cov_core *, const char *, const char *, cov_model **))                        \
    X(ov_core_read_model_from_memory_buffer, int,                                                                   \
      (const cov_core *, const char *, size_t, const cov_tensor *, cov_model **))                                   \
    X(ov_core_compile_model, int,                                                                                   \
      (const cov_core *, const cov_model *, const char *, size_t, cov_compiled **, ...))                            \
    X(ov_model_free, void, (cov_model *))                                                                           \
    X(ov_compiled_model_inputs_size, int, (const cov_compiled *, size_t *))                                         \
    X(ov_compiled_model_outputs_size, int, (const cov_compiled *, size_t *))                                        \
    X(ov_compiled_model_input_by_index, int, (const cov_compiled *, size_t, port **))                               \
    X(ov_compiled_model_output_by_index, int, (const cov_compiled *, size_t, port **))                              \
    X(ov_compiled_model_get_property, int, (const cov_compiled *, const char *, char **))                           \
    X(ov_compiled_model_create_infer_request, int, (const cov_compiled *, cov_request **))                          \
    X(ov_compiled_model_free, void, (cov_compiled *))                                                               \
    X(ov_port_get_any_name, int, (const port *, char **))                                                           \
    X(ov_port_get_element_type, int, (const port *, int *))                                                         \
    X(ov_port_get_partial_shape, int, (const port *, ov_partial_shape *))                                           \
    X(ov_partial_shape_free, void, (ov_partial_shape *))                                                            \
    X(ov_output_const_port_free, void, (port *))                                                                    \
    X(ov_infer_request_set_input_tensor_by_index, int, (cov_request *, size_t, const cov_tensor *))                 \
    X(ov_infer_request_get_output_tensor_by_index, int, (const cov_request *, size_t, cov_tensor **))               \
    X(ov_infer_request_infer, int, (cov_request *))                                                                 \
    X(ov_infer_request_free, void, (cov_request *))                                                                 \
    X(ov_infer_request_get_profiling_info, int, (const cov_request *, ov_profiling_list *))                         \
    X(ov_profiling_info_list_free, void, (ov_profiling_list *))                                                     \
    X(ov_tensor_create_from_host_ptr, int, (int, ov_shape, void *, cov_tensor **))                                  \
    X(ov_tensor_data, int, (const cov_tensor *, void **))                                                           \
    X(ov_tensor_get_shape, int, (const cov_tensor *, ov_shape *))                                                   \
    X(ov_tensor_get_element_type, int, (const cov_tensor *, int *))                                                 \
    X(ov_shape_free, int, (ov_shape *))                                                                             \
    X(ov_tensor_free, void, (cov_tensor *))

struct cov_library {
#define DECLARE(name, result, parameters) result(*name) parameters;
    ENTRY_POINTS(DECLARE)
#undef DECLARE
};

static void copy_text(const char *source, char *text, size_t capacity) {
    if (capacity == 0) return;
    snprintf(text, capacity, "%s", source ? source : "");
}

cov_library *cov_library_open(const char *path, int *status, char *message, size_t capacity) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        *status = COV_LIBRARY_MISSING;
        copy_text(dlerror(), message, capacity);
        return NULL;
    }
    cov_library *library = calloc(1, sizeof *library);
    if (!library) {
        *status = COV_LIBRARY_MISSING;
        copy_text("out of memory", message, capacity);
        return NULL;
    }
    const char *missing = NULL;
#define RESOLVE(name, result, parameters)                                                                           \
    if (!missing) {                                                                                                 \
        void *address = dlsym(handle, #name);                                                                       \
        if (address) {                                                                                              \
            memcpy(&library->name, &address, sizeof address);                                                       \
        } else {                                                                                                    \
            missing = #name;                                                                                        \
        }                                                                                                           \
    }
    ENTRY_POINTS(RESOLVE)
#undef RESOLVE
    if (missing) {
        *status = COV_LIBRARY_INCOMPATIBLE;
        if (capacity) snprintf(message, capacity, "no entry point %s", missing);
        free(library);
        return NULL;
    }
    *status = COV_OK;
    return library;
}

int cov_library_version(const cov_library *library, char *text, size_t capacity) {
    ov_version version = {0};
    int status = library->ov_get_openvino_version(&version);
    if (status) return status;
    copy_text(version.build_number, text, capacity);
    library->ov_version_free(&version);
    return COV_OK;
}

void cov_library_last_error(const cov_library *library, int status, char *text, size_t capacity) {
    const char *message = library->ov_get_last_err_msg();
    if (message && *message) {
        copy_text(message, text, capacity);
    } else {
        copy_text(library->ov_get_error_info(status), text, capacity);
    }
    if (message) library->ov_free(message);
}

int cov_core_create(const cov_library *library, cov_core **core) { return library->ov_core_create(core); }

void cov_core_free(const cov_library *library, cov_core *core) { library->ov_core_free(core); }

int cov_core_property(
    const cov_library *library, const cov_core *core, const char *device, const char *key, char *text,
    size_t capacity) {
    char *value = NULL;
    int status = library->ov_core_get_property(core, device, key, &value);
    if (status) return status;
    copy_text(value, text, capacity);
    library->ov_free(value);
    return COV_OK;
}

int cov_core_read_file(const cov_library *library, const cov_core *core, const char *path, cov_model **model) {
    return library->ov_core_read_model(core, path, NULL, model);
}

int cov_core_read_text(
    const cov_library *library, const cov_core *core, const char *text, size_t length, const cov_tensor *weights,
    cov_model **model) {
    return library->ov_core_read_model_from_memory_buffer(core, text, length, weights, model);
}

int cov_core_compile(
    const cov_library *library, const cov_core *core, const cov_model *model, const char *device,
    const char *const *keys, const char *const *values, size_t count, cov_compiled **compiled) {
    // The callee reads as many of the variable arguments as the count says.
    const char *p[2 * COV_PROPERTY_LIMIT] = {0};
    if (count > COV_PROPERTY_LIMIT) return -14;
    for (size_t index = 0; index < count; index++) {
        p[2 * index] = keys[index];
        p[2 * index + 1] = values[index];
    }
    return library->ov_core_compile_model(
        core, model, device, 2 * count, compiled, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10],
        p[11], p[12], p[13], p[14], p[15]);
}

void cov_model_free(const cov_library *library, cov_model *model) { library->ov_model_free(model); }

int cov_compiled_input_count(const cov_library *library, const cov_compiled *compiled, size_t *count) {
    return library->ov_compiled_model_inputs_size(compiled, count);
}

int cov_compiled_output_count(const cov_library *library, const cov_compiled *compiled, size_t *count) {
    return library->ov_compiled_model_outputs_size(compiled, count);
}

int cov_compiled_port(
    const cov_library *library, const cov_compiled *compiled, bool is_input, size_t index, char *name,
    size_t capacity, int *type, int64_t *rank) {
    port *found = NULL;
    int status = is_input ? library->ov_compiled_model_input_by_index(compiled, index, &found)
                          : library->ov_compiled_model_output_by_index(compiled, index, &found);
    if (status) return status;
    char *text = NULL;
    if (library->ov_port_get_any_name(found, &text) == 0) {
        copy_text(text, name, capacity);
        library->ov_free(text);
    } else {
        copy_text("", name, capacity);
    }
    status = library->ov_port_get_element_type(found, type);
    ov_partial_shape shape = {{0}};
    if (!status) status = library->ov_port_get_partial_shape(found, &shape);
    if (!status) {
        *rank = shape.rank.minimum == shape.rank.maximum ? shape.rank.maximum : -1;
        library->ov_partial_shape_free(&shape);
    }
    library->ov_output_const_port_free(found);
    return status;
}

int cov_compiled_property(
    const cov_library *library, const cov_compiled *compiled, const char *key, char *text, size_t capacity) {
    char *value = NULL;
    int status = library->ov_compiled_model_get_property(compiled, key, &value);
    if (status) return status;
    copy_text(value, text, capacity);
    library->ov_free(value);
    return COV_OK;
}

int cov_compiled_request(const cov_library *library, const cov_compiled *compiled, cov_request **request) {
    return library->ov_compiled_model_create_infer_request(compiled, request);
}

void cov_compiled_free(const cov_library *library, cov_compiled *compiled) {
    library->ov_compiled_model_free(compiled);
}

int cov_request_set_input(
    const cov_library *library, cov_request *request, size_t index, const cov_tensor *tensor) {
    return library->ov_infer_request_set_input_tensor_by_index(request, index, tensor);
}

int cov_request_output(const cov_library *library, const cov_request *request, size_t index, cov_tensor **tensor) {
    return library->ov_infer_request_get_output_tensor_by_index(request, index, tensor);
}

int cov_request_infer(const cov_library *library, cov_request *request) {
    return library->ov_infer_request_infer(request);
}

void cov_request_free(const cov_library *library, cov_request *request) { library->ov_infer_request_free(request); }

int cov_request_profile(
    const cov_library *library, const cov_request *request, cov_profile_visitor visitor, void *context) {
    ov_profiling_list list = {0};
    int status = library->ov_infer_request_get_profiling_info(request, &list);
    if (status) return status;
    for (size_t index = 0; index < list.size; index++) {
        visitor(context, list.infos[index].node_name, list.infos[index].exec_type, list.infos[index].real_time);
    }
    library->ov_profiling_info_list_free(&list);
    return COV_OK;
}

int cov_tensor_view(
    const cov_library *library, int type, const int64_t *dimensions, size_t rank, void *memory,
    cov_tensor **tensor) {
    int64_t copy[8] = {0};
    if (rank > 8) return -14;
    memcpy(copy, dimensions, rank * sizeof *copy);
    ov_shape shape = {(int64_t)rank, copy};
    return library->ov_tensor_create_from_host_ptr(type, shape, memory, tensor);
}

int cov_tensor_data(const cov_library *library, const cov_tensor *tensor, void **data) {
    return library->ov_tensor_data(tensor, data);
}

int cov_tensor_shape(
    const cov_library *library, const cov_tensor *tensor, int64_t *dimensions, size_t capacity, size_t *rank,
    int *type) {
    ov_shape shape = {0};
    int status = library->ov_tensor_get_element_type(tensor, type);
    if (!status) status = library->ov_tensor_get_shape(tensor, &shape);
    if (status) return status;
    *rank = shape.rank < 0 ? 0 : (size_t)shape.rank;
    for (size_t index = 0; index < *rank && index < capacity; index++) dimensions[index] = shape.dims[index];
    library->ov_shape_free(&shape);
    return COV_OK;
}

void cov_tensor_free(const cov_library *library, cov_tensor *tensor) { library->ov_tensor_free(tensor); }
