using System.Security.Cryptography;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Backups.Wal;

namespace CivicQ.Ops.Core.Backups.Physical;

/// <summary>
/// Sees that a base backup's tar is whole while it passes: every file has the size and SHA-256 that PostgreSQL's own manifest says, none is missing
/// or too many, and the WAL that makes it consistent is in it.
/// </summary>
/// <param name="further">Gets the files as well; whether they are good is known only at the end.</param>
internal sealed class BaseCheck(IBaseSink? further = null) : IBackupCheck, IDisposable
{
    private readonly Summer summer = new(further);
    private BaseTarReader? tar;

    /// <summary>What it says of itself; known at the end.</summary>
    public BaseFacts Facts => summer.Facts;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> bytes) => (tar ??= new BaseTarReader(summer)).Add(bytes);

    /// <inheritdoc/>
    public string? End()
    {
        var damage = (tar ??= new BaseTarReader(summer)).End() ?? Facts.Read() ?? Compare(Facts.Manifest!, summer.Found) ?? MissingWal(Facts.Manifest!, summer.Found);
        Dispose();
        return damage;
    }

    /// <inheritdoc/>
    public void Dispose() => summer.Dispose();

    private static string? Compare(BaseManifest manifest, Dictionary<string, (long Size, string Sha256)> found)
    {
        foreach (var (path, (size, sha256)) in manifest.Files)
        {
            if (!found.TryGetValue(path, out var one))
            {
                return $"{path} is missing.";
            }

            if (one.Size != size || (sha256 is not null && !string.Equals(one.Sha256, sha256, StringComparison.OrdinalIgnoreCase)))
            {
                return $"{path} is not what PostgreSQL wrote: its size or SHA-256 is another.";
            }
        }

        // WAL is not in PostgreSQL's manifest: every record in it has a sum of its own.
        return found.Keys.FirstOrDefault(path => !manifest.Files.ContainsKey(path) && path != BaseManifest.FileName && !path.StartsWith(WalSegment.Folder, StringComparison.Ordinal)) is { } foreign
            ? $"{foreign} is in it, and not in {BaseManifest.FileName}."
            : null;
    }

    private static string? MissingWal(BaseManifest manifest, Dictionary<string, (long Size, string Sha256)> found)
    {
        var size = found.Where(one => one.Key.StartsWith(WalSegment.Folder, StringComparison.Ordinal) && WalSegment.IsName(one.Key[WalSegment.Folder.Length..])).Select(one => one.Value.Size).FirstOrDefault();
        return !WalSegment.IsSize(size)
            ? "There is no WAL in it."
            : manifest.Ranges.SelectMany(range => WalSegment.Between(range.Timeline, WalPosition.Parse(range.StartLsn), WalPosition.Parse(range.EndLsn), size))
                .Where(name => !found.TryGetValue(WalSegment.Folder + name, out var one) || one.Size != size).Select(name => $"The WAL segment {name} is missing.").FirstOrDefault();
    }

    private sealed class Summer(IBaseSink? further) : IBaseSink, IDisposable
    {
        private readonly IncrementalHash sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private BaseFile file = new("", IsFolder: true, 0);

        public BaseFacts Facts { get; } = new();

        public Dictionary<string, (long Size, string Sha256)> Found { get; } = new(StringComparer.Ordinal);

        public void Begin(BaseFile next)
        {
            file = next;
            Facts.Begin(next);
            further?.Begin(next);
        }

        public void Data(ReadOnlySpan<byte> bytes)
        {
            sum.AppendData(bytes);
            Facts.Data(bytes);
            further?.Data(bytes);
        }

        public void End()
        {
            Facts.End();
            further?.End();
            if (!file.IsFolder)
            {
                Found[file.Path] = (file.SizeBytes, Convert.ToHexString(sum.GetHashAndReset()));
            }
        }

        public void Dispose()
        {
            sum.Dispose();
            Facts.Dispose();
        }
    }
}
