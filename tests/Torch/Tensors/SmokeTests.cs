using TorchSharp;
using static TorchSharp.torch;
using Xunit.Abstractions;

namespace SeqCluster.Torch.Tests.Tensors;

public sealed class SmokeTests(ITestOutputHelper output)
{
    [TorchFact]
    public void Adam_OnLinear_LowersLoss()
    {
        torch.manual_seed(1);
        using var model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 3));
        var optimizer = optim.Adam(model.parameters(), 0.01);
        using var x = randn(64, 10);
        using var y = randint(0, 3, [64]);
        var losses = new List<float>();
        for (var i = 0; i < 50; i++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(model.call(x), y);
            loss.backward();
            optimizer.step();
            losses.Add(loss.ToSingle());
        }
        output.WriteLine($"{losses[0]} -> {losses[^1]}");
        Assert.True(losses[^1] < losses[0] / 2);
    }
}
