using SeqCluster.Contracts.Jobs;
using SeqCluster.Worker.Optimization;

namespace SeqCluster.Worker.Tests.Optimization;

public sealed class LearningRateScheduleTests
{
    // nanoGPT's get_lr(it) with learning_rate 1e-3, min_lr 1e-4, warmup_iters 100, lr_decay_iters 2000, at it = step - 1.
    [Theory]
    [InlineData(1, 9.900990099009902e-06)]
    [InlineData(100, 0.0009900990099009901)]
    [InlineData(101, 0.001)]
    [InlineData(1051, 0.00055)]
    [InlineData(2001, 0.0001)]
    [InlineData(2002, 0.0001)]
    public void Cosine_IsNanoGpts(int step, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.At(Train(new ScheduleSpec { Kind = "cosine", WarmupSteps = 100, DecaySteps = 2000, MinimumLearningRate = 1e-4 }), 128, step), 12);

    [Fact]
    public void Noam_PeaksAtTheEndOfWarmUp()
    {
        var train = Train(new ScheduleSpec { Kind = "noam", WarmupSteps = 4000 }, 1.0);

        // Equation 3 at d_model 512: 512^-0.5 * 4000^-0.5.
        Assert.Equal(6.987712429686843e-04, LearningRateSchedule.At(train, 512, 4000), 12);
        Assert.True(LearningRateSchedule.At(train, 512, 3999) < LearningRateSchedule.At(train, 512, 4000));
        Assert.True(LearningRateSchedule.At(train, 512, 4001) < LearningRateSchedule.At(train, 512, 4000));
        Assert.Equal(LearningRateSchedule.At(train, 512, 4000) / 4000, LearningRateSchedule.At(train, 512, 1), 12);
    }

    [Fact]
    public void Constant_WarmsUpThenStays()
    {
        var train = Train(new ScheduleSpec { WarmupSteps = 3 });
        Assert.Equal(
            [0.25e-3, 0.5e-3, 0.75e-3, 1e-3, 1e-3],
            Enumerable.Range(1, 5).Select(step => LearningRateSchedule.At(train, 1, step)),
            (left, right) => Math.Abs(left - right) < 1e-12);
    }

    // char-rnn's train.lua: after each epoch from the tenth on, the rate times 0.97; epochs of 4 steps here.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(40, 0)]
    [InlineData(41, 1)]
    [InlineData(44, 1)]
    [InlineData(45, 2)]
    [InlineData(81, 11)]
    public void Step_IsCharRnns(int step, int falls) =>
        Assert.Equal(2e-3 * Math.Pow(0.97, falls), LearningRateSchedule.At(Train(new ScheduleSpec { Kind = "step", ConstantSteps = 40, EverySteps = 4, Factor = 0.97 }, 2e-3), 1, step), 12);

    private static TrainSpec Train(ScheduleSpec schedule, double rate = 1e-3) =>
        new() { Steps = 2000, Schedule = schedule, Optimizer = new OptimizerSpec { LearningRate = rate } };
}
