using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Json;

namespace CivicQ.Ops.Core.Environments;

/// <summary>What the reader of one file carries along: the text, the complaints, and the keys that it knows.</summary>
/// <param name="text">The file's text.</param>
/// <param name="file">The file's path.</param>
/// <param name="thresholds">The names of the limits that may be overridden.</param>
internal sealed class ReadingState(JsonText text, string file, IReadOnlyCollection<string> thresholds)
{
    /// <summary>The environment that is being read.</summary>
    public string? Environment { get; set; }

    /// <summary>What is wrong so far.</summary>
    public List<EnvironmentComplaint> Complaints { get; } = [];

    /// <summary>The keys that were asked for, by the path of their object; the published schema must have the same.</summary>
    public Dictionary<string, SortedSet<string>> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>The names of the limits that may be overridden.</summary>
    public IReadOnlyCollection<string> Thresholds { get; } = thresholds;

    /// <summary>The full path of one that is written in the file: relative ones start from the file's folder.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(file)) ?? Path.GetFullPath("."));

    /// <summary>Complains about the place.</summary>
    public void Complain(ErrorDefinition definition, int offset, string reason)
    {
        var (line, column) = text.Position(offset);
        Complaints.Add(new EnvironmentComplaint(definition, reason, file, line, column, Environment));
    }

    /// <summary>The place in words, for messages that come later.</summary>
    public string Place(int offset) => $"{file}, line {text.Position(offset).Line}";
}
