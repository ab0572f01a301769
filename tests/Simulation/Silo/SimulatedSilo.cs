using SeqCluster.Simulation.Tests.Checking;
using SeqCluster.Simulation.Tests.Kernel;
using SeqCluster.Simulation.Tests.Network;

namespace SeqCluster.Simulation.Tests.Silo;

/// <summary>
/// One life of the silo: the grains that are in memory, and the gateway. Everything in it is gone when it dies; the store is not.
/// Calls arrive in any order, but those of one caller that waits for each.
/// </summary>
internal sealed class SimulatedSilo
{
    public const string Host = "silo";

    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, Activation> activations = [];

    public SimulatedSilo(World world, int number)
    {
        World = world;
        Life = new Life(world.Simulator, $"silo-{number}");
        Gateway = new SimulatedGateway(this);
    }

    public World World { get; }

    public Life Life { get; }

    public SimulatedGateway Gateway { get; }

    public Simulator Simulator => World.Simulator;

    public SimulatedStore Store => World.Store;

    /// <summary>Starts the reminders: a job that is not settled is looked at, whoever was active before.</summary>
    public void Start() => Life.After(Simulator.Between(100, ReminderPeriod.TotalMilliseconds), Remind);

    /// <summary>Calls a grain and waits for its answer.</summary>
    public Task<T> Call<TGrain, T>(string key, Func<TGrain, Task<T>> turn)
        where TGrain : Activation
    {
        var answer = new TaskCompletionSource<T>();
        Life.After(Simulator.Between(0.01, 1), () => Forward(key, async activation =>
        {
            try
            {
                T result = await turn((TGrain)activation);
                Life.After(Simulator.Between(0.01, 1), () => answer.SetResult(result));
            }
            catch (Exception fault) when (fault is IOException or StaleWriteException)
            {
                Life.After(Simulator.Between(0.01, 1), () => answer.SetException(fault));
            }
        }));
        return answer.Task;
    }

    public Task Call<TGrain>(string key, Func<TGrain, Task> turn)
        where TGrain : Activation => Call<TGrain, bool>(key, async grain =>
        {
            await turn(grain);
            return true;
        });

    /// <summary>A hint: nobody waits, and it may be lost.</summary>
    public void Hint<TGrain>(string key, Func<TGrain, Task> turn)
        where TGrain : Activation
    {
        if (!Simulator.Chance(World.Faults.LostPushProbability))
        {
            Life.Spawn(async () =>
            {
                try
                {
                    await Call(key, turn);
                }
                catch (Exception fault) when (fault is IOException or StaleWriteException)
                {
                    // One-way.
                }
            });
        }
    }

    /// <summary>Gives a turn to the grain's activation, which is made when there is none.</summary>
    public void Forward(string key, Func<Activation, Task> turn)
    {
        if (!activations.TryGetValue(key, out Activation? activation))
        {
            activation = Make(key);
            activations[key] = activation;
            activation.Activate();
        }

        activation.Enqueue(turn);
    }

    public void Forget(string key, Activation activation)
    {
        if (activations.GetValueOrDefault(key) == activation)
        {
            activations.Remove(key);
        }
    }

    /// <summary>The next call makes a second activation, while the first one still does what it does.</summary>
    public void Duplicate(string key) => activations.Remove(key);

    private Activation Make(string key) => key switch
    {
        World.JobKey => new JobActivation(this),
        World.SchedulerKey => new SchedulerActivation(this),
        World.CoordinatorKey => new CoordinatorActivation(this),
        _ => new SlotActivation(this, key),
    };

    private void Remind()
    {
        Hint<JobActivation>(World.JobKey, job => job.Poll());
        Life.After(ReminderPeriod, Remind);
    }
}
