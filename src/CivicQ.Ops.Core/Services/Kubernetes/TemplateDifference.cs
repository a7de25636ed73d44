using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Secrets;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>What is different between two templates of pods, field by field; lists of named things are compared by name.</summary>
internal static class TemplateDifference
{
    private const string Set = "set";
    private const string SetOtherwise = "set to something else";
    private const int MaximumWords = 200;

    /// <summary>Compares two templates.</summary>
    /// <param name="before">The template that is there.</param>
    /// <param name="after">The template that comes.</param>
    /// <returns>The differences by path; the controller's own label is none.</returns>
    public static IReadOnlyList<ServiceDifference> Of(JsonObject? before, JsonObject? after)
    {
        var (old, young) = (Flatten(before), Flatten(after));
        return
        [
            .. old.Keys.Union(young.Keys).Where(path => old.GetValueOrDefault(path) != young.GetValueOrDefault(path)).Order(StringComparer.Ordinal)
                .Select(path => Difference(path, old.GetValueOrDefault(path), young.GetValueOrDefault(path))),
        ];
    }

    private static ServiceDifference Difference(string path, string? before, string? after) =>
        path.Contains(".env.", StringComparison.Ordinal)
            ? new ServiceDifference(path, before is null ? null : Set, after is null ? null : before is null ? Set : SetOtherwise)
            : new ServiceDifference(path, Shown(path, before), Shown(path, after));

    private static string? Shown(string path, string? value)
    {
        if (value is null)
        {
            return null;
        }

        var masked = SecretMask.IsSecret(path[(path.LastIndexOf('.') + 1)..]) ? SecretMask.Mask : SecretMask.Text(value);
        return masked.Length > MaximumWords ? masked[..MaximumWords] + "…" : masked;
    }

    private static Dictionary<string, string> Flatten(JsonObject? template)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        Walk(ReplicaSet.WithoutHash(template), "", result);
        return result;
    }

    private static void Walk(JsonNode? node, string path, Dictionary<string, string> result)
    {
        switch (node)
        {
            case JsonObject item:
                foreach (var (name, value) in item)
                {
                    if (value is not null)
                    {
                        Walk(value, Join(path, name), result);
                    }
                }

                break;
            case JsonArray { Count: > 0 } list when list.All(entry => entry.Text("name") is not null):
                foreach (var entry in list.OfType<JsonObject>())
                {
                    var place = Join(path, entry.Text("name")!);
                    if (path.EndsWith(".env", StringComparison.Ordinal))
                    {
                        result[place] = entry.ToJsonString();
                    }
                    else
                    {
                        var rest = (JsonObject)entry.DeepClone();
                        rest.Remove("name");
                        Walk(rest, place, result);
                    }
                }

                break;
            case JsonArray list:
                result[path] = list.ToJsonString();
                break;
            case JsonValue value:
                result[path] = value.Text() ?? value.ToJsonString();
                break;
        }
    }

    // spec.containers.api.image is api.image to those who read it.
    private static string Join(string path, string name) => (path, name) switch
    {
        ("", "metadata" or "spec") => "",
        ("", "containers") => "containers",
        ("containers", _) => name,
        ("", _) => name,
        _ => $"{path}.{name}",
    };
}
