using System.Runtime.InteropServices;
using SeqCluster.Silo.LocalWorkers;

namespace SeqCluster.Silo.Hosting;

/// <summary>
/// Ends this process when its parent does. The kernel's signal comes at once, but also when only the parent's thread that started
/// us ended: it is a reason to look, not a verdict. Looking once a second covers a signal that was lost.
/// </summary>
internal sealed class ParentWatch : IDisposable
{
    private const int SigUsr1 = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly int parentPid;
    private readonly Action gone;
    private readonly PosixSignalRegistration registration;
    private readonly ITimer timer;

    public ParentWatch(int parentPid, TimeProvider time, Action gone)
    {
        this.parentPid = parentPid;
        this.gone = gone;
        registration = PosixSignalRegistration.Create((PosixSignal)SigUsr1, context =>
        {
            context.Cancel = true;
            Look();
        });
        NativeProcess.SignalOnParentDeath(SigUsr1);

        // The first look at once: the parent may have died before the kernel was asked.
        timer = time.CreateTimer(_ => Look(), null, TimeSpan.Zero, Interval);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        registration.Dispose();
    }

    private void Look()
    {
        if (NativeProcess.ParentId() != parentPid)
        {
            gone();
        }
    }
}
