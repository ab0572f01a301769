using SeqCluster.Contracts.Access;
using SeqCluster.Silo.Hosting;

namespace SeqCluster.Silo.Security;

/// <summary>
/// The silo's tokens: those of its store, those given from outside, and one of its own for the workers that it starts. Keeps
/// hashes only. Who holds a connection by a token hears of its revocation. Safe for concurrent callers.
/// </summary>
internal sealed class TokenRegistry
{
    /// <summary>Valid tokens at one time.</summary>
    public const int MaximumTokens = 1_000;

    /// <summary>Revoked ones that are remembered, so that their holders are told so.</summary>
    private const int RememberedRevoked = 100;

    private static readonly TokenKind[] MadeAtStart = [TokenKind.Client, TokenKind.Worker];

    private readonly Lock gate = new();
    private readonly TokenFile file;
    private readonly TimeProvider time;
    private List<TokenRecord> kept;
    private readonly List<TokenRecord> given = [];
    private readonly Dictionary<string, CancellationTokenSource> revocations = new(StringComparer.Ordinal);

    private TokenRegistry(bool isRequired, TokenFile file, TimeProvider time)
    {
        IsRequired = isRequired;
        this.file = file;
        this.time = time;
        kept = isRequired ? [.. file.Read()] : [];
    }

    /// <summary>Whether nobody is let in without a token.</summary>
    public bool IsRequired { get; }

    /// <summary>Tokens that were made at this start: to be told once.</summary>
    public IReadOnlyList<NewToken> Fresh { get; private set; } = [];

    /// <summary>The token of the workers that this silo starts; never leaves the machine, and is another one after each start.</summary>
    public string LocalWorkerToken { get; private set; } = "";

    /// <summary>Opens a store's tokens. Makes a client and a worker token where there is none.</summary>
    /// <param name="options">Whether tokens are asked for, and where.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="time">When tokens were made.</param>
    /// <exception cref="SiloStartException">The file cannot be read, or a given token is too short.</exception>
    public static TokenRegistry Open(SiloOptions options, Func<string, string?> variable, TimeProvider time)
    {
        var registry = new TokenRegistry(options.Tokens, new TokenFile(options.Store), time);
        if (options.Tokens)
        {
            registry.Give(TokenKind.Client, AccessVariables.ClientToken, variable(AccessVariables.ClientToken));
            registry.Give(TokenKind.Worker, AccessVariables.WorkerToken, variable(AccessVariables.WorkerToken));
            registry.Give(TokenKind.Metrics, AccessVariables.MetricsToken, variable(AccessVariables.MetricsToken));
            registry.Fresh = [.. MadeAtStart.Where(kind => options.NewTokens || !registry.HasValid(kind)).Select(kind => registry.Create(kind, "made at the start"))];
            registry.LocalWorkerToken = TokenText.Create(TokenKind.Worker);
            registry.Give(TokenKind.Worker, "this silo's own workers", registry.LocalWorkerToken);
        }

        return registry;
    }

    /// <summary>What a presented text is worth to somebody who wants to be let in as a kind.</summary>
    public TokenCheck Check(string? presented, TokenKind wanted)
    {
        if (string.IsNullOrEmpty(presented))
        {
            return new($"no token: send 'Authorization: Bearer TOKEN' with a {NameOf(wanted)} token", false, "", default);
        }

        var hash = presented.Length <= TokenText.MaximumLength ? TokenText.HashOf(presented) : "";
        lock (gate)
        {
            return Find(hash)?.Description switch
            {
                null => new($"unknown token: 'seqcluster token create --kind {NameOf(wanted)}' makes a new one", false, "", default),
                { Revoked: { } when } description => new($"the token {description.Id} was revoked at {when:u}", false, description.Id, default),
                { } description when !Opens(description.Kind, wanted) =>
                    new($"this is a {NameOf(description.Kind)} token, and here a {NameOf(wanted)} token is needed", true, description.Id, default),
                { } description => new("", true, description.Id, RevocationOf(description.Id).Token),
            };
        }
    }

    /// <summary>All tokens that may be told of, newest first.</summary>
    public IReadOnlyList<TokenDescription> List()
    {
        lock (gate)
        {
            return [.. kept.Concat(given).Select(static record => record.Description).OrderByDescending(static one => one.Created)];
        }
    }

