using System.Text.Json;
using SeqCluster.Contracts.Access;
using SeqCluster.Silo.Api;

namespace SeqCluster.Silo.Security;

/// <summary>The paths that make, list and revoke tokens; for holders of a client token, as every path of the API.</summary>
internal static partial class TokenEndpoints
{
    private const int NameBound = 100;

    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/tokens", Create).Accepts<TokenRequest>("application/json").Produces<NewToken>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .WithSummary("Makes a token, which is told once.");
        routes.MapGet("/v1/tokens", static (TokenRegistry registry) => TypedResults.Ok(registry.List()))
            .WithSummary("Lists tokens, newest first, without the tokens themselves.");
        routes.MapDelete("/v1/tokens/{id}", Revoke).Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Revokes a token and ends the connections that were made with it.");
    }

    private static async Task<IResult> Create(HttpContext context, TokenRegistry registry, ILoggerFactory loggers)
    {
        TokenRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync<TokenRequest>(context.Request.Body, ApiJson.Options, context.RequestAborted);
        }
        catch (JsonException fault)
        {
            return ApiProblem.Fault("body", $"must be JSON like {{\"kind\":\"worker\",\"name\":\"rack 2\"}}: {fault.Message}");
        }

        if (request?.Kind is not { } kind || !Enum.IsDefined(kind))
        {
            return ApiProblem.Fault("kind", "must be client, worker or metrics");
        }

        if (request.Name is { } name && (name.Length > NameBound || name.Any(char.IsControl)))
        {
            return ApiProblem.Fault("name", $"must be a text of at most {NameBound} characters without control characters");
        }

        if (!registry.IsRequired)
        {
            return ApiProblem.Refused("this silo listens on its own machine only and uses no tokens; 'seqcluster silo' starts one that does");
        }

        if (registry.TryCreate(kind, request.Name ?? "") is not { } made)
        {
            return ApiProblem.Refused($"{TokenRegistry.MaximumTokens} tokens are valid: revoke some first");
        }

        LogMade(loggers.CreateLogger<TokenRegistry>(), kind, made.Description.Id, CallerOf(context));
        return TypedResults.Created((string?)null, made);
    }

    private static IResult Revoke(string id, HttpContext context, TokenRegistry registry, ILoggerFactory loggers)
    {
        switch (registry.Revoke(id))
        {
            case null:
                LogRevoked(loggers.CreateLogger<TokenRegistry>(), id, CallerOf(context));
                return TypedResults.NoContent();
            case "":
                return TypedResults.Problem(
                    detail: "there is no such token: GET /v1/tokens lists them", statusCode: StatusCodes.Status404NotFound, title: "No such token.");
            case var reason:
                return ApiProblem.Refused($"token {id}: {reason}");
        }
    }

    private static string CallerOf(HttpContext context) => context.Features.Get<CallerToken>()?.TokenId ?? "";

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} token {Id} was made by token {By}")]
    private static partial void LogMade(ILogger logger, TokenKind kind, string id, string by);

    [LoggerMessage(Level = LogLevel.Information, Message = "token {Id} was revoked by token {By}")]
    private static partial void LogRevoked(ILogger logger, string id, string by);
}
