using SeqCluster.Contracts.Membership;
using SeqCluster.Grains.Membership;

namespace SeqCluster.Simulation.Tests.Faults;

/// <summary>Mistakes that the simulation must find when they are made. None is in the product: each is planted around it.</summary>
internal enum Defect
{
    None,

    /// <summary>A member updates before the last chunk has arrived, with what lies in its place.</summary>
    UpdatesEarly,

    /// <summary>A member takes messages of an older generation for its own.</summary>
    AcceptsOldGenerations,

    /// <summary>The ledger counts the reports of steps that a later generation did again.</summary>
    CountsSuperseded,

    /// <summary>Whoever takes over a state does not take over the reports that the silo has not stored.</summary>
    JoinsWithoutReports,

    /// <summary>The coordinator forms a generation without waiting until the members of the old one have halted.</summary>
    FormsWhileOldLives,
}

/// <summary>Where they are planted.</summary>
internal static class Defects
{
    public static bool UpdatesEarly(Defect planted) => planted == Defect.UpdatesEarly;

    public static bool AcceptsOldGenerations(Defect planted) => planted == Defect.AcceptsOldGenerations;

    public static bool JoinsWithoutReports(Defect planted) => planted == Defect.JoinsWithoutReports;

    public static bool CountsSuperseded(Defect planted) => planted == Defect.CountsSuperseded;

    /// <summary>A decision of the coordinator; with the defect everybody who is not lost counts as halted where it was last heard.</summary>
    public static CoordinatorDecision Hasten(Defect planted, CoordinatorDecision decision)
    {
        if (planted != Defect.FormsWhileOldLives || decision.Life is not { State: AttemptState.Regrouping, RegroupsAtBoundary: false })
        {
            return decision;
        }

        AttemptMember[] members = decision.Life.Members
            .Select(member => member.IsGone ? member : member with { Phase = MemberPhase.Halted }).ToArray();
        return decision with { Life = decision.Life with { Members = members }, Forms = true };
    }
}
