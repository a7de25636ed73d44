using System.Globalization;
using System.Text.RegularExpressions;

namespace CivicQ.Ops.Core.Database.Queries;

/// <summary>
/// Reads PostgreSQL's text of a value into .NET's type. Results are asked for as text, because every type has one: those of extensions,
/// enumerations and composites too. What .NET's type cannot hold (a date before Christ, a number of forty digits) stays text.
/// </summary>
internal static partial class TextValue
{
    private const string Infinity = "infinity";
    private static readonly string[] ZonedFormats = ["yyyy-MM-dd HH:mm:ss.FFFFFFFzz", "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz"];

    /// <summary>The reader for a type; one that gives the text itself for types that are not known.</summary>
    /// <param name="type">The type's oid.</param>
    /// <returns>Reads a text that is not NULL.</returns>
    public static Func<string, object?> For(uint type) => Scalar(type) ?? Array(type) ?? (text => text);

    private static Func<string, object?>? Scalar(uint type) => type switch
    {
        16 => text => text == "t",
        20 => text => long.Parse(text, CultureInfo.InvariantCulture),
        21 => text => short.Parse(text, CultureInfo.InvariantCulture),
        23 => text => int.Parse(text, CultureInfo.InvariantCulture),
        26 => text => long.Parse(text, CultureInfo.InvariantCulture),
        700 => text => float.Parse(text, CultureInfo.InvariantCulture),
        701 => text => double.Parse(text, CultureInfo.InvariantCulture),
        1700 => Number,
        1184 => Zoned,
        1114 => Local,
        1082 => Date,
        1083 => Time,
        1186 => Interval,
        2950 => text => Guid.Parse(text),
        17 => text => text.StartsWith("\\x", StringComparison.Ordinal) ? Convert.FromHexString(text.AsSpan(2)) : text,
        _ => null,
    };

    private static Func<string, object?>? Array(uint type)
    {
        uint? element = type switch
        {
            1000 => 16, 1016 => 20, 1005 => 21, 1007 => 23, 1028 => 26, 1021 => 700, 1022 => 701, 1231 => 1700,
            1185 => 1184, 1115 => 1114, 1182 => 1082, 1183 => 1083, 1187 => 1186, 2951 => 2950, 1001 => 17,
            // text, varchar, char, name, json, jsonb, inet, xml, xid, oidvector's like: texts.
            1009 or 1015 or 1014 or 1003 or 199 or 3807 or 1041 or 651 or 1040 or 143 or 1011 or 1002 => 25,
            _ => null,
        };
        return element is { } kind ? text => ArrayText.Read(text, For(kind)) : null;
    }

    private static object Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == text ? number : text;

    private static object Zoned(string text) => text switch
    {
        Infinity => DateTimeOffset.MaxValue,
        "-" + Infinity => DateTimeOffset.MinValue,
        _ => DateTimeOffset.TryParseExact(text, ZonedFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToUniversalTime() : text,
    };

    private static object Local(string text) => text switch
    {
        Infinity => DateTime.MaxValue,
        "-" + Infinity => DateTime.MinValue,
        _ => DateTime.TryParseExact(text, "yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : text,
    };

    private static object Date(string text) => text switch
    {
        Infinity => DateOnly.MaxValue,
        "-" + Infinity => DateOnly.MinValue,
        _ => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : text,
    };

    private static object Time(string text) =>
        text == "24:00:00" ? TimeSpan.FromDays(1) : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : text;

    // Months have no fixed length, so an interval with some is no TimeSpan.
    private static object Interval(string text)
    {
        var match = IntervalText().Match(text);
        if (!match.Success)
        {
            return text;
        }

        double Part(string name) => match.Groups[name] is { Success: true } group ? double.Parse(group.Value, CultureInfo.InvariantCulture) : 0;
        try
        {
            var clock = TimeSpan.FromHours(Part("hours")) + TimeSpan.FromMinutes(Part("minutes")) + TimeSpan.FromTicks((long)Math.Round(Part("seconds") * TimeSpan.TicksPerSecond));
            object time = TimeSpan.FromDays(Part("days")) + (match.Groups["sign"].Value == "-" ? -clock : clock);
            return time;
        }
        catch (OverflowException)
        {
            return text;
        }
    }

    [GeneratedRegex(@"^(?:(?<days>[+-]?\d+) days?)? ?(?:(?<sign>[+-])?(?<hours>\d+):(?<minutes>\d\d):(?<seconds>\d\d(?:\.\d+)?))?$")]
    private static partial Regex IntervalText();
}
