using System.Text;
using System.Text.Json;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Journal;

/// <summary>The last entry's number and hash, kept beside the journal: without it, entries cut off at the end would not be missed.</summary>
/// <param name="Sequence">The number; 0 before the first entry.</param>
/// <param name="Hash">The hash.</param>
internal sealed record JournalHead(long Sequence, string Hash)
{
    /// <summary>The hash that stands before the first entry.</summary>
    public static readonly string NoHash = new('0', 64);

    /// <summary>Before the first entry.</summary>
    public static readonly JournalHead None = new(0, NoHash);

    /// <summary>Reads it.</summary>
    /// <param name="journal">The journal's path.</param>
    /// <param name="damaged">True where the file is there and says nothing of use.</param>
    /// <returns>The head, or <see langword="null"/>.</returns>
    public static JournalHead? Read(string journal, out bool damaged)
    {
        damaged = false;
        var path = PathOf(journal);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var head = new JournalHead(json.RootElement.GetProperty("sequence").GetInt64(), json.RootElement.GetProperty("hash").GetString()!);
            damaged = head.Sequence < 1 || !JournalLine.IsHash(head.Hash);
            return damaged ? null : head;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            damaged = true;
            return null;
        }
    }

    /// <summary>Writes it in one step.</summary>
    public void Write(string journal) =>
        PrivateFile.Replace(PathOf(journal), Encoding.UTF8.GetBytes($"{{\"sequence\":{Sequence},\"hash\":\"{Hash}\"}}\n"));

    private static string PathOf(string journal) => journal + ".head";
}
