using System.Globalization;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>A section of a server's <c>INFO</c>.</summary>
internal sealed class RedisInfo
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    private RedisInfo(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line[0] != '#' && line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                values[line[..colon]] = line[(colon + 1)..];
            }
        }
    }

    /// <summary>A value; empty where there is none.</summary>
    public string this[string name] => values.GetValueOrDefault(name) ?? "";

    /// <summary>Asks for a section.</summary>
    public static async Task<RedisInfo> AskAsync(RedisStream stream, string section, CancellationToken cancellationToken) =>
        new((await stream.CallAsync(cancellationToken, "INFO", section).ConfigureAwait(false)).Text);

    /// <summary>A number; 0 where there is none.</summary>
    public long Number(string name) => long.TryParse(this[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