    /// <summary>Makes a token and stores its hash.</summary>
    /// <returns>null when there are too many.</returns>
    public NewToken? TryCreate(TokenKind kind, string name)
    {
        lock (gate)
        {
            return kept.Count(static record => record.Description.Revoked is null) < MaximumTokens ? Create(kind, name) : null;
        }
    }

    /// <summary>Makes a token worthless at once, for those who are connected by it too.</summary>
    /// <returns>null when it was revoked, else why not; an empty text when there is no such token.</returns>
    public string? Revoke(string id)
    {
        CancellationTokenSource? holders;
        lock (gate)
        {
            var index = kept.FindIndex(record => record.Description.Id == id);
            if (index < 0)
            {
                return given.Exists(record => record.Description.Id == id) ? "it was given to the silo from outside: start the silo without it" : "";
            }

            var description = kept[index].Description;
            if (description.Revoked is not null)
            {
                return null;
            }

            if (description.Kind == TokenKind.Client && Valid(TokenKind.Client).Take(2).Count() == 1)
            {
                return "it is the last client token: make another one first";
            }

            List<TokenRecord> next = [.. kept];
            next[index] = kept[index] with { Description = description with { Revoked = time.GetUtcNow() } };
            Keep(WithoutOldRevoked(next));
            revocations.Remove(id, out holders);
        }

        // Outside the lock: whoever holds a connection by it closes that now.
        holders?.Cancel();
        return null;
    }

    private static string NameOf(TokenKind kind) => kind switch { TokenKind.Client => "client", TokenKind.Worker => "worker", _ => "metrics" };

    // Who may do everything may also read what is measured.
    private static bool Opens(TokenKind kind, TokenKind wanted) => kind == wanted || (wanted == TokenKind.Metrics && kind == TokenKind.Client);

    private static List<TokenRecord> WithoutOldRevoked(List<TokenRecord> records)
    {
        var old = records.Where(static record => record.Description.Revoked is not null)
            .OrderByDescending(static record => record.Description.Revoked).Skip(RememberedRevoked).ToHashSet();
        return records.FindAll(record => !old.Contains(record));
    }

    private void Give(TokenKind kind, string name, string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return;
        }

        if (token.Length is < TokenText.MinimumGivenLength or > TokenText.MaximumLength || token.Any(static letter => letter is <= ' ' or > '~'))
        {
            throw new SiloStartException($"{name}: must be {TokenText.MinimumGivenLength} to {TokenText.MaximumLength} printable ASCII characters without spaces");
        }

        if (given.Exists(record => record.Sha256 == TokenText.HashOf(token)))
        {
            throw new SiloStartException($"{name}: one token for both kinds would let the one in as the other: give another one");
        }

        given.Add(new TokenRecord(new TokenDescription(TokenText.NewId(), kind, name, time.GetUtcNow(), null), TokenText.HashOf(token)));
    }

    private NewToken Create(TokenKind kind, string name)
    {
        var token = TokenText.Create(kind);
        var description = new TokenDescription(TokenText.NewId(), kind, name, time.GetUtcNow(), null);
        Keep([.. kept, new TokenRecord(description, TokenText.HashOf(token))]);
        return new NewToken(description, token);
    }

    private bool HasValid(TokenKind kind) => Valid(kind).Any();

    private IEnumerable<TokenRecord> Valid(TokenKind kind) =>
        kept.Concat(given).Where(record => record.Description.Kind == kind && record.Description.Revoked is null);

    // Every record is compared, wherever the right one stands.
    private TokenRecord? Find(string hash)
    {
        TokenRecord? found = null;
        foreach (var record in kept.Concat(given))
        {
            found = TokenText.AreEqual(record.Sha256, hash) ? record : found;
        }

        return found;
    }

    private CancellationTokenSource RevocationOf(string id)
    {
        if (!revocations.TryGetValue(id, out var source))
        {
            source = new CancellationTokenSource();
            revocations.Add(id, source);
        }

        return source;
    }

    // What cannot be stored does not count.
    private void Keep(List<TokenRecord> next)
    {
        file.Write(next);
        kept = next;
    }
}
