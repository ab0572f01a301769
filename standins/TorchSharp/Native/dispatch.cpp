// One generic call into LibTorch's dispatcher: an operator by name, its arguments by position, what is missing from the
// schema's defaults. Operators whose schema is one of a few plain shapes (tensor, tensor × tensor, tensor × scalar …)
// skip the boxing: those are the ones called often enough for it to show.
#include "abi.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>

#include <sstream>
#include <vector>

namespace st {

enum class Kind { Tensor, Number, Int, Float, Bool, Device, Generator, String, IntList, FloatList, TensorList, OptionalTensorList, Other };

// The schemas that are called without boxing: the letters are the arguments (t tensor, s Scalar).
enum class Shape { Boxed, t, tt, tts, ts, tss, inplace_tt, inplace_tts, inplace_ts, inplace_ttts };

struct Parameter {
    Kind kind;
    bool optional;
    bool has_default;
    c10::IValue default_value;
};

struct Operator {
    c10::OperatorHandle handle;
    std::string name;
    std::vector<Parameter> parameters;
    Shape shape = Shape::Boxed;
};

using TT = at::Tensor(const at::Tensor&);
using TTT = at::Tensor(const at::Tensor&, const at::Tensor&);
using TTTS = at::Tensor(const at::Tensor&, const at::Tensor&, const at::Scalar&);
using TTS = at::Tensor(const at::Tensor&, const at::Scalar&);
using TTSS = at::Tensor(const at::Tensor&, const at::Scalar&, const at::Scalar&);
using ITT = at::Tensor&(at::Tensor&, const at::Tensor&);
using ITTS = at::Tensor&(at::Tensor&, const at::Tensor&, const at::Scalar&);
using ITS = at::Tensor&(at::Tensor&, const at::Scalar&);
using ITTTS = at::Tensor&(at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Scalar&);

static Kind kind_of(const c10::TypePtr& type) {
    switch (type->kind()) {
        case c10::TypeKind::TensorType: return Kind::Tensor;
        case c10::TypeKind::NumberType: return Kind::Number;
        case c10::TypeKind::FloatType: return Kind::Float;
        case c10::TypeKind::BoolType: return Kind::Bool;
        case c10::TypeKind::DeviceObjType: return Kind::Device;
        case c10::TypeKind::GeneratorType: return Kind::Generator;
        case c10::TypeKind::StringType: return Kind::String;
        case c10::TypeKind::IntType:
        case c10::TypeKind::SymIntType: return Kind::Int;
#if TORCH_VERSION_MAJOR >= 2
        case c10::TypeKind::ScalarTypeType:
        case c10::TypeKind::LayoutType:
        case c10::TypeKind::MemoryFormatType: return Kind::Int;
#endif
        case c10::TypeKind::ListType: {
            auto element = type->expectRef<c10::ListType>().getElementType();
            if (element->kind() == c10::TypeKind::OptionalType) return Kind::OptionalTensorList;
            switch (kind_of(element)) {
                case Kind::Tensor: return Kind::TensorList;
                case Kind::Int: return Kind::IntList;
                case Kind::Float: return Kind::FloatList;
                default: return Kind::Other;
            }
        }
        default: return Kind::Other;
    }
}

static Shape shape_of(const c10::FunctionSchema& schema, const std::vector<Parameter>& parameters) {
    std::string letters;
    for (const auto& parameter : parameters) {
        if (parameter.optional) return Shape::Boxed;
        if (parameter.kind == Kind::Tensor) letters += 't';
        else if (parameter.kind == Kind::Number) letters += 's';
        else return Shape::Boxed;
    }
    const auto& returns = schema.returns();
    if (returns.size() != 1 || returns[0].type()->kind() != c10::TypeKind::TensorType) return Shape::Boxed;
    const auto* alias = returns[0].alias_info();
    if (alias != nullptr && alias->isWrite()) {
        const auto* self = schema.arguments()[0].alias_info();
        if (self == nullptr || !self->isWrite() || schema.overload_name().find("out") != std::string::npos) return Shape::Boxed;
        if (letters == "tt") return Shape::inplace_tt;
        if (letters == "tts") return Shape::inplace_tts;
        if (letters == "ts") return Shape::inplace_ts;
        if (letters == "ttts") return Shape::inplace_ttts;
        return Shape::Boxed;
    }
    if (letters == "t") return Shape::t;
    if (letters == "tt") return Shape::tt;
    if (letters == "tts") return Shape::tts;
    if (letters == "ts") return Shape::ts;
    if (letters == "tss") return Shape::tss;
    return Shape::Boxed;
}

static c10::IValue to_ivalue(const Operator& op, size_t index, const Arg& arg) {
    const Parameter& parameter = op.parameters[index];
    switch (arg.tag) {
        case Tag::Default:
            TORCH_CHECK(parameter.has_default, "argument ", index, " of ", op.name, " has no default");
            return parameter.default_value;
        case Tag::None: return c10::IValue();
        case Tag::Tensor: return c10::IValue(*reinterpret_cast<at::Tensor*>(arg.bits));
        case Tag::Int:
            if (parameter.kind == Kind::Float) return c10::IValue(static_cast<double>(arg.bits));
            if (parameter.kind == Kind::Bool) return c10::IValue(arg.bits != 0);
            if (parameter.kind == Kind::IntList) return c10::IValue(at::ArrayRef<int64_t>(&arg.bits, 1));
            return c10::IValue(arg.bits);
        case Tag::Double: {
            double value;
            memcpy(&value, &arg.bits, sizeof value);
            return c10::IValue(value);
        }
        case Tag::Bool: return c10::IValue(arg.bits != 0);
        case Tag::Device:
            return c10::IValue(c10::Device(static_cast<c10::DeviceType>(arg.bits >> 32), static_cast<c10::DeviceIndex>(static_cast<int32_t>(arg.bits))));
        case Tag::Generator: return c10::IValue(*reinterpret_cast<at::Generator*>(arg.bits));
        case Tag::String: return c10::IValue(std::string(reinterpret_cast<const char*>(arg.bits), arg.count));
        case Tag::IntList: return c10::IValue(at::ArrayRef<int64_t>(reinterpret_cast<int64_t*>(arg.bits), arg.count));
        case Tag::DoubleList: return c10::IValue(at::ArrayRef<double>(reinterpret_cast<double*>(arg.bits), arg.count));
        case Tag::TensorList: {
            auto tensors = reinterpret_cast<at::Tensor* const*>(arg.bits);
            if (parameter.kind == Kind::OptionalTensorList) {
                c10::List<c10::optional<at::Tensor>> list;
                list.reserve(arg.count);
                for (int32_t i = 0; i < arg.count; i++) list.push_back(tensors[i] ? c10::optional<at::Tensor>(*tensors[i]) : c10::nullopt);
                return c10::IValue(std::move(list));
            }
            c10::List<at::Tensor> list;
            list.reserve(arg.count);
            for (int32_t i = 0; i < arg.count; i++) list.push_back(*tensors[i]);
            return c10::IValue(std::move(list));
        }
    }
    TORCH_CHECK(false, "unknown argument tag ", static_cast<int>(arg.tag));
}

// Results beyond the caller's buffer wait here for st_take_results.
static thread_local std::vector<int64_t> pending;

static void push_result(const c10::IValue& value, std::vector<int64_t>& results) {
    if (value.isTensor()) {
        results.push_back(value.toTensor().defined() ? reinterpret_cast<int64_t>(handle(value.toTensor())) : 0);
    } else if (value.isTensorList()) {
        for (const at::Tensor& tensor : value.toTensorVector()) results.push_back(reinterpret_cast<int64_t>(handle(tensor)));
    } else if (value.isInt()) {
        results.push_back(value.toInt());
    } else if (value.isBool()) {
        results.push_back(value.toBool());
    } else if (value.isDouble()) {
        double number = value.toDouble();
        int64_t bits;
        memcpy(&bits, &number, sizeof bits);
        results.push_back(bits);
    } else {
        TORCH_CHECK(false, "a result of type ", value.tagKind(), " is not carried over");
    }
}

static int32_t call_boxed(const Operator& op, const Arg* args, int32_t count, int64_t* results, int32_t capacity) {
    std::vector<c10::IValue> stack;
    stack.reserve(op.parameters.size());
    TORCH_CHECK(static_cast<size_t>(count) <= op.parameters.size(), "takes ", op.parameters.size(), " arguments, was given ", count);
    for (int32_t i = 0; i < count; i++) stack.push_back(to_ivalue(op, i, args[i]));
    for (size_t i = count; i < op.parameters.size(); i++) stack.push_back(to_ivalue(op, i, Arg{Tag::Default, 0, 0}));
    op.handle.callBoxed(&stack);
    if (capacity == 0) return 0;
    if (stack.size() == 1 && stack[0].isTensor()) {
        at::Tensor tensor = std::move(stack[0]).toTensor();
        results[0] = tensor.defined() ? reinterpret_cast<int64_t>(handle(std::move(tensor))) : 0;
        return 1;
    }
    pending.clear();
    for (const auto& value : stack) push_result(value, pending);
    for (size_t i = 0; i < pending.size() && i < static_cast<size_t>(capacity); i++) results[i] = pending[i];
    return static_cast<int32_t>(pending.size());
}

static at::Scalar scalar(const Operator& op, int32_t index, const Arg* args, int32_t count) {
    if (index >= count || args[index].tag == Tag::Default) return op.parameters[index].default_value.toScalar();
    const Arg& arg = args[index];
    if (arg.tag == Tag::Int) return at::Scalar(arg.bits);
    if (arg.tag == Tag::Bool) return at::Scalar(arg.bits != 0);
    double value;
    memcpy(&value, &arg.bits, sizeof value);
    return at::Scalar(value);
}

// True when the arguments are what the unboxed shape wants: tensors first, then numbers, absent ones with a default.
static bool fits(const Operator& op, const Arg* args, int32_t count) {
    int32_t expected = static_cast<int32_t>(op.parameters.size());
    if (count > expected) return false;
    for (int32_t i = 0; i < expected; i++) {
        bool given = i < count && args[i].tag != Tag::Default;
        if (!given) {
            if (op.parameters[i].kind != Kind::Number || !op.parameters[i].has_default) return false;
        } else if (op.parameters[i].kind == Kind::Tensor) {
            if (args[i].tag != Tag::Tensor) return false;
        } else if (args[i].tag != Tag::Int && args[i].tag != Tag::Double && args[i].tag != Tag::Bool) {
            return false;
        }
    }
    return true;
}

static int32_t call(const Operator& op, const Arg* args, int32_t count, int64_t* results, int32_t capacity) {
    if (op.shape == Shape::Boxed || !fits(op, args, count)) return call_boxed(op, args, count, results, capacity);
    auto tensor = [&](int32_t i) -> at::Tensor& { return *reinterpret_cast<at::Tensor*>(args[i].bits); };
    auto number = [&](int32_t i) { return scalar(op, i, args, count); };
    auto give = [&](at::Tensor result) {
        if (capacity > 0) results[0] = result.defined() ? reinterpret_cast<int64_t>(handle(std::move(result))) : 0;
        return 1;
    };
    auto keep = [&](at::Tensor& result) { return capacity > 0 ? give(result) : 1; };
    switch (op.shape) {
        case Shape::t: return give(op.handle.typed<TT>().call(tensor(0)));
        case Shape::tt: return give(op.handle.typed<TTT>().call(tensor(0), tensor(1)));
        case Shape::tts: return give(op.handle.typed<TTTS>().call(tensor(0), tensor(1), number(2)));
        case Shape::ts: return give(op.handle.typed<TTS>().call(tensor(0), number(1)));
        case Shape::tss: return give(op.handle.typed<TTSS>().call(tensor(0), number(1), number(2)));
        case Shape::inplace_tt: return keep(op.handle.typed<ITT>().call(tensor(0), tensor(1)));
        case Shape::inplace_tts: return keep(op.handle.typed<ITTS>().call(tensor(0), tensor(1), number(2)));
        case Shape::inplace_ts: return keep(op.handle.typed<ITS>().call(tensor(0), number(1)));
        case Shape::inplace_ttts: return keep(op.handle.typed<ITTTS>().call(tensor(0), tensor(1), tensor(2), number(3)));
        default: return call_boxed(op, args, count, results, capacity);
    }
}

static void describe(std::ostream& out, const at::Tensor* tensor) {
    if (tensor == nullptr || !tensor->defined()) out << "none";
    else out << tensor->sizes() << ' ' << c10::toString(tensor->scalar_type());
}

static std::string describe(const Operator& op, const Arg* args, int32_t count) noexcept {
    try {
        std::ostringstream out;
        out << op.name << '(';
        for (int32_t i = 0; i < count; i++) {
            if (i > 0) out << ", ";
            if (args[i].tag == Tag::Tensor) describe(out, reinterpret_cast<at::Tensor*>(args[i].bits));
            else if (args[i].tag == Tag::Int) out << args[i].bits;
            else if (args[i].tag == Tag::IntList) out << at::ArrayRef<int64_t>(reinterpret_cast<int64_t*>(args[i].bits), args[i].count);
            else if (args[i].tag == Tag::TensorList) {
                out << '{';
                for (int32_t j = 0; j < args[i].count; j++) {
                    if (j > 0) out << ", ";
                    describe(out, reinterpret_cast<at::Tensor* const*>(args[i].bits)[j]);
                }
                out << '}';
            } else out << '_';
        }
        out << ')';
        return out.str();
    } catch (...) {
        return op.name;
    }
}

}  // namespace st

