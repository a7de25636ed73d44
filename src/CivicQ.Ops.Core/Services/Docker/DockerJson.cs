using System.Text.Json;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>Reads members that an engine may leave out or write as null.</summary>
internal static class DockerJson
{
    private static readonly Dictionary<string, string> NoTexts = [];

    public static JsonElement? Part(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : null;

    public static string Text(this JsonElement element, string name) => element.Part(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";

    public static long? Number(this JsonElement element, string name) =>
        element.Part(name) is { ValueKind: JsonValueKind.Number } value ? value.TryGetInt64(out var number) ? number : (long)Math.Clamp(value.GetDouble(), 0, long.MaxValue) : null;

    public static bool Flag(this JsonElement element, string name) => element.Part(name) is { ValueKind: JsonValueKind.True };

    public static DateTimeOffset? Time(this JsonElement element, string name) => DockerTime.Parse(element.Text(name));

    public static IReadOnlyList<string> Texts(this JsonElement element, string name) =>
        element.Part(name) is { ValueKind: JsonValueKind.Array } value ? [.. value.EnumerateArray().Select(item => item.GetString() ?? "")] : [];

    public static IReadOnlyDictionary<string, string> Map(this JsonElement element, string name) =>
        element.Part(name) is { ValueKind: JsonValueKind.Object } value
            ? value.EnumerateObject().ToDictionary(item => item.Name, item => item.Value.ToString(), StringComparer.Ordinal)
            : NoTexts;
}
