using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace SeqCluster.Silo.Api;

/// <summary>What <c>/openapi.json</c> says beyond the paths: whose API it is, and how one is let in.</summary>
internal static class ApiDescription
{
    private const string Scheme = "bearer";

    public static void Configure(OpenApiOptions options) => options.AddDocumentTransformer(static (document, _, _) =>
    {
        document.Info = new OpenApiInfo
        {
            Title = "SeqCluster",
            Version = "v1",
            Description = "Errors are RFC 9457 problems; those of a request list every fault in 'faults'. A silo without tokens ignores the Authorization header.",
        };
        document.AddComponent<IOpenApiSecurityScheme>(Scheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Scheme,
            Description = "A client token, as 'seqcluster token create --kind client' makes one.",
        });
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        return Task.CompletedTask;
    });
}
