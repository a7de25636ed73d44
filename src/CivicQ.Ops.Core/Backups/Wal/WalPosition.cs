using System.Globalization;

namespace CivicQ.Ops.Core.Backups.Wal;

/// <summary>Positions in the WAL, as PostgreSQL writes them: <c>16/B374D848</c>.</summary>
internal static class WalPosition
{
    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ulong Parse(string text) => TryParse(text, out var position) ? position : throw new FormatException($"'{text}' is no position in the WAL.");

    /// <summary>Reads one.</summary>
    /// <returns>False where it is none.</returns>
    public static bool TryParse(string? text, out ulong position)
    {
        position = 0;
        if (text?.IndexOf('/', StringComparison.Ordinal) is not (> 0 and var slash)
            || !uint.TryParse(text.AsSpan(0, slash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            || !uint.TryParse(text.AsSpan(slash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low))
        {
            return false;
        }

        position = ((ulong)high << 32) | low;
        return true;
    }

    /// <summary>Writes one.</summary>
    public static string Text(ulong position) => string.Create(CultureInfo.InvariantCulture, $"{position >> 32:X}/{position & 0xFFFFFFFF:X}");
}
