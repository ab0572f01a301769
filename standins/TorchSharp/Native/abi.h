// The C ABI between the managed TorchSharp stand-in and LibTorch.
//
// Tensors cross as `at::Tensor*` (so that Tensor.Handle means what it means in TorchSharp). Every entry point catches
// every exception: it stores the text for st_error() and returns a negative number or a null pointer.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#include <cstdint>
#include <exception>
#include <string>
#include <utility>

#define ST_EXPORT extern "C" __attribute__((visibility("default")))

namespace st {

// Mirrors TorchSharp.Interop.Tag. `bits` holds the value itself, or a pointer to `count` items.
enum class Tag : int32_t {
    Default = 0, None = 1, Tensor = 2, Int = 3, Double = 4, Bool = 5, Device = 6, Generator = 7, String = 8,
    IntList = 9, DoubleList = 10, TensorList = 11,
};

struct Arg {
    Tag tag;
    int32_t count;
    int64_t bits;
};

std::string& last_error();

// Stores the exception that is being handled, as `what: message`.
void store_error(const std::string& what) noexcept;

inline at::Tensor* handle(at::Tensor tensor) { return new at::Tensor(std::move(tensor)); }

// Runs `body`; what it throws becomes st_error() and `failed`.
template <typename Result, typename Body>
Result guarded(const char* what, Result failed, Body&& body) noexcept {
    try {
        return body();
    } catch (...) {
        store_error(what);
        return failed;
    }
}

}  // namespace st
