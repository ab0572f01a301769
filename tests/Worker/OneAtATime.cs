// Runs draw from LibTorch's generator, of which a process has one: side by side they would take each other's numbers.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
