using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Bench.Training;

/// <summary>
/// One benchmark training: a model made from a fixed seed, one fixed batch, and Adam. It never varies the batch: only the
/// step is measured. Its twin is <c>Training</c> in <c>python/run.py</c>; not thread-safe, as LibTorch's generator is not.
/// </summary>
public sealed class Workload : IDisposable
{
    /// <summary>The models' names, in the order of the report.</summary>
    public static readonly IReadOnlyList<string> Names = ["transformer", "lstm", "wavenet"];

    private const long Seed = 1234;

    private readonly nn.Module<Tensor, Tensor> model;
    private readonly Adam optimizer;
    private readonly Tensor input_BT;
    private readonly Tensor target_N;

    private Workload(nn.Module<Tensor, Tensor> model, long batch, long time)
    {
        this.model = model;
        optimizer = optim.Adam(model.parameters(), 1e-3);
        using var scope = NewDisposeScope();
        var both_BT = tensor(Tokens(batch * (time + 1))).view(batch, time + 1);
        input_BT = both_BT.narrow(1, 0, time).contiguous().DetachFromDisposeScope();
        target_N = both_BT.narrow(1, 1, time).reshape(-1).DetachFromDisposeScope();
    }

    /// <summary>Parameters by name, in the order of registration.</summary>
    public IEnumerable<(string name, Parameter parameter)> Parameters => model.named_parameters();

    /// <exception cref="ArgumentException">No model has that name.</exception>
    public static Workload Create(string name, ModelSize size)
    {
        manual_seed(Seed);
        switch (name)
        {
            case "transformer":
                var transformer = TransformerConfig.Of(size);
                return new Workload(new TransformerModel(transformer), transformer.Batch, transformer.Time);
            case "lstm":
                var lstm = LstmConfig.Of(size);
                return new Workload(new LstmModel(lstm), lstm.Batch, lstm.Time);
            case "wavenet":
                var wavenet = WaveNetConfig.Of(size);
                return new Workload(new WaveNetModel(wavenet), wavenet.Batch, wavenet.Time);
            default:
                throw new ArgumentException($"model {name}: must be one of {string.Join(", ", Names)}", nameof(name));
        }
    }

    /// <summary>Forward, cross-entropy and backward; gradients of an earlier call are dropped first.</summary>
    public void Backward()
    {
        using var scope = NewDisposeScope();
        model.zero_grad();
        var logits_BTV = model.call(input_BT);
        var loss = nn.functional.cross_entropy(logits_BTV.reshape(-1, logits_BTV.shape[2]), target_N);
        loss.backward();
    }

    /// <summary>Adam's update from the gradients of the last <see cref="Backward"/>.</summary>
    public void Update()
    {
        using var scope = NewDisposeScope();
        optimizer.step();
    }

    /// <summary>One training step.</summary>
    public void Step()
    {
        Backward();
        Update();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        model.Dispose();
        input_BT.Dispose();
        target_N.Dispose();
    }

    /// <summary>Linear congruential bytes: the same sequence as in run.py, whatever the numerical library does.</summary>
    private static long[] Tokens(long count)
    {
        var tokens = new long[count];
        var state = 1L;
        for (var i = 0; i < tokens.Length; i++)
        {
            state = ((state * 1103515245) + 12345) & 0x7FFFFFFF;
            tokens[i] = (state >> 16) & 255;
        }

        return tokens;
    }
}
