using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Own parameters first, then the submodules' in their order; a shared one once.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (name, parameter) in ownParameters)
                    if (seen.Add(parameter))
                        yield return (name, parameter);
                if (!recurse)
                    yield break;
                foreach (var (prefix, module) in submodules)
                    foreach (var (name, parameter) in module.named_parameters())
                        if (seen.Add(parameter))
                            yield return ($"{prefix}.{name}", parameter);
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(item => item.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (name, (buffer, persistent)) in ownBuffers)
                    if ((persistent || include_nonpersistent) && seen.Add(buffer))
                        yield return (name, buffer);
                if (!recurse)
                    yield break;
                foreach (var (prefix, module) in submodules)
                    foreach (var (name, buffer) in module.named_buffers(true, include_nonpersistent))
                        if (seen.Add(buffer))
                            yield return ($"{prefix}.{name}", buffer);
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(item => item.buffer);

            internal virtual IEnumerable<(string name, Module module)> named_children() => submodules.Select(item => (item.Key, item.Value));

            public virtual IEnumerable<Module> children() => submodules.Values;

            /// <summary>All submodules below this one, which is not among them.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var child in named_children())
                    yield return child;
                foreach (var (prefix, child) in submodules)
                    foreach (var (name, module) in child.named_modules())
                        yield return ($"{prefix}.{name}", module);
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(item => item.module);

            public virtual Parameter? get_parameter(string target) =>
                named_parameters().Where(item => item.name == target).Select(item => item.parameter).FirstOrDefault();

            public virtual Tensor? get_buffer(string target) =>
                named_buffers().Where(item => item.name == target).Select(item => item.buffer).FirstOrDefault();

            /// <summary>The tensors themselves, not copies, under their dotted names.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                var start = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (name, parameter) in ownParameters)
                    destination.TryAdd(start + name, parameter);
                foreach (var (name, (buffer, persistent)) in ownBuffers)
                    if (persistent)
                        destination.TryAdd(start + name, buffer);
                foreach (var (name, module) in submodules)
                    module.state_dict(destination, start + name);
                return destination;
            }

            /// <summary>Copies the values in. With <paramref name="strict"/>, both sides must have the same names.</summary>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source,
                bool strict = true, IList<string>? skip = null)
            {
                var destination = state_dict();
                bool Counts(string key) => skip is null || !skip.Contains(key);
                var missing = destination.Keys.Where(key => Counts(key) && !source.ContainsKey(key)).ToList();
                var unexpected = source.Keys.Where(key => Counts(key) && !destination.ContainsKey(key)).ToList();
                if (strict && missing.Count + unexpected.Count > 0)
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary.");
                using var withoutGraph = no_grad();
                foreach (var (key, tensor) in source)
                    if (Counts(key) && destination.TryGetValue(key, out var target))
                        target.copy_(tensor);
                return (missing, unexpected);
            }
        }
    }
}
