using Microsoft.AspNetCore.Http.HttpResults;

namespace SeqCluster.Silo.Api;

/// <summary>Answers of the kind RFC 9457: a status, one sentence, and every fault that was found.</summary>
internal static class ApiProblem
{
    /// <summary>400: the request says something that is not allowed.</summary>
    public static ProblemHttpResult Faults(IReadOnlyList<ApiFault> faults) => TypedResults.Problem(
        detail: string.Join("; ", faults.Select(static fault => fault.Text)),
        statusCode: StatusCodes.Status400BadRequest,
        title: faults.Count == 1 ? "The request has a fault." : $"The request has {faults.Count} faults.",
        extensions: new Dictionary<string, object?> { ["faults"] = faults });

    /// <inheritdoc cref="Faults"/>
    public static ProblemHttpResult Fault(string field, string message) => Faults([new ApiFault("request", field, null, message, $"{field}: {message}")]);

    /// <summary>404.</summary>
    public static ProblemHttpResult NoSuchJob(string jobId) => TypedResults.Problem(
        detail: $"there is no job {jobId}: GET /v1/jobs lists them", statusCode: StatusCodes.Status404NotFound, title: "No such job.");

    /// <inheritdoc cref="NoSuchJob"/>
    public static ProblemHttpResult NoSuchWorker(string workerId) => TypedResults.Problem(
        detail: $"no worker {workerId} is connected: GET /v1/workers lists them", statusCode: StatusCodes.Status404NotFound, title: "No such worker.");

    /// <summary>409: understood, but not in this state.</summary>
    public static ProblemHttpResult Refused(string reason) =>
        TypedResults.Problem(detail: reason, statusCode: StatusCodes.Status409Conflict, title: "Refused.");

    /// <summary>401 for who shows no valid token, 403 for who may not do this.</summary>
    public static ProblemHttpResult NotLetIn(int status, string reason) => TypedResults.Problem(
        detail: reason, statusCode: status, title: status == StatusCodes.Status401Unauthorized ? "Not let in." : "Not allowed.");
}
