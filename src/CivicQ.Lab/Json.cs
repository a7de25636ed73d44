using System.Text.Json;

namespace CivicQ.Lab;

/// <summary>The API's JSON: names in snake_case, as FastAPI writes them.</summary>
internal static class Json
{
    /// <summary>The options.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
