// What a tensor knows about itself, its storage, and its place in the autograd graph.
#include "abi.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

using at::Tensor;

ST_EXPORT void st_free(Tensor* tensor) { delete tensor; }
ST_EXPORT int64_t st_dim(Tensor* tensor) { return tensor->dim(); }
ST_EXPORT int64_t st_numel(Tensor* tensor) { return tensor->numel(); }
ST_EXPORT int32_t st_dtype(Tensor* tensor) { return static_cast<int32_t>(tensor->scalar_type()); }
ST_EXPORT int64_t st_element_size(Tensor* tensor) { return static_cast<int64_t>(tensor->element_size()); }
ST_EXPORT int32_t st_is_contiguous(Tensor* tensor) { return tensor->is_contiguous(); }
ST_EXPORT int32_t st_requires_grad(Tensor* tensor) { return tensor->requires_grad(); }
ST_EXPORT int32_t st_is_leaf(Tensor* tensor) { return tensor->is_leaf(); }
ST_EXPORT int64_t st_storage_offset(Tensor* tensor) { return tensor->storage_offset(); }

// DeviceType in the high half, index in the low.
ST_EXPORT int64_t st_device(Tensor* tensor) {
    auto device = tensor->device();
    return (static_cast<int64_t>(device.type()) << 32) | static_cast<uint32_t>(static_cast<int32_t>(device.index()));
}

ST_EXPORT void st_sizes(Tensor* tensor, int64_t* sizes, int64_t* strides) {
    for (int64_t i = 0; i < tensor->dim(); i++) {
        if (sizes != nullptr) sizes[i] = tensor->sizes()[i];
        if (strides != nullptr) strides[i] = tensor->strides()[i];
    }
}

ST_EXPORT void* st_data_ptr(Tensor* tensor) {
    return st::guarded<void*>("data_ptr", nullptr, [&] { return tensor->data_ptr(); });
}

ST_EXPORT int32_t st_set_requires_grad(Tensor* tensor, int32_t requires_grad) {
    return st::guarded("requires_grad_", -1, [&] {
        tensor->set_requires_grad(requires_grad != 0);
        return 0;
    });
}

ST_EXPORT int32_t st_retain_grad(Tensor* tensor) {
    return st::guarded("retain_grad", -1, [&] {
        tensor->retain_grad();
        return 0;
    });
}

ST_EXPORT Tensor* st_grad(Tensor* tensor) {
    return st::guarded<Tensor*>("grad", nullptr, [&] {
        Tensor grad = tensor->grad();
        return grad.defined() ? st::handle(std::move(grad)) : nullptr;
    });
}

ST_EXPORT int32_t st_set_grad(Tensor* tensor, Tensor* grad) {
    return st::guarded("grad", -1, [&] {
        if (grad != nullptr)
            TORCH_CHECK(grad->sizes() == tensor->sizes() && grad->scalar_type() == tensor->scalar_type() && grad->device() == tensor->device(),
                        "the gradient ", grad->sizes(), ' ', c10::toString(grad->scalar_type()), " must match the tensor ",
                        tensor->sizes(), ' ', c10::toString(tensor->scalar_type()));
        tensor->mutable_grad() = grad == nullptr ? Tensor() : *grad;
        return 0;
    });
}

static torch::autograd::variable_list list_of(Tensor** tensors, int32_t count) {
    torch::autograd::variable_list list;
    list.reserve(count);
    for (int32_t i = 0; i < count; i++) list.push_back(tensors[i] == nullptr ? Tensor() : *tensors[i]);
    return list;
}

// Accumulates into the leaves (all, or just `inputs`). `grads` may be empty for scalar roots.
ST_EXPORT int32_t st_backward(Tensor** roots, int32_t root_count, Tensor** grads, int32_t grad_count, int32_t retain_graph,
                              int32_t create_graph, Tensor** inputs, int32_t input_count) {
    return st::guarded("backward", -1, [&] {
        torch::autograd::backward(list_of(roots, root_count), list_of(grads, grad_count), retain_graph != 0, create_graph != 0,
                                  list_of(inputs, input_count));
        return 0;
    });
}

// The gradients of `outputs` with respect to `inputs`, into `results` (null where unused and allowed).
ST_EXPORT int32_t st_autograd_grad(Tensor** outputs, int32_t output_count, Tensor** inputs, int32_t input_count, Tensor** grads,
                                   int32_t grad_count, int32_t retain_graph, int32_t create_graph, int32_t allow_unused, Tensor** results) {
    return st::guarded("autograd.grad", -1, [&] {
        auto found = torch::autograd::grad(list_of(outputs, output_count), list_of(inputs, input_count), list_of(grads, grad_count),
                                           retain_graph != 0, create_graph != 0, allow_unused != 0);
        for (size_t i = 0; i < found.size(); i++) results[i] = found[i].defined() ? st::handle(found[i]) : nullptr;
        return static_cast<int32_t>(found.size());
    });
}

ST_EXPORT int32_t st_grad_mode() { return c10::GradMode::is_enabled(); }
ST_EXPORT void st_set_grad_mode(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }
ST_EXPORT int32_t st_is_inference_mode() { return c10::InferenceMode::is_enabled(); }
ST_EXPORT c10::InferenceMode* st_inference_mode_enter(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }
ST_EXPORT void st_inference_mode_leave(c10::InferenceMode* guard) { delete guard; }
