using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Objects;

/// <summary>Selectors of labels.</summary>
internal static class LabelSelector
{
    /// <summary>Writes a selector as a query takes it.</summary>
    /// <param name="selector">The object with matchLabels and matchExpressions.</param>
    /// <returns>For example <c>app=civicq,tier in (api,web)</c>; empty selects everything.</returns>
    public static string Text(JsonNode? selector) =>
        string.Join(',', selector.Map("matchLabels").OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")
            .Concat(selector.Objects("matchExpressions").Select(Expression)));

    private static string Expression(JsonObject expression)
    {
        var key = expression.Text("key");
        var values = string.Join(',', expression.Texts("values"));
        return expression.Text("operator") switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "Exists" => $"{key}",
            _ => $"!{key}",
        };
    }
}
