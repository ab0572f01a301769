namespace SeqCluster.Silo.Tests;

/// <summary>The tests that share one running silo.</summary>
[CollectionDefinition(Name)]
public sealed class SiloTests : ICollectionFixture<TestSilo>
{
    public const string Name = "silo";
}
