using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace SeqCluster.Torch.Tests.Golden;

/// <summary>Optimizers, clipping and learning-rate schedules against python3-torch 1.13.1.</summary>
public sealed class OptimizerTests
{
    private const double Tolerance = 2e-6;

    private static readonly Dictionary<string, Func<Parameter[], Optimizer>> Optimizers = new()
    {
        ["SGD"] = p => SGD(p, 0.1),
        ["SGD momentum"] = p => SGD(p, 0.1, 0.9),
        ["SGD nesterov weight_decay"] = p => SGD(p, 0.1, 0.9, 0, 0.01, true),
        ["Adam"] = p => Adam(p, 0.01),
        ["Adam weight_decay amsgrad"] = p => Adam(p, 0.01, 0.8, 0.95, 1e-6, 0.1, true),
        ["AdamW"] = p => AdamW(p, 0.01, 0.9, 0.98, 1e-9, 0.1),
        ["Adagrad"] = p => Adagrad(p, 0.05, 0.1, 0.01),
        ["RMSprop"] = p => RMSProp(p, 2e-3, 0.95),
        ["RMSprop momentum centered"] = p => RMSProp(p, 0.01, 0.9, 1e-8, 0.01, 0.5, true),
    };

    private static readonly Dictionary<string, Func<Optimizer, lr_scheduler.LRScheduler>> Schedules = new()
    {
        ["StepLR"] = o => lr_scheduler.StepLR(o, 3, 0.5),
        ["ExponentialLR"] = o => lr_scheduler.ExponentialLR(o, 0.9),
        ["LambdaLR Noam"] = o => lr_scheduler.LambdaLR(
            o, step => Math.Min(Math.Pow(step + 1, -0.5), (step + 1) * Math.Pow(4, -1.5))),
        ["CosineAnnealingLR"] = o => lr_scheduler.CosineAnnealingLR(o, 8, 0.01),
        ["MultiStepLR"] = o => lr_scheduler.MultiStepLR(o, [2, 5], 0.1),
    };

    public static TheoryData<string> OptimizerNames => [.. Expected.Optimizers.Keys];

    public static TheoryData<string> ScheduleNames => [.. Expected.Schedules.Keys];

    /// <summary>Five steps with given gradients; before every second one they are clipped to norm 0.5.</summary>
    [TorchTheory]
    [MemberData(nameof(OptimizerNames))]
    public void Step_GivenGradients_EqualsPython(string name)
    {
        using var scope = NewDisposeScope();
        var expected = Expected.Optimizers[name];
        Parameter[] parameters = [Filled([3, 4], 1), Filled([4], 2)];
        using var optimizer = Optimizers[name](parameters);
        var norms = new List<double>();
        for (var step = 0; step < 5; step++)
        {
            for (var i = 0; i < parameters.Length; i++)
            {
                parameters[i].grad = Fill.Values(parameters[i].shape, 20 + (2 * step) + i, ScalarType.Float32);
            }

            if (step % 2 == 1)
            {
                norms.Add(nn.utils.clip_grad_norm_(parameters, 0.5));
            }

            optimizer.step();
        }

        Close.Assert("norm", expected.Norms, norms, Tolerance);
        for (var i = 0; i < parameters.Length; i++)
        {
            Close.Assert($"parameter {i}", expected.Parameters[i], Close.Values(parameters[i]), Tolerance);
        }
    }

    [TorchTheory]
    [MemberData(nameof(ScheduleNames))]
    public void Schedule_TenSteps_EqualsPython(string name)
    {
        using var scope = NewDisposeScope();
        using var optimizer = SGD([Filled([2], 1)], 0.5);
        var schedule = Schedules[name](optimizer);
        var rates = new List<double>();
        for (var step = 0; step < 10; step++)
        {
            rates.Add(optimizer.ParamGroups.First().LearningRate);
            optimizer.step();
            schedule.step();
        }

        Close.Assert("learning rate", Expected.Schedules[name], rates, 1e-12);
    }

    private static Parameter Filled(long[] shape, long salt) => new(Fill.Values(shape, salt, ScalarType.Float32));
}
