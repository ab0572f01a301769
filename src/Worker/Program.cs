using SeqCluster.Worker;

return CommandLine.Run(args);
