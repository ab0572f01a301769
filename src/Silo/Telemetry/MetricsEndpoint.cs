using SeqCluster.Silo.Telemetry.Exposition;

namespace SeqCluster.Silo.Telemetry;

/// <summary>The path that Prometheus reads; for a client token or a metrics token.</summary>
internal static class MetricsEndpoint
{
    /// <summary>The path.</summary>
    public const string Path = "/metrics";

    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, static (MeterCollector meters) => TypedResults.Text(meters.Scrape(), PrometheusText.ContentType))
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .WithSummary("What the silo measures, in the text format of Prometheus.")
            .WithDescription("Needs a client token or a metrics token.");
}
