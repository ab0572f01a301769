namespace SeqCluster.Silo.Tests.Storage;

public interface ICounterGrain : IGrainWithStringKey
{
    Task<int> Add();

    /// <summary>Ends the activation: the next call reads the store.</summary>
    Task Leave();

    Task Remind(string name);

    Task<IReadOnlyList<string>> Reminders();
}
