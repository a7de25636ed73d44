using System.Text;
using static CivicQ.Ops.Core.Metrics.MetricText;

namespace CivicQ.Ops.Core.Metrics;

/// <summary>
/// Reads the lines of Prometheus' text format 0.0.4 and of OpenMetrics 1.0, written from both specifications. A line that is neither
/// is counted and left out; no input makes it throw.
/// </summary>
/// <param name="format">The format, where the server said.</param>
/// <param name="wanted">Whether the series of this name, of this family, are wanted; all without it.</param>
internal sealed class MetricLineParser(MetricFormat format, Func<string, string, bool>? wanted = null)
{
    // Larger than any time in seconds, smaller than any in milliseconds that a server of today gives.
    private const double Milliseconds = 1e11;
    private static readonly byte[][] Suffixes = ["_bucket"u8.ToArray(), "_sum"u8.ToArray(), "_count"u8.ToArray(), "_total"u8.ToArray(),
        "_created"u8.ToArray(), "_gsum"u8.ToArray(), "_gcount"u8.ToArray(), "_info"u8.ToArray()];

    private readonly TextPool pool = new();
    private readonly Dictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (MetricFamily Family, bool Wanted)> series = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, string>> labels = [];

    /// <summary>How many lines were neither comment nor series.</summary>
    public int Malformed { get; private set; }

    /// <summary>The number of the first such line, from 1.</summary>
    public int FirstMalformed { get; private set; }

    /// <summary>How many series were read, wanted or not.</summary>
    public int Read { get; private set; }

    /// <summary>How many lines there were.</summary>
    public int Lines { get; private set; }

    /// <summary>True after OpenMetrics' <c># EOF</c>: the text is whole.</summary>
    public bool Ended { get; private set; }

    /// <summary>Reads one line, without its end.</summary>
    /// <returns>The series; <see langword="null"/> for comments, for what is not wanted and for what cannot be read.</returns>
    public MetricPoint? Parse(ReadOnlySpan<byte> line)
    {
        Lines++;
        var rest = Trim(line);
        if (rest.IsEmpty)
        {
            return null;
        }

        if (rest[0] == '#')
        {
            Comment(rest[1..]);
            return null;
        }

        if (!TrySeries(rest, out var point))
        {
            Malformed++;
            FirstMalformed = FirstMalformed == 0 ? Lines : FirstMalformed;
            return null;
        }

        Read++;
        return point;
    }

    private void Comment(ReadOnlySpan<byte> rest)
    {
        var keyword = Word(ref rest);
        if (keyword.SequenceEqual("EOF"u8))
        {
            Ended = true;
            return;
        }

        if (!keyword.SequenceEqual("HELP"u8) && !keyword.SequenceEqual("TYPE"u8) && !keyword.SequenceEqual("UNIT"u8))
        {
            return;
        }

        rest = TrimStart(rest);
        string name;
        if (!rest.IsEmpty && rest[0] == '"')
        {
            if (!TryQuoted(ref rest, out name))
            {
                return;
            }
        }
        else
        {
            name = pool.Get(Word(ref rest));
        }

        if (name.Length == 0)
        {
            return;
        }

        var family = Family(name);
        switch (keyword[0])
        {
            case (byte)'H':
                family.Help = Unescape(TrimStart(rest));
                break;
            case (byte)'T':
                family.Type = Kind(Encoding.UTF8.GetString(Trim(rest)));
                // Series read before their type may have been put elsewhere.
                series.Clear();
                break;
            default:
                family.Unit = pool.Get(Trim(rest));
                break;
        }
    }

    private bool TrySeries(ReadOnlySpan<byte> rest, out MetricPoint? point)
    {
        point = null;
        labels.Clear();
        string? quotedName = null;
        var name = NameOf(ref rest);
        rest = TrimStart(rest);
        if (!rest.IsEmpty && rest[0] == '{')
        {
            if (!TryLabels(ref rest, allowName: name.IsEmpty, out quotedName))
            {
                return false;
            }
        }
        else if (!name.IsEmpty && !rest.IsEmpty && rest[0] is (byte)'#')
        {
            return false;
        }

        if (name.IsEmpty == (quotedName is null) || !TryNumber(Word(ref rest), out var value))
        {
            return false;
        }

        var text = quotedName ?? pool.Get(name);
        DateTimeOffset? time = null;
        rest = TrimStart(rest);
        if (!rest.IsEmpty && rest[0] != '#')
        {
            if (!TryNumber(Word(ref rest), out var stamp))
            {
                return false;
            }

            time = Time(stamp);
            rest = TrimStart(rest);
        }

        if (!series.TryGetValue(text, out var known))
        {
            var family = FamilyOf(text);
            series[text] = known = (family, wanted?.Invoke(text, family.Name) ?? true);
        }

        var own = known.Wanted ? new MetricLabels([.. labels]) : default;
        MetricExemplar? exemplar = null;
        if (!rest.IsEmpty && !TryExemplar(rest[1..], out exemplar))
        {
            return false;
        }

        point = known.Wanted ? new MetricPoint(text, known.Family, own, value, time, exemplar) : null;
        return true;
    }

