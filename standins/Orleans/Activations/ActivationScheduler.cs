using Orleans.Runtime;

namespace Orleans.Standin.Activations;

/// <summary>Runs the tasks of one activation one after another on the thread pool: awaits inside a grain come back here.</summary>
internal sealed class ActivationScheduler(IGrainContext context) : TaskScheduler, IThreadPoolWorkItem
{
    /// <summary>How many tasks run before the thread is given back to the pool.</summary>
    private const int TasksPerQuantum = 64;

    private readonly Queue<Task> queue = new();
    private bool isScheduled;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Queues an action that starts without the caller's execution context.</summary>
    public void Post(Action action)
    {
        Task task;
        if (ExecutionContext.IsFlowSuppressed())
        {
            task = new Task(action);
        }
        else
        {
            using AsyncFlowControl suppressed = ExecutionContext.SuppressFlow();
            task = new Task(action);
        }

        task.Start(this);
    }

    void IThreadPoolWorkItem.Execute()
    {
        IGrainContext? previous = RuntimeContext.Replace(context);
        try
        {
            for (int count = 0; count < TasksPerQuantum; count++)
            {
                Task task;
                lock (queue)
                {
                    if (!queue.TryDequeue(out task!))
                    {
                        isScheduled = false;
                        return;
                    }
                }

                TryExecuteTask(task);
            }
        }
        finally
        {
            RuntimeContext.Replace(previous);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override void QueueTask(Task task)
    {
        lock (queue)
        {
            queue.Enqueue(task);
            if (isScheduled)
            {
                return;
            }

            isScheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(RuntimeContext.Current, context) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (queue)
        {
            return queue.ToArray();
        }
    }
}
