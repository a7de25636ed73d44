using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CivicQ.Ops.Core.Backups.Physical;

/// <summary>PostgreSQL's own <c>backup_manifest</c>: every file of a base backup with its sum, and the WAL that makes it consistent.</summary>
internal sealed class BaseManifest
{
    /// <summary>Its name in the tar.</summary>
    public const string FileName = "backup_manifest";

    private BaseManifest(Dictionary<string, (long Size, string? Sha256)> files, IReadOnlyList<WalRange> ranges) => (Files, Ranges) = (files, ranges);

    /// <summary>The files, by their path; the sum is <see langword="null"/> where it is of another kind than SHA-256.</summary>
    public Dictionary<string, (long Size, string? Sha256)> Files { get; }

    /// <summary>The WAL from the start to where the backup is consistent; more than one where the timeline changed meanwhile.</summary>
    public IReadOnlyList<WalRange> Ranges { get; }

    /// <summary>A stretch of WAL.</summary>
    /// <param name="Timeline">Its timeline.</param>
    /// <param name="StartLsn">Where it begins.</param>
    /// <param name="EndLsn">Where it ends.</param>
    internal sealed record WalRange(int Timeline, string StartLsn, string EndLsn);

    /// <summary>Reads it, and sees to it that its own sum is right.</summary>
    /// <param name="text">Its bytes.</param>
    /// <param name="damage">What is wrong with it.</param>
    /// <returns><see langword="null"/> where it is damaged.</returns>
    public static BaseManifest? Read(ReadOnlySpan<byte> text, out string? damage)
    {
        // The last line holds the sum of all lines before it.
        var body = text[..^Math.Min(1, text.Length)];
        var last = body.LastIndexOf((byte)'\n') + 1;
        try
        {
            using var document = JsonDocument.Parse(text.ToArray());
            var root = document.RootElement;
            var sum = Convert.ToHexString(SHA256.HashData(text[..last]));
            if (!string.Equals(sum, root.GetProperty("Manifest-Checksum").GetString(), StringComparison.OrdinalIgnoreCase))
            {
                damage = $"{FileName} is not what PostgreSQL wrote: its sum is another.";
                return null;
            }

            var files = new Dictionary<string, (long, string?)>(StringComparer.Ordinal);
            foreach (var file in root.GetProperty(nameof(Files)).EnumerateArray())
            {
                // A path that is no UTF-8 is given in hexadecimal.
                var path = file.TryGetProperty("Path", out var plain) ? plain.GetString()! : Encoding.UTF8.GetString(Convert.FromHexString(file.GetProperty("Encoded-Path").GetString()!));
                files[path] = (file.GetProperty("Size").GetInt64(),
                    file.TryGetProperty("Checksum-Algorithm", out var kind) && kind.GetString() == "SHA256" ? file.GetProperty("Checksum").GetString() : null);
            }

            var ranges = root.GetProperty("WAL-Ranges").EnumerateArray()
                .Select(range => new WalRange(range.GetProperty("Timeline").GetInt32(), range.GetProperty("Start-LSN").GetString()!, range.GetProperty("End-LSN").GetString()!)).ToList();
            damage = ranges.Count > 0 ? null : $"{FileName} names no WAL.";
            return ranges.Count > 0 ? new BaseManifest(files, ranges) : null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            damage = string.Create(CultureInfo.InvariantCulture, $"{FileName} cannot be read: {error.Message}");
            return null;
        }
    }
}
