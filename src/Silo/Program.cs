using System.CommandLine;
using System.CommandLine.Invocation;
using SeqCluster.JobFiles;
using SeqCluster.Models;
using SeqCluster.Silo.Hosting;

// System.CommandLine's own handling of signals would end the process before the silo has stopped cleanly.
var result = SiloCommand.Create([.. ModelCatalog.Settings.Select(model => new ModelSettings(model.Kind, model.Settings, model.DataKinds, model.MarkedBy))]).Parse(args);
if (result.Errors.Count > 0)
{
    if (result.Action is ParseErrorAction refusal)
    {
        refusal.ShowHelp = false;
    }

    await result.InvokeAsync(new InvocationConfiguration { Output = Console.Error, Error = Console.Error });
    return 2;
}

return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
