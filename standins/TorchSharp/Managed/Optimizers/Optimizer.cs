using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Changes parameters by their gradients.</summary>
            public abstract class Optimizer : IDisposable
            {
                private protected List<ParamGroup> Groups { get; } = [];

                public virtual IEnumerable<ILearningRateController> ParamGroups => Groups;

                public virtual IEnumerable<Parameter> parameters() => Groups.SelectMany(group => group.Parameters);

                /// <summary>Sets every gradient to zero in place; a view assigned as gradient stays.</summary>
                public virtual void zero_grad()
                {
                    foreach (var parameter in parameters())
                    {
                        using var grad = parameter.grad;
                        grad?.zero_();
                    }
                }

                /// <summary>One update; with a closure, its loss is the result.</summary>
                public abstract Tensor? step(Func<Tensor>? closure = null);

                public abstract void add_param_group(ParamGroup param_group);

                public void Dispose()
                {
                    Dispose(true);
                    GC.SuppressFinalize(this);
                }

                protected virtual void Dispose(bool disposing)
                {
                }

                /// <summary>The live options and states (not copies), states in the order of the parameters.</summary>
                public class StateDictionary
                {
                    internal StateDictionary()
                    {
                    }

                    public List<OptimizerOptions> Options { get; } = [];
                    public List<OptimizerState> State { get; } = [];
                }
            }

            public interface ILearningRateController
            {
                double LearningRate { get; set; }
                double InitialLearningRate { get; set; }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    using static TorchSharp.torch;

    public class OptimizerOptions
    {
        public double? LearningRate { get; set; }
        public double InitialLearningRate { get; set; }

        /// <summary>Fills what is unset from the optimizer's defaults.</summary>
        internal virtual void Complete(OptimizerOptions defaults) => LearningRate ??= defaults.LearningRate;
    }

    /// <summary>Parameters that share options.</summary>
    public class ParamGroup : optim.ILearningRateController
    {
        public IEnumerable<Parameter> Parameters { get; set; } = [];
        public OptimizerOptions? Options { get; set; }

        public double LearningRate
        {
            get => Options!.LearningRate!.Value;
            set => Options!.LearningRate = value;
        }

        public double InitialLearningRate
        {
            get => Options!.InitialLearningRate;
            set => Options!.InitialLearningRate = value;
        }
    }

    public class ParamGroup<TOptions> : ParamGroup where TOptions : OptimizerOptions
    {
        public ParamGroup()
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
        {
            Parameters = parameters;
            base.Options = options;
        }

        public new TOptions? Options
        {
            get => (TOptions?)base.Options;
            set => base.Options = value;
        }
    }

    /// <summary>What an optimizer remembers of one parameter.</summary>
    public abstract class OptimizerState
    {
        private protected OptimizerState()
        {
        }

        internal abstract IEnumerable<Tensor> Tensors { get; }

        public abstract void LoadStateDict(OptimizerState source);

        // Copies into the tensors that exist, so that views held elsewhere stay valid.
        private protected static void Copy(ref Tensor? to, Tensor? from)
        {
            if (from is null)
                return;
            if (to is null)
                to = from.clone().DetachFromDisposeScope();
            else
                to.copy_(from);
        }
    }

    /// <summary>The update loop that all optimizers share.</summary>
    public abstract class OptimizerHelper : optim.Optimizer
    {
        private readonly Dictionary<Parameter, OptimizerState> states = new(ReferenceEqualityComparer.Instance);
        private readonly OptimizerOptions defaults;

        private protected OptimizerHelper(OptimizerOptions defaults, IEnumerable<ParamGroup> groups)
        {
            this.defaults = defaults;
            foreach (var group in groups)
                add_param_group(group);
        }

        public override void add_param_group(ParamGroup param_group)
        {
            param_group.Parameters = param_group.Parameters.ToList();
            param_group.Options ??= NewOptions();
            param_group.Options.Complete(defaults);
            param_group.Options.InitialLearningRate = param_group.LearningRate;
            Groups.Add(param_group);
            foreach (var parameter in param_group.Parameters)
                states[parameter] = NewState(parameter, param_group.Options);
        }

        public override Tensor? step(Func<Tensor>? closure = null)
        {
            var loss = closure is null ? null : Evaluate(closure);
            using var withoutGraph = no_grad();
            foreach (var group in Groups)
                foreach (var parameter in group.Parameters)
                {
                    using var scope = NewDisposeScope();
                    if (parameter.grad is { } grad)
                        Update(parameter, grad, states[parameter], group.Options!);
                }
            return loss;
        }

        public virtual StateDictionary state_dict()
        {
            var dictionary = new StateDictionary();
            foreach (var group in Groups)
            {
                dictionary.Options.Add(group.Options!);
                dictionary.State.AddRange(group.Parameters.Select(parameter => states[parameter]));
            }
            return dictionary;
        }

        /// <summary>Copies the states in; the other optimizer's parameters must be as many, in the same order.</summary>
        public virtual void load_state_dict(StateDictionary state_dict)
        {
            var own = this.state_dict();
            if (own.Options.Count != state_dict.Options.Count)
                throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.");
            if (own.State.Count != state_dict.State.Count)
                throw new ArgumentException("Invalid optimizer state -- different number of states.");
            using var withoutGraph = no_grad();
            for (var i = 0; i < own.Options.Count; i++)
                own.Options[i].LearningRate = state_dict.Options[i].LearningRate;
            for (var i = 0; i < own.State.Count; i++)
                own.State[i].LoadStateDict(state_dict.State[i]);
        }

        private protected abstract OptimizerOptions NewOptions();

        private protected abstract OptimizerState NewState(Parameter parameter, OptimizerOptions options);

        /// <summary>Runs without a graph and in a scope of its own.</summary>
        private protected abstract void Update(Parameter parameter, Tensor grad, OptimizerState state, OptimizerOptions options);

        private protected static Tensor Zeros(Parameter parameter) => parameter.zeros_like().DetachFromDisposeScope();

        protected override void Dispose(bool disposing)
        {
            foreach (var state in states.Values)
                foreach (var tensor in state.Tensors)
                    tensor.Dispose();
            states.Clear();
        }

        private static Tensor Evaluate(Func<Tensor> closure)
        {
            using var withGraph = enable_grad();
            return closure();
        }
    }
}
