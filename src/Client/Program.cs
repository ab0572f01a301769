using SeqCluster.Client;

var environment = ClientEnvironment.OfThisProcess();
using var signals = environment.Interrupts.ListenToSignals();
return await CommandLine.RunAsync(args, environment);
