using SeqCluster.Contracts.Metrics;
using SeqCluster.Worker.Ledger;

namespace SeqCluster.Worker.Control;

/// <summary>A batch that a run's reporter has given away to be sent.</summary>
/// <param name="Reports">What is sent.</param>
/// <param name="Ledger">Keeps the steps in it until they are stored.</param>
/// <param name="Last">The last place of the ledger that is in it; null without any.</param>
internal sealed record TakenReports(WorkerStepReports Reports, StepLedger Ledger, LedgerPlace? Last)
{
    /// <summary>The silo has stored it.</summary>
    public void Acknowledge()
    {
        if (Last is { } place)
        {
            Ledger.Acknowledge(place);
        }
    }
}
