using SeqCluster.Worker.GradientExchange;
using static TorchSharp.torch;

namespace SeqCluster.Worker.Tests.GradientExchange;

/// <summary>What crosses is what was there, in the layout's order.</summary>
public sealed class DeviceStagingTests
{
    private const int BucketElements = 20;
    private static readonly int[] Widths = [4, 5, 4, 3];

    [TorchFact]
    public void FetchGradients_EachBucket_IsWhatBackwardLeftAndZerosWhereItDidNotReach() => Run("cpu", Fetch);

    [CudaFact]
    public void FetchGradients_FromAGpu_IsWhatBackwardLeftAndZerosWhereItDidNotReach() => Run("cuda:0", Fetch);

    [TorchFact]
    public void SendWeights_OtherValues_AreTheModels() => Run("cpu", Send);

    [CudaFact]
    public void SendWeights_ToAGpu_AreTheModels() => Run("cuda:0", Send);

    [TorchFact]
    public void For_AModelOnTheCpu_IsNotNeeded()
    {
        using var model = new LayeredModel(Widths);
        Assert.Null(DeviceStaging.For(new ParameterLayout(model)));
    }

    private static void Fetch(LayeredModel model, ParameterLayout layout, DeviceStaging staging)
    {
        for (var pass = 1; pass <= 2; pass++)
        {
            using var scope = NewDisposeScope();
            foreach (var placed in layout.Parameters)
            {
                placed.Parameter.grad = null;
            }

            model.Loss(full([2, Widths[0]], pass, ScalarType.Float32, layout.Parameters[0].Parameter.device)).backward();
            foreach (var (place, bucket) in layout.Buckets.Select((place, bucket) => (place, bucket)))
            {
                var fetched = new float[place.Count];
                staging.FetchGradients(bucket, fetched);
                Assert.Equal(layout.Parameters.Where(placed => placed.Bucket == bucket).SelectMany(Gradient), fetched);
            }
        }
    }

    private static void Send(LayeredModel model, ParameterLayout layout, DeviceStaging staging)
    {
        Assert.True(layout.Buckets.Count > 2);
        var weights = Enumerable.Range(0, layout.Elements).Select(element => element / 7f).ToArray();
        staging.SendWeights(weights);
        foreach (var placed in layout.Parameters)
        {
            using var onCpu = placed.Parameter.detach().cpu();
            Assert.Equal(weights[placed.Offset..(placed.Offset + placed.Count)], onCpu.data<float>().ToArray());
        }
    }

    private static void Run(string device, Action<LayeredModel, ParameterLayout, DeviceStaging> body)
    {
        using var model = new LayeredModel(Widths);
        model.MoveTo(new Device(device));
        var layout = new ParameterLayout(model, BucketElements);
        using var staging = new DeviceStaging(layout, isPageLocked: device != "cpu");
        body(model, layout, staging);
    }

    private static float[] Gradient(PlacedParameter placed)
    {
        using var gradient = placed.Parameter.grad;
        using var onCpu = gradient?.cpu().contiguous();
        return onCpu is null ? new float[placed.Count] : onCpu.data<float>().ToArray();
    }
}
