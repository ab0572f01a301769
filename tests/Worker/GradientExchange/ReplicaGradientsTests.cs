using System.Net;
using SeqCluster.Collectives;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.TorchExtras;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.Optimization;
using static TorchSharp.torch;

namespace SeqCluster.Worker.Tests.GradientExchange;

/// <summary>A small model in several buckets, one worker: what backward leaves is what the buckets hold, and they begin meanwhile.</summary>
public sealed class ReplicaGradientsTests
{
    private const int Replicas = 3;

    [TorchFact]
    public void Begin_FromTheSecondStepOn_ComesWhileBackwardRunsAndInTheOrderOfTheFirst()
    {
        Run((group, layout, model) =>
        {
            Assert.True(layout.Buckets.Count >= 4);
            var recorder = new Recorder(group);
            using var gradients = new ReplicaGradients(group, layout, recorder);
            Step(1, group, layout, model, gradients, recorder);
            // The first step settles the order, after its backward pass.
            Assert.All(recorder.Begun, begun => Assert.False(begun.DuringBackward));
            var order = recorder.Begun.Select(begun => begun.Bucket).ToArray();
            Complete(group);
            Assert.Equal(Enumerable.Range(0, layout.Buckets.Count), order.Order());
            Step(2, group, layout, model, gradients, recorder);
            Assert.Equal(order, recorder.Begun.Select(begun => begun.Bucket));
            // The bucket of the parameter that no loss reaches is whole only when backward has ended.
            Assert.Equal(GradientHooks.IsAvailable ? order.Length - 1 : 0, recorder.Begun.Count(begun => begun.DuringBackward));
            Assert.True(!GradientHooks.IsAvailable || recorder.Begun[0].Missing > 4, "few gradients were still to come when the first bucket began");
        });
    }

    [TorchFact]
    public void Sums_WithHooks_AreTheTreeOfTheGradientsThatBackwardLeaves()
    {
        Run((group, layout, model) =>
        {
            var recorder = new Recorder(group);
            using var gradients = new ReplicaGradients(group, layout, recorder);
            for (var step = 1; step <= 3; step++)
            {
                var left = Step(step, group, layout, model, gradients, recorder);
                foreach (var bucket in group.Buckets)
                {
                    group.Complete(bucket);
                    var start = layout.Buckets[bucket.Index].Offset;
                    var expected = Enumerable.Range(start, bucket.Elements).Select(element => left[0][element] + (left[1][element] + left[2][element]));
                    Assert.Equal(expected, bucket.Sum.ToArray());
                    Assert.Equal(bucket.Index == 0 ? new SideValues(60, 6) : default, bucket.Sides);
                }
            }
        });
    }

    [TorchFact]
    public void Backward_StrategyThrowsInAHook_EndsWithThatException()
    {
        Run((group, layout, model) =>
        {
            var recorder = new Recorder(group);
            using var gradients = new ReplicaGradients(group, layout, recorder);
            Step(1, group, layout, model, gradients, recorder);
            Complete(group);
            recorder.Fault = new PeerLostException(1, CollectivePhase.Reduce, 2, PeerLossCause.Disconnected, "gone");
            var thrown = Assert.Throws<PeerLostException>(() => Step(2, group, layout, model, gradients, recorder));
            Assert.Same(recorder.Fault, thrown);
        });
    }

    private static void Run(Action<CollectiveGroup, ParameterLayout, LayeredModel> body)
    {
        manual_seed(3);
        // 72 numbers each.
        using var model = new LayeredModel(8, 8, 8, 8, 8);
        var layout = new ParameterLayout(model, bucketElements: 60);
        using var listener = new GroupListener(IPAddress.Loopback);
        using var group = CollectiveGroup.Join(new GroupOptions
        {
            Job = "gradients",
            Attempt = 1,
            Generation = 1,
            Rank = 0,
            Replicas = Replicas,
            Peers = [listener.Announce("127.0.0.1", "")],
            BucketElements = [.. layout.Buckets.Select(bucket => bucket.Count)],
            Secret = new byte[32],
        }, listener);
        body(group, layout, model);
    }

    // The gradients that backward left, replica by replica, as one flat vector each; zeros where it did not reach.
    private static List<float[]> Step(
        int step, CollectiveGroup group, ParameterLayout layout, LayeredModel model, ReplicaGradients gradients, Recorder recorder)
    {
        var left = new List<float[]>();
        recorder.Begun.Clear();
        recorder.Layout = layout;
        foreach (var bucket in group.Buckets)
        {
            bucket.Open(step);
        }

        for (var replica = 0; replica < Replicas; replica++)
        {
            using var scope = NewDisposeScope();
            manual_seed(100 * step + replica);
            gradients.Begin(isLast: replica == Replicas - 1);
            recorder.InBackward = true;
            gradients.Backward(model.Loss(randn([5, 8])), new SideValues(20, 2));
            recorder.InBackward = false;
            left.Add(Flat(layout));
            gradients.End(step);
        }

        return left;
    }

    private static void Complete(CollectiveGroup group)
    {
        foreach (var bucket in group.Buckets)
        {
            group.Complete(bucket);
        }
    }

    private static float[] Flat(ParameterLayout layout)
    {
        var flat = new float[layout.Elements];
        foreach (var placed in layout.Parameters)
        {
            FlatParameters.CopyGradient(placed, flat.AsSpan(placed.Offset, placed.Count));
        }

        return flat;
    }

    private sealed class Recorder(CollectiveGroup group) : IUpdateStrategy
    {
        public List<(int Bucket, bool DuringBackward, int Missing)> Begun { get; } = [];

        public bool InBackward { get; set; }

        public ParameterLayout? Layout { get; set; }

        public Exception? Fault { get; set; }

        public void Begin(int bucket)
        {
            if (Fault is not null)
            {
                throw Fault;
            }

            var missing = Layout!.Parameters.Count(placed =>
            {
                using var gradient = placed.Parameter.grad;
                return gradient is null;
            });
            Begun.Add((bucket, InBackward, missing));
            group.Begin(group.Buckets[bucket]);
        }

        public StepOutcome CompleteAndUpdate(int step, double learningRate, GradientClip clip, Action<StepOutcome> reduced, Action<int> pass) => throw new NotSupportedException();

        public bool GatherState(int step) => throw new NotSupportedException();
    }
}
