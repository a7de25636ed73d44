using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CivicQ.Ops.Tests.Conformance.SideBySide;

/// <summary>One property of ours, and how the tool's column is read: "MemoryBytes size 4096".</summary>
internal sealed partial class Column
{
    private readonly string kind;
    private readonly double tolerance;

    public Column(string text)
    {
        var words = text.Split(' ');
        Property = words[0];
        kind = words.Length > 1 ? words[1] : "text";
        tolerance = words.Length > 2 ? double.Parse(words[2], CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>The property.</summary>
    public string Property { get; }

    /// <summary>Our value as text.</summary>
    public string Ours(object one) => one.Get(Property) switch
    {
        null => "",
        IEnumerable list and not string => string.Join(",", list.Cast<object>()),
        DateTimeOffset time when kind == "nanoseconds" => ((time - DateTimeOffset.UnixEpoch).Ticks * 100L).ToString(CultureInfo.InvariantCulture),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        var value => value.ToString()!,
    };

    /// <summary>The tool's value as the text that ours should be.</summary>
    public string Theirs(string text) => kind switch
    {
        "time" when text.Length > 19 => text[..19],
        // .NET counts in 100 ns.
        "nanoseconds" => text[..^2] + "00",
        _ => text,
    };

    /// <summary>Whether the two are the same.</summary>
    public bool Agree(string ours, string theirs) => kind switch
    {
        "size" => Near(ours, Bytes(theirs)),
        "cores" => Near(ours, double.Parse(theirs.Trim('%', ' '), CultureInfo.InvariantCulture) / 100),
        "number" => Near(ours, double.Parse(theirs, CultureInfo.InvariantCulture)),
        _ => string.Equals(ours, theirs, StringComparison.OrdinalIgnoreCase),
    };

    // The tool shows few digits: that much is no difference.
    private bool Near(string ours, double theirs) =>
        double.TryParse(ours, CultureInfo.InvariantCulture, out var value) && Math.Abs(value - theirs) <= tolerance + (theirs * 0.06);

    // "1.957MiB / 64MiB", "3.2kB / 0B": the first amount.
    private static double Bytes(string text)
    {
        var match = Amount().Match(text);
        Assert.True(match.Success, text);
        var unit = match.Groups["unit"].Value;
        var power = unit.ToUpperInvariant() is [var letter, .., 'B'] ? "KMGT".IndexOf(letter, StringComparison.Ordinal) + 1 : 0;
        return double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) * Math.Pow(unit.Contains('i', StringComparison.Ordinal) ? 1024 : 1000, power);
    }

    [GeneratedRegex(@"(?<number>[\d.]+)(?<unit>[A-Za-z]*B)", RegexOptions.CultureInvariant)]
    private static partial Regex Amount();
}
