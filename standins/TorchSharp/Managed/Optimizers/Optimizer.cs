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
                internal List<ParamGroup> Groups { get; } = [];

                public virtual IEnumerable<ILearningRateController> ParamGroups => Groups;

                internal virtual IEnumerable<Parameter> parameters() => Groups.SelectMany(group => group.Parameters);

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

                    internal List<OptimizerOptions> Options { get; } = [];
                    internal List<OptimizerState> State { get; } = [];
                }
            }

            public interface ILearningRateController
            {
                double LearningRate { get; set; }
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
        internal double InitialLearningRate { get; set; }
    }

    /// <summary>Parameters that share options.</summary>
    public class ParamGroup : optim.ILearningRateController
    {
        internal IEnumerable<Parameter> Parameters { get; set; } = [];
        internal OptimizerOptions Options { get; set; } = new();

        public double LearningRate
        {
            get => Options.LearningRate!.Value;
            set => Options.LearningRate = value;
        }

        internal double InitialLearningRate
        {
            get => Options.InitialLearningRate;
            set => Options.InitialLearningRate = value;
        }
    }

    /// <summary>What an optimizer remembers of one parameter.</summary>
    internal abstract class OptimizerState
    {
        private protected OptimizerState()
        {
        }

        internal abstract IEnumerable<Tensor> Tensors { get; }

        internal abstract void LoadStateDict(OptimizerState source);

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

        private protected OptimizerHelper(OptimizerOptions options, IEnumerable<Parameter> parameters)
            : this([new ParamGroup { Parameters = parameters, Options = options }])
        {
        }

        /// <summary>The groups' options must be complete.</summary>
        private protected OptimizerHelper(IEnumerable<ParamGroup> groups)
        {
            foreach (var group in groups)
            {
                group.Parameters = group.Parameters.ToList();
                group.InitialLearningRate = group.LearningRate;
                Groups.Add(group);
                foreach (var parameter in group.Parameters)
                    states[parameter] = NewState(parameter, group.Options);
            }
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
                        Update(parameter, grad, states[parameter], group.Options);
                }
            return loss;
        }

        public virtual StateDictionary state_dict()
        {
            var dictionary = new StateDictionary();
            foreach (var group in Groups)
            {
                dictionary.Options.Add(group.Options);
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

        private protected abstract OptimizerState NewState(Parameter parameter, OptimizerOptions options);

        /// <summary>Runs without a graph and in a scope of its own.</summary>
        private protected abstract void Update(Parameter parameter, Tensor grad, OptimizerState state, OptimizerOptions options);

        internal static Tensor Zeros(Parameter parameter) => parameter.zeros_like().DetachFromDisposeScope();

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
