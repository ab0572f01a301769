using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>
            /// Moves and converts in place. A parameter that changes is a new object afterwards: build optimizers later.
            /// Integer buffers keep their type.
            /// </summary>
            internal Module _to(Device? device, ScalarType? dtype)
            {
                if (dtype is { } wanted && !torch.is_floating_point(wanted))
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={wanted}");
                foreach (var module in submodules.Values)
                    module._to(device, dtype);
                foreach (var (name, parameter) in ownParameters.ToArray())
                    if (Converted(parameter, device, dtype) is { } tensor)
                        Replace(name, parameter, tensor);
                foreach (var (name, (buffer, persistent)) in ownBuffers.ToArray())
                    if (Converted(buffer, device, dtype) is { } tensor)
                    {
                        tensor.DetachFromDisposeScope();
                        ownBuffers[name] = (tensor, persistent);
                        SetField(name, tensor);
                        buffer.Dispose();
                    }
                return this;
            }

            /// <summary>For a layer that keeps its parameters in the registry alone: reads one.</summary>
            private protected Parameter? Registered(string name) => ownParameters.GetValueOrDefault(name);

            /// <summary>For such a layer: puts one in, or another in its place; null takes it out.</summary>
            private protected void Register(string name, Parameter? parameter)
            {
                if (ownParameters.TryGetValue(name, out var former) && !ReferenceEquals(former, parameter))
                    former.Dispose();
                if (parameter is null)
                    ownParameters.Remove(name);
                else
                    ownParameters[name] = (Parameter)parameter.DetachFromDisposeScope();
            }

            private void Replace(string name, Parameter parameter, Tensor data)
            {
                using var grad = parameter.grad;
                var replacement = (Parameter)new Parameter(data, parameter.requires_grad).DetachFromDisposeScope();
                if (grad is not null)
                {
                    using var moved = grad.to(replacement.dtype, replacement.device);
                    replacement.grad = moved;
                }
                ownParameters[name] = replacement;
                SetField(name, replacement);
                parameter.Dispose();
            }

            private void SetField(string name, Tensor tensor)
            {
                foreach (var (fieldName, field) in ComponentFields(GetType()))
                    if (fieldName == name && field.FieldType.IsInstanceOfType(tensor))
                        field.SetValue(this, tensor);
            }

            private static Tensor? Converted(Tensor tensor, Device? device, ScalarType? dtype)
            {
                var type = torch.is_floating_point(tensor.dtype) ? dtype ?? tensor.dtype : tensor.dtype;
                var place = device ?? tensor.device;
                if (!tensor.WillCopy(type, place))
                    return null;
                using var withoutGraph = no_grad();
                return tensor.to(type, place);
            }
        }
    }
}

/// <summary>Conversions that keep the module's own type.</summary>
public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module => (T)module._to(null, type);

    public static T to<T>(this T module, torch.Device device, bool non_blocking = false) where T : torch.nn.Module =>
        (T)module._to(torch.InitializeDevice(device), null);

    public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module =>
        (T)module._to(torch.InitializeDevice(device), type);
}
