using System.Globalization;
using System.Text.RegularExpressions;

namespace CivicQ.Ops.Core.Backups;

/// <summary>Where a backup is within its store: <c>SOURCE/KIND/NAME</c>, the same in a folder and in a bucket.</summary>
/// <param name="Source">The database's name, made fit for paths.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Name">The backup's name.</param>
internal sealed partial record BackupPath(string Source, BackupKind Kind, string Name)
{
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>All of it, with slashes.</summary>
    public string Text => $"{Series}/{Name}";

    /// <summary>The source and the kind: backups of one series follow each other.</summary>
    public string Series => $"{Source}/{KindText(Kind)}";

    /// <summary>When it was begun, to the second, as the name says.</summary>
    public DateTimeOffset Time =>
        DateTimeOffset.TryParseExact(Name[^16..], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.MinValue;

    /// <summary>Makes the path of a backup that is begun now.</summary>
    public static BackupPath New(string database, BackupKind kind, DateTimeOffset time)
    {
        var source = Fit(database);
        return new BackupPath(source, kind, source + "-" + time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
    }

    /// <summary>Reads a path; <see langword="null"/> where it is none of a backup's.</summary>
    public static BackupPath? Parse(string source, string kind, string name) =>
        Enum.GetValues<BackupKind>().Where(one => string.Equals(KindText(one), kind, StringComparison.Ordinal)).Select(one => (BackupKind?)one).FirstOrDefault() is { } known
            && ValidName().IsMatch(name) ? new BackupPath(source, known, name) : null;

    /// <summary>A database's name as a path's part: what is neither letter, digit nor one of <c>._-</c> becomes its UTF-8 bytes in hexadecimal.</summary>
    public static string Fit(string database)
    {
        var fit = string.Concat(System.Text.Encoding.UTF8.GetBytes(database).Select(one =>
            char.IsAsciiLetterOrDigit((char)one) || one is (byte)'_' or (byte)'-' or (byte)'.' ? ((char)one).ToString() : string.Create(CultureInfo.InvariantCulture, $"%{one:X2}")));
        // A leading dot hides work that is not done yet.
        return fit.StartsWith('.') ? "%2E" + fit[1..] : fit;
    }

    /// <summary>The kind as a path's part.</summary>
    public static string KindText(BackupKind kind) => kind switch
    {
        BackupKind.Logical => "logical",
        BackupKind.Physical => "physical",
        _ => "cache",
    };

    [GeneratedRegex(@"^.+-\d{8}T\d{6}Z$", RegexOptions.CultureInvariant)]
    private static partial Regex ValidName();
}