// Finds `aten::name` with its overload; the handle lives as long as the process.
ST_EXPORT st::Operator* st_operator(const char* name, const char* overload) {
    return st::guarded<st::Operator*>(name, nullptr, [&] {
        auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
        auto op = new st::Operator{handle, name, {}, st::Shape::Boxed};
        for (const auto& argument : handle.schema().arguments()) {
            auto type = argument.real_type();
            bool optional = type->kind() == c10::TypeKind::OptionalType;
            if (optional) type = type->expectRef<c10::OptionalType>().getElementType();
            bool has_default = argument.default_value().has_value() || optional;
            op->parameters.push_back({st::kind_of(type), optional, has_default, argument.default_value().value_or(c10::IValue())});
        }
        op->shape = st::shape_of(handle.schema(), op->parameters);
        return op;
    });
}

// Calls it. Returns how many results there are (the first `capacity` lie in `results`), or -1. With capacity 0 no result
// is made into a handle: the way to call an in-place operator.
ST_EXPORT int32_t st_call(st::Operator* op, const st::Arg* args, int32_t count, int64_t* results, int32_t capacity) {
    try {
        return st::call(*op, args, count, results, capacity);
    } catch (...) {
        st::store_error(st::describe(*op, args, count));
        return -1;
    }
}

// All results of this thread's last call that did not fit.
ST_EXPORT void st_take_results(int64_t* results, int32_t count) {
    for (int32_t i = 0; i < count; i++) results[i] = st::pending[i];
}
