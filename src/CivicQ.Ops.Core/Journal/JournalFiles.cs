using System.Globalization;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Journal;

/// <summary>Where the journal's files are: the present one, and the full ones, each named by its last entry (<c>journal.0000000123.jsonl</c>).</summary>
public static class JournalFiles
{
    /// <summary>The variable that names the journal's file.</summary>
    public const string Variable = "CIVICQ_JOURNAL";

    private const string FileName = "journal.jsonl";
    private const int NumberDigits = 10;

    /// <summary>The journal of this user and process.</summary>
    /// <param name="read">Reads one variable; the process's own unless told.</param>
    /// <returns>The full path.</returns>
    public static string DefaultPath(Func<string, string?>? read = null)
    {
        var named = (read ?? Environment.GetEnvironmentVariable)(Variable);
        return string.IsNullOrWhiteSpace(named) ? Path.Combine(UserFolders.StateFolder(read), FileName) : Path.GetFullPath(named);
    }

    /// <summary>The name that a full file gets.</summary>
    internal static string Full(string path, long lastSequence) => Path.Combine(
        Path.GetDirectoryName(path)!,
        $"{Path.GetFileNameWithoutExtension(path)}.{lastSequence.ToString("D" + NumberDigits, CultureInfo.InvariantCulture)}{Path.GetExtension(path)}");

    /// <summary>The full files, oldest first.</summary>
    internal static IReadOnlyList<string> FullOnes(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var (name, extension) = (Path.GetFileNameWithoutExtension(path), Path.GetExtension(path));
        return !Directory.Exists(folder) ? [] :
        [
            .. Directory.EnumerateFiles(folder, $"{name}.*{extension}")
                .Where(file => IsNumbered(Path.GetFileName(file), name, extension))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The lock that writers hold.</summary>
    internal static string Lock(string path) => path + ".lock";

    /// <summary>Whether a path is that of a full file, whatever the journal's own name.</summary>
    internal static bool IsFull(string path)
    {
        var name = Path.GetFileName(path);
        return IsNumber(Path.GetExtension(Path.GetFileNameWithoutExtension(name)).AsSpan().TrimStart('.')) || IsNumber(Path.GetExtension(name).AsSpan().TrimStart('.'));
    }

    private static bool IsNumber(ReadOnlySpan<char> text) => text.Length == NumberDigits && text.IndexOfAnyExceptInRange('0', '9') < 0;

    // A pattern finds more than it says: "j.*" also "j".
    private static bool IsNumbered(string file, string name, string extension) =>
        file.Length == name.Length + 1 + NumberDigits + extension.Length && IsNumber(file.AsSpan(name.Length + 1, NumberDigits));
}
