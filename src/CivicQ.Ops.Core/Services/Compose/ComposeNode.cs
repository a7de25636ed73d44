using System.Globalization;
using CivicQ.Ops.Core.Errors;
using YamlDotNet.RepresentationModel;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>A value of a Compose file that knows where it stands; merge keys are followed, variables filled in when a text is read.</summary>
internal sealed class ComposeNode(string path, YamlNode node, ComposeInterpolation interpolation)
{
    private const string Merge = "<<";

    private string Place => string.Create(CultureInfo.InvariantCulture, $"{path}, line {node.Start.Line}");

    /// <summary>The text of a scalar.</summary>
    public string Text => node is YamlScalarNode scalar ? interpolation.Fill(scalar.Value ?? "", Place) : throw Wrong("a text");

    /// <summary>A number that is not negative.</summary>
    public int Count => int.TryParse(Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : throw Wrong("a number");

    /// <summary>A member by its name.</summary>
    public ComposeNode? Part(string key) => Find(Mapping(node), key) is { } found && found is not YamlScalarNode { Value: null or "" or "~" or "null" } ? Of(found) : null;

    /// <summary>All members, those that are merged in too.</summary>
    public IReadOnlyList<(string Key, ComposeNode Value)> Members()
    {
        var result = new List<(string, ComposeNode)>();
        Collect(Mapping(node), result, []);
        return result;
    }

    /// <summary>The items of a list, or the keys of an object: Compose takes both in many places.</summary>
    public IReadOnlyList<string> Names() => node switch
    {
        YamlSequenceNode list => [.. list.Select(item => Of(item).Text)],
        YamlMappingNode => [.. Members().Select(member => member.Key)],
        _ => throw Wrong("a list"),
    };

    private ComposeNode Of(YamlNode other) => new(path, other, interpolation);

    private YamlMappingNode Mapping(YamlNode value) => value as YamlMappingNode ?? throw Of(value).Wrong("an object of names and values");

    private OperationException Wrong(string expected) => new(ComposeErrors.FileInvalid, $"{Place}: expected {expected}.", path);

    private YamlNode? Find(YamlMappingNode map, string key)
    {
        foreach (var (name, value) in map.Children)
        {
            if (name is YamlScalarNode scalar && string.Equals(scalar.Value, key, StringComparison.Ordinal))
            {
                return value;
            }
        }

        return Merged(map).Select(each => Find(each, key)).FirstOrDefault(found => found is not null);
    }

    private void Collect(YamlMappingNode map, List<(string, ComposeNode)> result, HashSet<string> seen)
    {
        foreach (var (name, value) in map.Children)
        {
            var key = (name as YamlScalarNode)?.Value ?? throw Of(name).Wrong("a name");
            if (!string.Equals(key, Merge, StringComparison.Ordinal) && seen.Add(key))
            {
                result.Add((key, Of(value)));
            }
        }

        foreach (var each in Merged(map))
        {
            Collect(each, result, seen);
        }
    }

    private IEnumerable<YamlMappingNode> Merged(YamlMappingNode map) =>
        map.Children.Where(pair => pair.Key is YamlScalarNode { Value: Merge })
            .SelectMany(pair => pair.Value is YamlSequenceNode list ? list.Select(Mapping) : [Mapping(pair.Value)]);
}
