using System.Runtime.InteropServices;
using SeqCluster.Collectives;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.TorchExtras;
using SeqCluster.Worker.Faults;
using static TorchSharp.torch;

namespace SeqCluster.Worker.GradientExchange;

/// <summary>
/// Brings a replica's gradients from the model into the buckets, each as soon as backward has completed it, and starts the
/// reduction of a bucket as soon as the worker's last replica is in it, so that it travels while backward computes the rest.
/// What is added, and in which order of replicas, is the same with hooks and without; only when is not. Engine thread only.
/// </summary>
internal sealed class ReplicaGradients : IDisposable
{
    private readonly CollectiveGroup group;
    private readonly ParameterLayout layout;
    private readonly IUpdateStrategy strategy;
    private readonly GradientHooks? hooks;
    private readonly DeviceStaging? staging;
    private readonly bool[] isCopied;
    private readonly int[] missing;
    private readonly List<int> completed = [];
    private int[]? order;
    private int begun;
    private bool isLast;
    private SideValues sides;

    public ReplicaGradients(CollectiveGroup group, ParameterLayout layout, IUpdateStrategy strategy)
    {
        (this.group, this.layout, this.strategy) = (group, layout, strategy);
        isCopied = new bool[layout.Parameters.Count];
        missing = new int[layout.Buckets.Count];
        staging = DeviceStaging.For(layout);

        // On a GPU they fire on a thread of LibTorch's, and the group belongs to the engine's.
        hooks = staging is null && GradientHooks.IsAvailable
            ? GradientHooks.Attach([.. layout.Parameters.Select(placed => placed.Parameter)], Take)
            : null;
    }

    /// <summary>Begins a replica: no gradients, nothing in the buckets.</summary>
    /// <param name="isLast">Whether it is this worker's last of the step.</param>
    /// <param name="values">Its scalars, unless a backward pass brings others.</param>
    public void Begin(bool isLast, SideValues values = default)
    {
        this.isLast = isLast;
        sides = values;
        begun = 0;
        completed.Clear();
        Array.Clear(isCopied);
        Array.Clear(missing);
        foreach (var placed in layout.Parameters)
        {
            // Replica gradients are never accumulated by autograd: that order of additions would depend on the worker.
            placed.Parameter.grad = null;
            missing[placed.Bucket]++;
        }
    }

    /// <summary>Runs the backward pass of a replica's loss.</summary>
    /// <param name="loss">The summed loss.</param>
    /// <param name="values">Its scalars, which travel with the first bucket.</param>
    /// <exception cref="PeerLostException">The exchange that goes on meanwhile has lost a peer.</exception>
    public void Backward(Tensor loss, SideValues values)
    {
        sides = values;
        try
        {
            loss.backward();
        }
        catch
        {
            hooks?.ThrowIfFailed();
            throw;
        }
    }

    /// <summary>Ends a replica: what backward did not reach counts as zero, and what has not begun begins.</summary>
    public void End(int step)
    {
        if (staging is not null)
        {
            for (var bucket = 0; bucket < missing.Length; bucket++)
            {
                TakeBucket(bucket, staging);
            }
        }
        else
        {
            for (var index = 0; index < isCopied.Length; index++)
            {
                if (!isCopied[index])
                    Take(index);
            }
        }

        if (isLast)
        {
            order ??= AgreeOnOrder(step);
            BeginCompleted();
        }
    }

    public void Dispose()
    {
        hooks?.Dispose();
        staging?.Dispose();
    }

    private void Take(int index)
    {
        var placed = layout.Parameters[index];
        var bucket = group.Buckets[placed.Bucket];
        FaultPoints.At(FaultPoint.Backward, bucket.Step);
        FlatParameters.CopyGradient(placed, bucket.Replica.Slice(placed.Offset - layout.Buckets[placed.Bucket].Offset, placed.Count));
        isCopied[index] = true;
        if (--missing[placed.Bucket] == 0)
        {
            Complete(bucket);
        }

        group.Poll();
    }

    private void TakeBucket(int index, DeviceStaging from)
    {
        var bucket = group.Buckets[index];
        FaultPoints.At(FaultPoint.Backward, bucket.Step);
        from.FetchGradients(index, bucket.Replica);
        missing[index] = 0;
        Complete(bucket);
        group.Poll();
    }

    private void Complete(GradientBucket bucket)
    {
        bucket.AddReplica(bucket.Index == 0 ? sides : default);
        completed.Add(bucket.Index);
        if (isLast && order is not null)
        {
            BeginCompleted();
        }
    }

    // All members begin buckets in one order, so one that is early waits for those before it.
    private void BeginCompleted()
    {
        while (begun < order!.Length && missing[order[begun]] == 0)
        {
            strategy.Begin(order[begun++]);
        }
    }

    /// <summary>
    /// The order in which rank 0's first backward pass completed the buckets. It decides when buckets travel and nothing else,
    /// so any order that all members share will do; this one lets nobody wait.
    /// </summary>
    private int[] AgreeOnOrder(int step)
    {
        var agreed = completed.ToArray();
        group.Broadcast(step, 0, MemoryMarshal.AsBytes(agreed.AsSpan()));
        return agreed;
    }
}
