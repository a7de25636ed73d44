using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Backups.Wal;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Backups.Recovery;

/// <summary>
/// Where a server that was to replay all WAL of an archive ended. What it cannot read is the WAL's end to it, whether or not there is more: a segment that
/// <c>restore_command</c> fails for, and a record that is damaged.
/// </summary>
/// <param name="Reached">The last segment that was replayed to its end; <see langword="null"/> where that was none of the archive's.</param>
/// <param name="Remark">Why the archive's last segment was not; <see langword="null"/> where it was.</param>
/// <param name="Failure">What is to be said where segments are left over (<see cref="RecoveryErrors.WalMissing"/>).</param>
internal sealed partial record ReplayEnd(WalFile? Reached, string? Remark = null, OperationException? Failure = null)
{
    /// <summary>Compares the server's log with what there is.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="manifest">The base backup.</param>
    /// <param name="log">The server's log.</param>
    public static ReplayEnd Of(SegmentArchive archive, BackupManifest manifest, RecoveryLog log)
    {
        var start = WalPosition.Parse(manifest.EndLsn!);
        if (archive.From(manifest.Timeline ?? 1, start).Last is not { } last)
        {
            return new ReplayEnd(Reached: null);
        }

        var size = (ulong)archive.SegmentBytes;
        var replayed = (log.Replayed ?? 0) / size;
        var restored = log.LastSegment is { } name ? WalSegment.Parse(name, archive.SegmentBytes)!.Number : 0;
        if (replayed < last.Number && (log.Complaint is not null || restored < last.Number))
        {
            // The server names the place of a record that it does not take; a segment that it did not get is the next one.
            var broken = log.Complaint is { } words ? Place(words, archive.SegmentBytes) ?? Math.Max(replayed, restored) : Math.Max(Math.Max(replayed, restored) + 1, start / size);
            var segment = new WalSegment(last.Timeline, broken).Name(archive.SegmentBytes);
            return new ReplayEnd(null, Failure: new OperationException(
                RecoveryErrors.WalMissing,
                $"{archive.Folder}: the segment {segment} cannot be replayed ({log.Complaint ?? "restore_command failed for it: it is cut or damaged"}). "
                + $"All that was committed after it is lost, up to {last.Name} of {RecoveryPlan.Text(last.LastWrite)}.", segment));
        }

        // Damage within the last one, or a segment that the server was still writing when it was copied: what is behind it cannot be counted on.
        return replayed <= last.Number && log.Complaint is { } complaint
            ? new ReplayEnd(archive.Find(last.Number - 1, last.Timeline), $"{last.Name} could be replayed in part only: {complaint}")
            : new ReplayEnd(last);
    }

    private static ulong? Place(string complaint, long segmentBytes) =>
        Name().Match(complaint) is { Success: true } name ? WalSegment.Parse(name.Value, segmentBytes)!.Number
        : Position().Matches(complaint) is { Count: > 0 } all && WalPosition.TryParse(all[^1].Groups[1].Value, out var position) ? position / (ulong)segmentBytes
        : null;

    [GeneratedRegex(@"\b[0-9A-F]{24}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"(?:at|in|by|LSN) ([0-9A-F]+/[0-9A-F]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Position();
}
