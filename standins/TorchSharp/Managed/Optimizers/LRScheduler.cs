using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Learning rates over time. A scheduler takes its first step when it is made.</summary>
        public static partial class lr_scheduler
        {
            public abstract class LRScheduler
            {
                private readonly ParamGroup[] groups;
                private readonly double[] initial;

                private protected LRScheduler(Optimizer optimizer, int last_epoch)
                {
                    groups = [.. optimizer.Groups];
                    initial = Array.ConvertAll(groups, group => group.InitialLearningRate);
                    Epoch = last_epoch;
                }

                private protected int Epoch { get; private set; }

                public virtual void step() => Advance(Epoch + 1);

                public virtual void step(int? epoch) => Advance(epoch ?? Epoch + 1);

                public IEnumerable<double> get_last_lr() => groups.Select(group => group.LearningRate);

                private protected abstract double Rate(double current, double initial, int group);

                private void Advance(int epoch)
                {
                    Epoch = epoch;
                    for (var i = 0; i < groups.Length; i++)
                        groups[i].LearningRate = Rate(groups[i].LearningRate, initial[i], i);
                }
            }

            // `rate` is asked with (current rate, initial rate, epoch), once for each group and step.
            private sealed class Schedule : LRScheduler
            {
                private readonly Func<double, double, int, double> rate;

                internal Schedule(Optimizer optimizer, int last_epoch, Func<double, double, int, double> rate) : base(optimizer, last_epoch)
                {
                    this.rate = rate;
                    step();
                }

                private protected override double Rate(double current, double initial, int group) => rate(current, initial, Epoch);
            }

            /// <summary>The initial rate times a function of the epoch.</summary>
            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch, (_, initial, epoch) => initial * lr_lambda(epoch));

            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch, (current, _, epoch) => epoch == 0 || epoch % step_size != 0 ? current : current * gamma);

            public static LRScheduler MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch, (current, _, epoch) => current * Math.Pow(gamma, milestones.Count(at => at == epoch)));

            public static LRScheduler ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch, (current, _, epoch) => epoch == 0 ? current : current * gamma);

            /// <summary>Loshchilov and Hutter 2016, equation 5, in PyTorch's recursive form.</summary>
            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch, (current, initial, epoch) =>
                    epoch == 0 ? current
                    : (epoch - 1 - T_max) % (2 * T_max) == 0 ? current + (initial - eta_min) * (1 - Math.Cos(Math.PI / T_max)) / 2
                    : (1 + Math.Cos(Math.PI * epoch / T_max)) / (1 + Math.Cos(Math.PI * (epoch - 1) / T_max)) * (current - eta_min) + eta_min);
        }
    }
}
