using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Manifests;
using SeqCluster.Models;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.Optimization;

namespace SeqCluster.Worker.Tests.Checkpointing;

/// <summary>What is written is the state of the boundary, whatever training has made of it since.</summary>
public sealed class CheckpointWriterTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TrainableModel model = ModelCatalog.Create(
        "tcn", """{"width":4,"levels":1,"block":4}""", new DataDescription { Kind = DataKinds.Series, InputFeatures = 1, OutputFeatures = 1 });

    private readonly TrainingState state;
    private readonly FlatParameters parameters;
    private readonly CheckpointWriter writer;
    private readonly TaskCompletionSource disk = new();

    public CheckpointWriterTests()
    {
        var layout = new ParameterLayout(model);
        parameters = new FlatParameters(layout);
        state = new TrainingState(layout, parameters, FlatOptimizer.Create(new OptimizerSpec(), layout.Elements), null);
        writer = new CheckpointWriter(state);
    }

    public void Dispose()
    {
        disk.TrySetResult();
        writer.Dispose();
        model.Dispose();
    }

    [TorchFact]
    public void Begin_TrainingGoesOn_WritesTheStateOfItsStep()
    {
        var expected = state.StateHash(state.Buffers);
        string? written = null;
        writer.Begin(5, buffers =>
        {
            Assert.True(disk.Task.Wait(Deadline));
            written = state.StateHash(buffers);
        });
        Assert.True(writer.IsBusy);
        parameters.Buffer.AsSpan().Fill(1);
        disk.SetResult();
        writer.Wait(() => { });
        Assert.Equal((expected, 5, false), (written, writer.Step, writer.IsBusy));
        Assert.NotEqual(expected, state.StateHash(state.Buffers));
    }

    [TorchFact]
    public void Wait_WhileTheDiskIsSlow_AsksAgainAndAgainWhetherItStillMay()
    {
        writer.Begin(5, _ => Assert.True(disk.Task.Wait(Deadline)));
        Assert.Throws<InvalidOperationException>(() => writer.Begin(10, _ => { }));
        var asked = 0;
        Assert.Throws<OperationCanceledException>(() => writer.Wait(() =>
        {
            if (++asked == 3)
            {
                throw new OperationCanceledException();
            }
        }));
        disk.SetResult();
        writer.Wait(() => { });
    }

    /// <summary>A fault that is none of the disk is a defect: it must not be lost on another thread.</summary>
    [TorchFact]
    public void Wait_TheWriterHasFailed_ThrowsWhatItThrew()
    {
        writer.Begin(5, _ => throw new InvalidDataException("a defect"));
        Assert.Equal("a defect", Assert.Throws<InvalidDataException>(() => writer.Wait(() => { })).Message);
        writer.Dispose();
    }
}
