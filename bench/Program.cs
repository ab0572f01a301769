using System.CommandLine;
using SeqCluster.Bench.Training;

RootCommand root = new("SeqCluster's benchmarks. Each compares with a peer in one sitting and keeps its report in bench/results.")
{
    TorchCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
