// The process-wide parts of LibTorch: errors, threads, random generators, version, devices.
#include "abi.h"

#include <ATen/Context.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>

#include <c10/util/Logging.h>

#include <mutex>

namespace st {

std::string& last_error() {
    static thread_local std::string text;
    return text;
}

void store_error(const std::string& what) noexcept {
    try {
        try {
            throw;
        } catch (const c10::Error& error) {
            last_error() = what + ": " + error.what_without_backtrace();
        } catch (const std::exception& error) {
            last_error() = what + ": " + error.what();
        } catch (...) {
            last_error() = what + ": an exception of unknown type";
        }
    } catch (...) {
        last_error().clear();
    }
}

}  // namespace st

// Once per process. Backtraces are switched off: collecting one costs milliseconds and a managed stack says more.
ST_EXPORT int32_t st_initialize() {
    return st::guarded("initialize", -1, [] {
        c10::SetStackTraceFetcher([] { return std::string(); });
        return 0;
    });
}

ST_EXPORT const char* st_error() { return st::last_error().c_str(); }
ST_EXPORT const char* st_version() { return TORCH_VERSION; }

ST_EXPORT int32_t st_get_num_threads() { return at::get_num_threads(); }
ST_EXPORT int32_t st_get_num_interop_threads() { return at::get_num_interop_threads(); }

ST_EXPORT int32_t st_set_num_threads(int32_t threads) {
    return st::guarded("set_num_threads", -1, [&] {
        at::set_num_threads(threads);
        return 0;
    });
}

ST_EXPORT int32_t st_cuda_is_available() {
    return st::guarded("cuda.is_available", 0, [] { return static_cast<int32_t>(at::globalContext().hasCUDA()); });
}

ST_EXPORT int32_t st_cuda_device_count() {
    return st::guarded("cuda.device_count", 0, [] {
        return at::globalContext().hasCUDA() ? static_cast<int32_t>(at::getNumGPUs()) : 0;
    });
}

ST_EXPORT at::Generator* st_default_generator() {
    return st::guarded<at::Generator*>("default_generator", nullptr, [] {
        return new at::Generator(at::globalContext().defaultGenerator(at::kCPU));
    });
}

ST_EXPORT at::Generator* st_new_generator(uint64_t seed) {
    return st::guarded<at::Generator*>("Generator", nullptr, [&] { return new at::Generator(at::detail::createCPUGenerator(seed)); });
}

ST_EXPORT void st_free_generator(at::Generator* generator) { delete generator; }

// Seeds the default generators of every device.
ST_EXPORT int32_t st_manual_seed(uint64_t seed) {
    return st::guarded("manual_seed", -1, [&] {
        at::manual_seed(seed);
        return 0;
    });
}

ST_EXPORT int32_t st_generator_seed(at::Generator* generator, uint64_t seed) {
    return st::guarded("Generator.manual_seed", -1, [&] {
        std::lock_guard<std::mutex> lock(generator->mutex());
        generator->set_current_seed(seed);
        return 0;
    });
}

ST_EXPORT at::Tensor* st_generator_state(at::Generator* generator) {
    return st::guarded<at::Tensor*>("Generator.get_state", nullptr, [&] {
        std::lock_guard<std::mutex> lock(generator->mutex());
        return st::handle(generator->get_state());
    });
}

ST_EXPORT int32_t st_generator_set_state(at::Generator* generator, at::Tensor* state) {
    return st::guarded("Generator.set_state", -1, [&] {
        std::lock_guard<std::mutex> lock(generator->mutex());
        generator->set_state(*state);
        return 0;
    });
}
