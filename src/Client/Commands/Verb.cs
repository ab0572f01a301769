using System.CommandLine;
using System.Net;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Access;
using SeqCluster.Data.Preparation;
using SeqCluster.Transfers;

namespace SeqCluster.Client.Commands;

/// <summary>A verb with an example in its help, and one way to turn what goes wrong into words and an exit code.</summary>
internal abstract class Verb : Command
{
    private readonly Option<bool> json = new("--json") { Description = "Print JSON instead of text." };

    protected Verb(ClientEnvironment environment, string name, string description, string example)
        : base(name, description)
    {
        Environment = environment;
        Example = example;
        Options.Add(json);
        SetAction(RunGuardedAsync);
    }

    /// <summary>A whole command line, without the program's name.</summary>
    public string Example { get; }

    protected ClientEnvironment Environment { get; }

    protected abstract Task<int> RunAsync(ParseResult line, CancellationToken cancellation);

    protected bool IsJson(ParseResult line) => line.GetValue(json);

    protected Task<int> Done() => Task.FromResult(ExitCodes.Done);

    private async Task<int> RunGuardedAsync(ParseResult line, CancellationToken cancellation)
    {
        try
        {
            return await RunAsync(line, cancellation);
        }
        catch (WrongInputException fault)
        {
            return Complain(fault.Message, ExitCodes.WrongInput);
        }
        catch (PreparationFault fault)
        {
            return Complain(fault.Message, ExitCodes.WrongInput);
        }
        catch (SeqClusterException fault)
        {
            var hint = fault.Status == HttpStatusCode.Unauthorized ? $"{System.Environment.NewLine}with a client token: seqcluster login URL --token TOKEN, or set {AccessVariables.Token}" : "";
            return Complain(fault.Message + hint, (int)fault.Status >= 500 ? ExitCodes.SiloUnreachable : ExitCodes.WrongInput);
        }
        catch (SiloUnreachableException fault)
        {
            return Complain(fault.Message, ExitCodes.SiloUnreachable);
        }
        catch (TransferException fault)
        {
            return Complain(fault.Message, fault.Kind == TransferFault.Unreachable ? ExitCodes.SiloUnreachable : ExitCodes.WrongInput);
        }
        catch (MissingProgramException fault)
        {
            return Complain(fault.Message, ExitCodes.WrongInput);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Complain(fault.Message, ExitCodes.WrongInput);
        }
    }

    private int Complain(string message, int exitCode)
    {
        Environment.Error.WriteLine(message);
        return exitCode;
    }
}
