using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Optimizers;

public sealed class OptimizerTests
{
    public static TheoryData<string> Names => ["SGD", "SGD nesterov", "Adam", "Adam amsgrad", "AdamW", "RMSProp", "RMSProp centered", "Adagrad"];

    [TorchTheory]
    [MemberData(nameof(Names))]
    public void Step_Repeated_FindsTheMinimum(string name)
    {
        using var scope = NewDisposeScope();
        var x = nn.Parameter(tensor(new float[] { 3, -2 }));
        var optimizer = Make(name, x);
        for (var i = 0; i < 400; i++)
        {
            optimizer.zero_grad();
            x.square().sum().backward();
            optimizer.step();
        }
        Assert.True(x.abs().max().ToSingle() < 0.25, $"{name} ended at {x[0].ToSingle()}, {x[1].ToSingle()}");
        optimizer.Dispose();
    }

    [TorchTheory]
    [MemberData(nameof(Names))]
    public void StateDict_LoadedIntoAFreshOne_ContinuesBitForBit(string name)
    {
        using var scope = NewDisposeScope();
        var (one, other) = (nn.Parameter(tensor(new float[] { 3, -2 })), nn.Parameter(zeros(2)));
        var (first, second) = (Make(name, one), Make(name, other));
        for (var i = 0; i < 3; i++)
            Step(first, one);
        using (no_grad())
            other.copy_(one);
        second.load_state_dict(first.state_dict());
        Step(first, one);
        Step(second, other);
        Assert.True(one.Equals(other));
    }

    [TorchFact]
    public void Groups_HaveTheirOwnRate_AndSchedulersMoveIt()
    {
        using var scope = NewDisposeScope();
        var (one, another, other) = (nn.Parameter(ones(1)), nn.Parameter(ones(1)), nn.Parameter(ones(1)));
        var optimizer = optim.SGD(
            [
                new SGD.ParamGroup([one], new SGD.Options { LearningRate = 0.5 }),
                new SGD.ParamGroup([another], new SGD.Options()),
                new SGD.ParamGroup([other], 0.2),
            ], 0.1);
        Assert.Equal([0.5, 0.1, 0.2], optimizer.ParamGroups.Select(group => group.LearningRate));
        var scheduler = optim.lr_scheduler.StepLR(optimizer, 2, 0.1);
        Assert.Equal([0.5, 0.1, 0.2], scheduler.get_last_lr());
        scheduler.step();
        scheduler.step();
        Assert.Equal([0.05, 0.01, 0.02], scheduler.get_last_lr().Select(rate => Math.Round(rate, 12)));
    }

    [TorchFact]
    public void Schedulers_FollowTheirFormulas()
    {
        using var scope = NewDisposeScope();
        List<double> Rates(Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> make)
        {
            var optimizer = optim.SGD([nn.Parameter(ones(1))], 1.0);
            var scheduler = make(optimizer);
            var rates = new List<double>();
            for (var i = 0; i < 4; i++)
            {
                rates.Add(Math.Round(scheduler.get_last_lr().Single(), 6));
                scheduler.step();
            }
            return rates;
        }
        Assert.Equal([1, 0.5, 0.25, 0.125], Rates(o => optim.lr_scheduler.ExponentialLR(o, 0.5)));
        Assert.Equal([1, 0.75, 0.25, 0], Rates(o => optim.lr_scheduler.CosineAnnealingLR(o, 3)));
        Assert.Equal([1, 2, 3, 4], Rates(o => optim.lr_scheduler.LambdaLR(o, epoch => epoch + 1)));
        Assert.Equal([1, 0.1, 0.1, 0.01], Rates(o => optim.lr_scheduler.MultiStepLR(o, [1, 3])));
    }

    [TorchFact]
    public void ClipGradNorm_ScalesToTheLimit_AndReturnsTheNormBefore()
    {
        using var scope = NewDisposeScope();
        var parameter = nn.Parameter(zeros(2));
        parameter.grad = tensor(new float[] { 3, 4 });
        Assert.Equal(5, nn.utils.clip_grad_norm_([parameter], 1), 5);
        Assert.Equal(1, parameter.grad!.norm().ToDouble(), 5);
        nn.utils.clip_grad_value_([parameter], 0.5);
        Assert.Equal(0.5, parameter.grad!.max().ToDouble(), 6);
    }

    [TorchFact]
    public void Arguments_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => optim.Adam(Array.Empty<Parameter>(), -1));
        Assert.Throws<ArgumentException>(() => optim.AdamW(Array.Empty<Parameter>(), beta1: 1));
        Assert.Throws<ArgumentException>(() => optim.SGD(Array.Empty<Parameter>(), 0.1, nesterov: true));
    }

    private static void Step(optim.Optimizer optimizer, Tensor x)
    {
        optimizer.zero_grad();
        x.square().sum().backward();
        optimizer.step();
    }

    private static OptimizerHelper Make(string name, params Parameter[] parameters) => name switch
    {
        "SGD" => optim.SGD(parameters, 0.05, 0.9, weight_decay: 0.01),
        "SGD nesterov" => optim.SGD(parameters, 0.05, 0.9, nesterov: true),
        "Adam" => optim.Adam(parameters, 0.05, weight_decay: 0.01),
        "Adam amsgrad" => optim.Adam(parameters, 0.05, amsgrad: true),
        "AdamW" => optim.AdamW(parameters, 0.05, weight_decay: 0.1),
        "RMSProp" => optim.RMSProp(parameters, 0.02),
        "RMSProp centered" => optim.RMSProp(parameters, 0.01, momentum: 0.5, centered: true),
        _ => optim.Adagrad(parameters, 0.5),
    };
}
