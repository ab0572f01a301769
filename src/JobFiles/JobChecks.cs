using SeqCluster.Contracts.Jobs;

namespace SeqCluster.JobFiles;

/// <summary>The checks of a job that need more than one field. The silo runs them again on what it is sent.</summary>
public static class JobChecks
{
    /// <summary>Tells every fault as (field, message).</summary>
    public static void Check(JobSpec spec, Action<string, string> fault)
    {
        var workers = spec.Workers;
        if (workers.Min > workers.Max)
        {
            fault("workers.min", $"{workers.Min} is more than workers.max = {workers.Max}");
        }

        if (workers.Max > workers.Replicas)
        {
            fault("workers.replicas", $"{workers.Replicas} is less than workers.max = {workers.Max}: a worker without a replica has nothing to do");
        }

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
}
