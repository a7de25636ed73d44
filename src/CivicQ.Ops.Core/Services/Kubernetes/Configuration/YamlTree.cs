using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>Reads YAML (and JSON, which is YAML) as a tree whose scalars are texts.</summary>
internal static class YamlTree
{
    private const int MaximumDepth = 64;
    private const int MaximumNodes = 200_000;

    /// <summary>Reads the first document.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The tree; <see langword="null"/> for an empty document.</returns>
    /// <exception cref="FormatException">It is broken; the message has line and column.</exception>
    public static JsonNode? Parse(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            var budget = MaximumNodes;
            return stream.Documents.Count == 0 ? null : Convert(stream.Documents[0].RootNode, 0, ref budget);
        }
        catch (YamlException error)
        {
            throw new FormatException(FormattableString.Invariant($"line {error.Start.Line}, column {error.Start.Column}: {error.Message}"), error);
        }
    }

    // Aliases are one node in several places: depth and number are bounded, so that none goes round or multiplies.
    private static JsonNode? Convert(YamlNode node, int depth, ref int budget)
    {
        if (depth > MaximumDepth || --budget < 0)
        {
            throw new FormatException(FormattableString.Invariant($"line {node.Start.Line}: it is nested or repeated too often."));
        }

        switch (node)
        {
            case YamlMappingNode mapping:
                var members = new JsonObject();
                foreach (var (key, value) in mapping)
                {
                    var name = (key as YamlScalarNode)?.Value
                        ?? throw new FormatException(FormattableString.Invariant($"line {key.Start.Line}: a key that is no text."));
                    members[name] = Convert(value, depth + 1, ref budget);
                }

                return members;
            case YamlSequenceNode sequence:
                var items = new JsonArray();
                foreach (var item in sequence)
                {
                    items.Add(Convert(item, depth + 1, ref budget));
                }

                return items;
            case YamlScalarNode scalar:
                return scalar.Style == ScalarStyle.Plain && scalar.Value is null or "" or "null" or "~" ? null : JsonValue.Create(scalar.Value);
            default:
                return null;
        }
    }
}
