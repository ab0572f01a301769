using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Preparation;

namespace SeqCluster.JobFiles;

/// <summary>The checks of a job that need more than one field. The silo runs them again on what it is sent.</summary>
public static class JobChecks
{
    /// <summary>Tells every fault as (field, message).</summary>
    /// <param name="spec">The job.</param>
    /// <param name="models">What <c>model.kind</c> may name, with the samples that each takes.</param>
    /// <param name="fault">Told each one.</param>
    public static void Check(JobSpec spec, IReadOnlyList<ModelSettings> models, Action<string, string> fault)
    {
        var samples = DataCatalog.Settings.FirstOrDefault(source => source.Kind == spec.Data.Kind).SampleKind;
        if (samples is not null && models.FirstOrDefault(known => known.Kind == spec.Model.Kind) is { } model && !model.DataKinds.Contains(samples))
        {
            fault("data.kind", $"{spec.Data.Kind} gives samples of kind {samples}, and {model.Kind} takes {FieldRule.JoinOr(model.DataKinds)}");
        }

        if (spec.Train.MicroBatchTokens > 0 && samples is not null and not DataKinds.Pairs)
        {
            fault("train.microBatchTokens", $"samples of kind {samples} are all equally long: set train.microBatch");
        }

        if (spec.Train.MicroBatchTokens > 0 && spec.Train.Sampling != "epoch")
        {
            fault("train.microBatchTokens", $"goes with train.sampling: epoch, not {spec.Train.Sampling}");
        }

        if (spec.Train.Sampling == "tracks" && samples is not null and not DataKinds.Text)
        {
            fault("train.sampling", $"tracks are cut from a text, samples of kind {samples} have no order: use epoch or withReplacement");
        }

        var workers = spec.Workers;
        if (workers.Min > workers.Max)
        {
            fault("workers.min", $"{workers.Min} is more than workers.max = {workers.Max}");
        }

        if (workers.Max > workers.Replicas)
        {
            fault("workers.replicas", $"{workers.Replicas} is less than workers.max = {workers.Max}: a worker without a replica has nothing to do");
        }

        CheckKept(spec, fault);
        CheckStart(spec.Start, fault);
        var schedule = spec.Train.Schedule;
        if (schedule.Kind == "noam" && schedule.WarmupSteps == 0)
        {
            fault("train.schedule.warmupSteps", "noam needs at least 1 (Vaswani et al. used 4000)");
        }

        if (schedule.MinimumLearningRate > spec.Train.Optimizer.LearningRate)
        {
            fault("train.schedule.minimumLearningRate", $"{schedule.MinimumLearningRate} is above train.optimizer.learningRate = {spec.Train.Optimizer.LearningRate}");
        }
    }

    private static void CheckStart(StartSpec start, Action<string, string> fault)
    {
        // A full path without `..` names one place, whoever reads it.
        var isPath = Path.IsPathFullyQualified(start.Checkpoint) && !start.Checkpoint.Contains('\0') && !start.Checkpoint.Split('/').Contains("..");
        if (start.Checkpoint.Length > 0 && !isPath && CheckpointOfJob.Parse(start.Checkpoint) is null)
        {
            fault("start.checkpoint", $"{start.Checkpoint} must be JOB, JOB@STEP, or a checkpoint's folder as the silo sees it: a full path without '..'");
        }

        if (start.Checkpoint.Length == 0 && (start.NewTensors.Length > 0 || start.WeightsSha256.Length > 0 || start.Continues))
        {
            fault(
                start.NewTensors.Length > 0 ? "start.newTensors" : start.Continues ? "start.continues" : "start.weightsSha256",
                "needs start.checkpoint: without one all weights begin anew");
        }
        else if (start.Continues && start.NewTensors.Length > 0)
        {
            fault("start.newTensors", "cannot begin anew where start.continues is set: leave one of them out");
        }
    }

    private static void CheckKept(JobSpec spec, Action<string, string> fault)
    {
        var (keep, every, evaluates) = (spec.Checkpoints, spec.Train.CheckpointEverySteps, spec.Evaluate.EverySteps);
        if (keep.KeepEverySteps > 0 && (every == 0 || keep.KeepEverySteps % every != 0))
        {
            fault("checkpoints.keepEverySteps", every == 0
                ? $"{keep.KeepEverySteps} needs train.checkpointEverySteps: nothing is written before the end"
                : $"{keep.KeepEverySteps} must be a multiple of train.checkpointEverySteps = {every}");
        }
        else if (keep.KeepEverySteps > 0 && spec.Train.Steps / keep.KeepEverySteps > CheckpointsSpec.MostKept)
        {
            fault("checkpoints.keepEverySteps", $"{keep.KeepEverySteps} keeps {spec.Train.Steps / keep.KeepEverySteps} checkpoints, at most {CheckpointsSpec.MostKept}: must be at least {spec.Train.Steps / CheckpointsSpec.MostKept}");
        }

        if (keep.KeepBest > 0 && (every == 0 || evaluates == 0))
        {
            fault("checkpoints.keepBest", $"{keep.KeepBest} needs train.checkpointEverySteps and evaluate.everySteps: only checkpoints of evaluated steps can be compared");
        }
        else if (keep.KeepBest > 0 && LeastCommonMultiple(every, evaluates) >= spec.Train.Steps)
        {
            fault("checkpoints.keepBest", $"no step before the last has both a checkpoint (every {every}) and an evaluation (every {evaluates}): make one a multiple of the other");
        }
    }

    private static long LeastCommonMultiple(long one, long other)
    {
        var (a, b) = (one, other);
        while (b > 0)
        {
            (a, b) = (b, a % b);
        }

        return one / a * other;
    }
}
