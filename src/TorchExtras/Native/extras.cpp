// What training needs of LibTorch and TorchSharp does not offer: a call when a parameter's gradient is complete.
// Takes `Tensor.Handle`, which is an `at::Tensor*`. Nothing is thrown across the ABI.
#include <ATen/Version.h>
#include <ATen/core/Tensor.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/version.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

#define TE_EXPORT extern "C" __attribute__((visibility("default")))

namespace {

thread_local std::string last_error;

using Callback = int32_t (*)(void* context, int32_t index);

struct Notify : torch::autograd::FunctionPostHook {
    Notify(Callback callback, void* context, int32_t index) : callback(callback), context(context), index(index) {}

    torch::autograd::variable_list operator()(const torch::autograd::variable_list& outputs, const torch::autograd::variable_list&) override {
        // The managed side kept its exception; this one makes backward() stop and say so.
        if (callback(context, index) != 0) throw std::runtime_error("the gradient hook of parameter " + std::to_string(index) + " failed");
        return outputs;
    }

    Callback callback;
    void* context;
    int32_t index;
};

// The accumulator is kept alive here: the parameter itself holds it weakly.
struct Hook {
    std::shared_ptr<torch::autograd::Node> accumulator;
    uintptr_t key;
};

}  // namespace

TE_EXPORT const char* te_error() { return last_error.c_str(); }

// The LibTorch that this library was compiled against.
TE_EXPORT const char* te_built_against() { return TORCH_VERSION; }

// ATen's own words about how it was built and which processor capability it uses.
TE_EXPORT const char* te_configuration() {
    try {
        static const std::string text = at::show_config();
        return text.c_str();
    } catch (...) {
        return "";
    }
}

// Calls `callback(context, index)` on the thread that runs backward, each time the parameter's gradient has been
// accumulated. Null when the tensor is not a leaf that requires a gradient.
TE_EXPORT void* te_hook_add(at::Tensor* parameter, Callback callback, void* context, int32_t index) {
    try {
        auto accumulator = torch::autograd::impl::grad_accumulator(*parameter);
        if (!accumulator) throw std::invalid_argument("parameter " + std::to_string(index) + " is not a leaf that requires a gradient");
        auto key = accumulator->add_post_hook(std::make_unique<Notify>(callback, context, index));
        return new Hook{std::move(accumulator), key};
    } catch (const std::exception& error) {
        last_error = error.what();
        return nullptr;
    } catch (...) {
        last_error = "an exception of unknown type";
        return nullptr;
    }
}

TE_EXPORT void te_hook_remove(void* hook) {
    std::unique_ptr<Hook> owned(static_cast<Hook*>(hook));
    owned->accumulator->del_post_hook(owned->key);
}
