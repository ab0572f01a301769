using System.Collections;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Modules by number.</summary>
    public class ModuleList<T> : nn.Module, IReadOnlyList<T> where T : nn.Module
    {
        private readonly List<T> list;
        private bool registered;

        public ModuleList(params T[] modules) : base("ModuleList") => list = [.. modules];

        public int Count => list.Count;

        public T this[int index] => list[index];

        internal void Add(T item)
        {
            list.Add(item);
            if (registered)
                register_module($"{list.Count - 1}", item);
        }

        public void append(params T[] parameters)
        {
            foreach (var module in parameters)
                Add(module);
        }

        public IEnumerator<T> GetEnumerator() => list.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        protected override void RegisterComponents()
        {
            if (registered)
                return;
            for (var i = 0; i < list.Count; i++)
                register_module($"{i}", list[i]);
            registered = true;
        }
    }

    /// <summary>Modules by name.</summary>
    public class ModuleDict<T> : nn.Module, IEnumerable<(string, T)> where T : nn.Module
    {
        private readonly OrderedDictionary<string, T> modulesByName = [];
        private bool registered;

        public ModuleDict() : base("ModuleDict")
        {
        }

        public bool ContainsKey(string key) => modulesByName.ContainsKey(key);

        internal void Add(string key, T value)
        {
            modulesByName.Add(key, value);
            if (registered)
                register_module(key, value);
        }

        internal void Add((string, T) item) => Add(item.Item1, item.Item2);

        public IEnumerator<(string, T)> GetEnumerator() => modulesByName.Select(item => (item.Key, item.Value)).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        protected override void RegisterComponents()
        {
            if (registered)
                return;
            foreach (var (name, module) in modulesByName)
                register_module(name, module);
            registered = true;
        }
    }

    /// <summary>One module after the other; what lies between is disposed.</summary>
    public class Sequential : nn.Module<Tensor, Tensor>
    {
        private readonly List<nn.Module<Tensor, Tensor>> layers = [];

        internal Sequential(IEnumerable<(string name, nn.Module<Tensor, Tensor> submodule)> modules) : base(nameof(Sequential))
        {
            foreach (var (name, module) in modules)
                append(name, module);
        }

        public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
        {
            var layer = (nn.Module<Tensor, Tensor>)module;
            register_module(name, layer);
            layers.Add(layer);
            return this;
        }

        public Sequential append(nn.IModule<Tensor, Tensor> module) => append($"{layers.Count}", module);

        public override Tensor forward(Tensor tensor)
        {
            if (layers.Count == 0)
                return tensor.alias();
            var value = layers[0].call(tensor);
            for (var i = 1; i < layers.Count; i++)
            {
                var next = layers[i].call(value);
                value.Dispose();
                value = next;
            }
            return value;
        }

        // The list field is not a component: everything was registered by append.
        protected override void RegisterComponents()
        {
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static ModuleList<Module> ModuleList(params Module[] modules) => new(modules);
            public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);

            public static ModuleDict<T> ModuleDict<T>(params (string, T)[] modules) where T : Module
            {
                var dictionary = new ModuleDict<T>();
                foreach (var item in modules)
                    dictionary.Add(item);
                return dictionary;
            }

            public static Sequential Sequential() => new([]);

            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => new(modules);

            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) =>
                new(modules.Select((module, position) => ($"{position}", module)));

            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules) => new(modules);

            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) => Sequential(modules.ToArray());
        }
    }
}
