using System.CommandLine;
using SeqCluster.Bench.Chaos;
using SeqCluster.Bench.Checkpoints;
using SeqCluster.Bench.Collectives;
using SeqCluster.Bench.DataParallel;
using SeqCluster.Bench.Decoding;
using SeqCluster.Bench.Ledger;
using SeqCluster.Bench.Recovery;
using SeqCluster.Bench.ThreeHosts;
using SeqCluster.Bench.Training;

// The processes of a comparison start this program again, with words that no person types.
if (args is ["all-reduce", "member", var engine, var rank, var workers])
{
    return AllReduceMember.Run(engine, int.Parse(rank), int.Parse(workers));
}

if (args is ["ledger", "member", var member, var members, var pairs])
{
    return LedgerMember.Run(int.Parse(member), int.Parse(members), int.Parse(pairs));
}

RootCommand root = new("SeqCluster's benchmarks. Each compares with a peer in one sitting and keeps its report in bench/results.")
{
    TorchCommand.Create(),
    AllReduceCommand.Create(),
    DataParallelCommand.Create(),
    ThreeHostsCommand.Create(),
    DecodingCommand.Create(),
    RecoveryCommand.Create(),
    CheckpointsCommand.Create(),
    LedgerCommand.Create(),
    ChaosCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
