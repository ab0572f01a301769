using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Transfers;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.Tests.TrainingLoop;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Tests.Checkpointing;

/// <summary>A checkpoint counts when it is permanent at the silo, and so does the outcome that promises it.</summary>
public sealed class CheckpointUploadsTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly RunOutcome Done = new(
        new JobResult { Steps = 4, TrainLoss = 1, ValidationLoss = null, WeightsSha256 = "w", StateSha256 = "s", Checkpoint = "c", TokensPerSecond = 1 }, "", Retryable: false);

    private readonly string folder = Directory.CreateTempSubdirectory("seqcluster-uploads-").FullName;
    private readonly RecordingObserver told = new();
    private readonly SiloHandler silo = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Checkpoint_InTheSilosOwnFolder_IsToldAtOnceAndStays()
    {
        using var uploads = new CheckpointUploads(told, new CheckpointPlace(folder, IsShared: true), http: null, TimeProvider.System);
        var written = Write(4);
        uploads.Checkpoint(written);
        uploads.Ended(Done);
        Assert.Equal((written, Done), (Assert.Single(told.Checkpoints), Assert.Single(told.Outcomes)));
        Assert.True(Directory.Exists(Path.Combine(folder, written.Reference)));
    }

    /// <summary>The control side may give a run up in the moment in which it ends by itself.</summary>
    [Fact]
    public void Cancel_AfterTheEnd_IsNoFault()
    {
        var uploads = Elsewhere();
        uploads.Dispose();
        uploads.Cancel();
    }

    [Fact]
    public async Task Checkpoint_Elsewhere_IsToldWhenTheSiloHasItAndTheOutcomeAfterIt()
    {
        var commit = silo.Hold();
        using var uploads = Elsewhere();
        var written = Write(4);
        uploads.Checkpoint(written);
        var ended = Task.Run(() => uploads.Ended(Done));
        await silo.Asked.Task.WaitAsync(Deadline);
        Assert.Empty(told.Checkpoints);
        Assert.Empty(told.Outcomes);
        commit.SetResult(HttpStatusCode.OK);
        await ended.WaitAsync(Deadline);
        Assert.Equal((written, Done), (Assert.Single(told.Checkpoints), Assert.Single(told.Outcomes)));
        Assert.Equal(["v1/worker/checkpoints/job/1/4/manifest.json", "v1/worker/checkpoints/job/1/4:commit"], silo.Paths);
        Assert.False(Directory.Exists(Path.Combine(folder, written.Reference)));
    }

    [Fact]
    public async Task Checkpoint_SiloRefusesIt_IsNotToldAndTheOutcomeIsAFaultThatOthersCanMend()
    {
        silo.Hold().SetResult(HttpStatusCode.Conflict);
        using var uploads = Elsewhere();
        uploads.Checkpoint(Write(4));
        await Task.Run(() => uploads.Ended(Done)).WaitAsync(Deadline);
        Assert.Empty(told.Checkpoints);
        var outcome = Assert.Single(told.Outcomes);
        Assert.Equal((null, true), (outcome.Result, outcome.Retryable));
        Assert.Contains("the checkpoint of step 4 could not be sent to the silo", outcome.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checkpoint_OvertakenWhileAnotherIsSent_IsGivenUpForTheLatest()
    {
        var first = silo.Hold();
        using var uploads = Elsewhere();
        var written = new[] { Write(1), Write(2), Write(3) };
        uploads.Checkpoint(written[0]);
        await silo.Asked.Task.WaitAsync(Deadline);
        uploads.Checkpoint(written[1]);
        uploads.Checkpoint(written[2]);
        Assert.False(Directory.Exists(Path.Combine(folder, written[1].Reference)));
        first.SetResult(HttpStatusCode.OK);
        await Task.Run(() => uploads.Ended(Done)).WaitAsync(Deadline);
        Assert.Equal([written[0], written[2]], told.Checkpoints);
    }

    [Fact]
    public async Task Cancel_WhileACheckpointIsSent_EndsTheWait()
    {
        silo.Hold();
        using var uploads = Elsewhere();
        uploads.Checkpoint(Write(4));
        var ended = Task.Run(() => uploads.Ended(Done));
        await silo.Asked.Task.WaitAsync(Deadline);
        uploads.Cancel();
        await ended.WaitAsync(Deadline);
        Assert.Empty(told.Checkpoints);
        Assert.True(Assert.Single(told.Outcomes) is { Result: null, Retryable: true });
    }

    private CheckpointUploads Elsewhere() =>
        new(told, new CheckpointPlace(folder, IsShared: false), new HttpClient(silo) { BaseAddress = new Uri("http://silo/") }, TimeProvider.System);

    private WrittenCheckpoint Write(int step)
    {
        var written = new WrittenCheckpoint { Step = step, Reference = WrittenCheckpoint.ReferenceOf("job", 1, step), WeightsSha256 = "w", StateSha256 = "s", SizeBytes = 2, Generation = 1 };
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, written.Reference)).FullName, "manifest.json"), "{}");
        return written;
    }

    /// <summary>A silo that takes every file; the answer to the next question to make one permanent can be held back.</summary>
    private sealed class SiloHandler : HttpMessageHandler
    {
        private TaskCompletionSource<HttpStatusCode>? held;

        public ConcurrentQueue<string> Paths { get; } = new();

        /// <summary>Completes with the first question that is held back.</summary>
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<HttpStatusCode> Hold() => held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Paths.Enqueue(request.RequestUri!.AbsolutePath[1..]);
            if (request.Method == HttpMethod.Put)
            {
                var range = request.Content!.Headers.ContentRange!;
                return new HttpResponseMessage(HttpStatusCode.OK) { Headers = { { FileUpload.OffsetHeader, ((range.To ?? -1) + 1).ToString(CultureInfo.InvariantCulture) } } };
            }

            if (Interlocked.Exchange(ref held, null) is not { } answer)
            {
                return new HttpResponseMessage(HttpStatusCode.OK);
            }

            Asked.TrySetResult();
            return new HttpResponseMessage(await answer.Task.WaitAsync(cancellationToken)) { Content = new StringContent("") };
        }
    }
}
