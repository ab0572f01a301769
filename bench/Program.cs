using SeqCluster.Bench.Collectives;

if (args is ["all-reduce", .. var rest])
    return AllReduceBench.Run(rest);
Console.Error.WriteLine("bench all-reduce [WORKERS [ENGINE…]]");
return 2;