    // " {trace_id="abc"} 0.67 1520879607.789"
    private bool TryExemplar(ReadOnlySpan<byte> rest, out MetricExemplar? exemplar)
    {
        exemplar = null;
        labels.Clear();
        rest = TrimStart(rest);
        if (rest.IsEmpty || rest[0] != '{' || !TryLabels(ref rest, allowName: false, out _) || !TryNumber(Word(ref rest), out var value))
        {
            return false;
        }

        DateTimeOffset? time = null;
        if (!TrimStart(rest).IsEmpty)
        {
            if (!TryNumber(Word(ref rest), out var stamp))
            {
                return false;
            }

            time = Time(stamp);
        }

        exemplar = new MetricExemplar(new MetricLabels([.. labels]).ToDictionary(), value, time);
        return TrimStart(rest).IsEmpty;
    }

    // {a="x", b="y",}; a name in quotes may stand first: {"my.metric", a="x"}
    private bool TryLabels(ref ReadOnlySpan<byte> rest, bool allowName, out string? quotedName)
    {
        quotedName = null;
        rest = rest[1..];
        for (var first = true; ; first = false)
        {
            rest = TrimStart(rest);
            if (rest.IsEmpty)
            {
                return false;
            }

            if (rest[0] == '}')
            {
                rest = rest[1..];
                return true;
            }

            if (!first)
            {
                if (rest[0] != ',')
                {
                    return false;
                }

                rest = TrimStart(rest[1..]);
                if (!rest.IsEmpty && rest[0] == '}')
                {
                    continue;
                }
            }

            string name;
            if (!rest.IsEmpty && rest[0] == '"')
            {
                if (!TryQuoted(ref rest, out name))
                {
                    return false;
                }

                rest = TrimStart(rest);
                if (first && allowName && !rest.IsEmpty && rest[0] is (byte)',' or (byte)'}')
                {
                    quotedName = name;
                    continue;
                }
            }
            else
            {
                name = pool.Get(NameOf(ref rest));
                rest = TrimStart(rest);
            }

            if (name.Length == 0 || rest.IsEmpty || rest[0] != '=')
            {
                return false;
            }

            rest = TrimStart(rest[1..]);
            if (rest.IsEmpty || rest[0] != '"' || !TryQuoted(ref rest, out var value) || labels.Exists(pair => pair.Key == name))
            {
                return false;
            }

            labels.Add(new KeyValuePair<string, string>(name, value));
        }
    }

    private bool TryQuoted(ref ReadOnlySpan<byte> rest, out string text)
    {
        text = "";
        var end = 1;
        var escaped = false;
        while (end < rest.Length && rest[end] != '"')
        {
            escaped |= rest[end] == '\\';
            end += rest[end] == '\\' ? 2 : 1;
        }

        if (end >= rest.Length)
        {
            return false;
        }

        text = escaped ? Unescape(rest[1..end]) : pool.Get(rest[1..end]);
        rest = rest[(end + 1)..];
        return true;
    }

    private MetricFamily Family(string name)
    {
        if (!families.TryGetValue(name, out var family))
        {
            families[name] = family = new MetricFamily(name);
        }

        return family;
    }

    private MetricFamily FamilyOf(string name)
    {
        if (families.TryGetValue(name, out var exact))
        {
            return exact;
        }

        foreach (var suffix in Suffixes)
        {
            var cut = name.Length - suffix.Length;
            if (cut > 0 && name.EndsWith(Encoding.ASCII.GetString(suffix), StringComparison.Ordinal)
                && families.TryGetValue(name[..cut], out var family) && family.Has(suffix))
            {
                return family;
            }
        }

        return new MetricFamily(name);
    }

    private DateTimeOffset? Time(double stamp)
    {
        var seconds = format switch
        {
            MetricFormat.Prometheus => stamp / 1000,
            MetricFormat.OpenMetrics => stamp,
            _ => Math.Abs(stamp) >= Milliseconds ? stamp / 1000 : stamp,
        };
        // The years that DateTimeOffset knows.
        return seconds is > -62e9 and < 253e9 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
    }
}
