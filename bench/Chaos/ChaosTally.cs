using System.Globalization;
using SeqCluster.Worker.Faults;

namespace SeqCluster.Bench.Chaos;

/// <summary>What has gone wrong, and what came of it.</summary>
internal sealed class ChaosTally
{
    /// <summary>Killed from outside, wherever the process was.</summary>
    public const string Anywhere = "anywhere";

    /// <summary>Deaths, by the point where it happened.</summary>
    public SortedDictionary<string, int> Kills { get; } = new(StringComparer.Ordinal);

    public int Stops { get; set; }

    public int Cuts { get; set; }

    /// <summary>How often the silo did not hear a member that its peers heard.</summary>
    public int SiloCuts { get; set; }

    public int Scalings { get; set; }

    public int Pauses { get; set; }

    /// <summary>Deaths of the silo; not among the others.</summary>
    public int SiloKills { get; set; }

    /// <summary>Jobs, undisturbed ones among them, whose audit passed.</summary>
    public int Audits { get; set; }

    /// <summary>Micro-batches that the audits proved.</summary>
    public long MicroBatches { get; set; }

    /// <summary>Reports of steps that were done again.</summary>
    public int Superseded { get; set; }

    /// <summary>Values that followed streams brought, each once and equal to the undisturbed run's.</summary>
    public int Metrics { get; set; }

    /// <summary>All that ran to their ends.</summary>
    public List<ChaosOutcome> Jobs { get; } = [];

    /// <summary>What must not have been; empty for success.</summary>
    public List<string> Faults { get; } = [];

    public int KillCount => Kills.Values.Sum();

    /// <summary>Counts a death.</summary>
    public void Killed(string where) => Kills[where] = Kills.GetValueOrDefault(where) + 1;

    /// <summary>For people.</summary>
    public override string ToString()
    {
        var points = Enum.GetValues<FaultPoint>().Select(static point => $"{point}".ToLowerInvariant()).Append(Anywhere);
        return string.Create(CultureInfo.InvariantCulture, $"""
            {KillCount} kills: {string.Join(", ", points.Select(point => $"{point} {Kills.GetValueOrDefault(point)}"))}
            {Stops} stops, {Cuts} cut links, {SiloCuts} cut from the silo alone, {Scalings} scalings, {Pauses} pauses, {SiloKills} kills of the silo
            {Jobs.Count} jobs, {Jobs.Count(static job => job.HasContinued)} of them continued from another one's checkpoint, {Jobs.Sum(static job => job.Generations)} generations, {Jobs.Sum(static job => job.Attempts)} attempts, on {string.Join(", ", Jobs.SelectMany(static job => job.Workers).Distinct().Order())} workers
            {Audits} audits passed: {MicroBatches} micro-batches as planned, {Superseded} superseded reports; {Metrics} values of metrics compared as streams brought them
            {string.Join('\n', Jobs.DistinctBy(static job => job.Replicas).Select(static job => $"R = {job.Replicas}: weights {job.WeightsSha256}, state {job.StateSha256}, as of one worker undisturbed"))}
            {(Faults.Count == 0 ? "no difference, no hang, nothing left over" : string.Join('\n', Faults.Select(static fault => $"FAULT {fault}")))}
            """);
    }

    /// <summary>For programs.</summary>
    public object Json(ChaosOptions options) => new
    {
        seed = options.Seed,
        model = options.Model,
        strategy = options.Strategy,
        minutes = options.Length.TotalMinutes,
        kills = KillCount,
        kills_by_phase = Kills,
        stops = Stops,
        cuts = Cuts,
        silo_cuts = SiloCuts,
        scalings = Scalings,
        pauses = Pauses,
        silo_kills = SiloKills,
        audits = Audits,
        micro_batches = MicroBatches,
        superseded = Superseded,
        metrics = Metrics,
        jobs = Jobs.Count,
        continued = Jobs.Count(static job => job.HasContinued),
        generations = Jobs.Sum(static job => job.Generations),
        attempts = Jobs.Sum(static job => job.Attempts),
        workers = Jobs.SelectMany(static job => job.Workers).Distinct().Order(),
        weights_sha256 = Jobs.DistinctBy(static job => job.Replicas).ToDictionary(static job => $"{job.Replicas}", static job => job.WeightsSha256),
        state_sha256 = Jobs.DistinctBy(static job => job.Replicas).ToDictionary(static job => $"{job.Replicas}", static job => job.StateSha256),
        faults = Faults,
    };
}

/// <summary>How a job ended.</summary>
/// <param name="Replicas">R.</param>
/// <param name="Generations">How many it had.</param>
/// <param name="Attempts">The same.</param>
/// <param name="Workers">On how many workers it was seen to train.</param>
/// <param name="WeightsSha256">Of the result.</param>
/// <param name="StateSha256">The same.</param>
/// <param name="HasContinued">Whether it went on from a checkpoint of another job.</param>
internal sealed record ChaosOutcome(int Replicas, int Generations, int Attempts, IReadOnlyCollection<int> Workers, string WeightsSha256, string StateSha256, bool HasContinued);
