namespace SeqCluster.Client.Silos;

/// <summary>What a silo says of itself when it starts, read line by line; and the lines that people paste elsewhere.</summary>
internal sealed class SiloAnnouncement
{
    private const string ReadyLine = "silo ready ";

    /// <summary>The URL for other machines; empty until the silo is ready.</summary>
    public string Url { get; private set; } = "";

    /// <summary>A client token that was made at this start; empty when there was one before.</summary>
    public string ClientToken { get; private set; } = "";

    /// <summary>A worker token that was made at this start.</summary>
    public string WorkerToken { get; private set; } = "";

    /// <summary>The certificate's; empty without TLS.</summary>
    public string Fingerprint { get; private set; } = "";

    private bool IsSelfSigned { get; set; }

    private string Trust => IsSelfSigned ? $" --fingerprint {Fingerprint}" : "";

    /// <summary>Takes a line.</summary>
    /// <returns>Whether it was the last one, which says that the silo is ready.</returns>
    public bool Take(string line)
    {
        switch (line.Split(' '))
        {
            case ["token", "client", var token]:
                ClientToken = token;
                break;
            case ["token", "worker", var token]:
                WorkerToken = token;
                break;
            case ["certificate", var how, var fingerprint]:
                (IsSelfSigned, Fingerprint) = (how == "self-signed", fingerprint);
                break;
            case ["silo", "ready", var url]:
                Url = url;
                return true;
        }

        return false;
    }

    /// <summary>For people: what to paste where.</summary>
    /// <param name="command">How the program is called on a machine like this one.</param>
    public IEnumerable<string> Lines(string command)
    {
        yield return ReadyLine + Url;
        if (Fingerprint.Length > 0)
        {
            yield return $"certificate, SHA-256: {Fingerprint}";
        }

        if (WorkerToken.Length > 0)
        {
            yield return "";
            yield return "on each machine that shall train (a GPU: add --device cuda:0; another address: --advertise ADDR):";
            yield return $"  {command} worker --silo {Url} --token {WorkerToken}{Trust}";
        }

        if (ClientToken.Length > 0)
        {
            yield return "";
            yield return "where jobs are submitted:";
            yield return $"  {command} login {Url} --token {ClientToken}{Trust}";
        }

        yield return "";
        yield return WorkerToken.Length + ClientToken.Length > 0
            ? $"These tokens are shown only now. More of them: {command} token create --kind worker"
            : $"The tokens of this store are valid. More of them: {command} token create --kind worker; all lost: start with --new-tokens";
        if (Fingerprint.Length == 0 && Uri.TryCreate(Url, UriKind.Absolute, out var url) && !url.IsLoopback)
        {
            yield return "Tokens cross the network unencrypted: for a network that you do not trust, give --certificate PEM --key PEM";
        }
    }
}
