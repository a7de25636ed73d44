using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Backups.Wal;

namespace CivicQ.Ops.Core.Backups.Physical;

/// <summary>What a base backup says of itself in its small files: read while its tar passes, without another pass.</summary>
internal sealed class BaseFacts : IBaseSink, IDisposable
{
    private const string Control = "global/pg_control";
    private const string VersionFile = "PG_VERSION";
    private readonly MemoryStream kept = new();
    private BaseFile file = new("", IsFolder: true, 0);
    private byte[] manifestText = [];

    /// <summary>PostgreSQL's manifest, once <see cref="Read"/> found it good.</summary>
    public BaseManifest? Manifest { get; private set; }

    /// <summary>Where recovery begins.</summary>
    public string? StartLsn => Manifest?.Ranges.MinBy(range => WalPosition.Parse(range.StartLsn))!.StartLsn;

    /// <summary>Up to where it must go for the files to be consistent.</summary>
    public string? EndLsn => Manifest?.Ranges.MaxBy(range => WalPosition.Parse(range.EndLsn))!.EndLsn;

    /// <summary>The timeline.</summary>
    public int? Timeline => Manifest?.Ranges.Max(range => range.Timeline);

    /// <summary>The server's identifier, as its control file has it.</summary>
    public string? SystemIdentifier { get; private set; }

    /// <summary>The major version that the data directory is of.</summary>
    public int? Major { get; private set; }

    /// <summary>The size of the files.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>Reads the manifest, after the last file.</summary>
    /// <returns>What is wrong with it; <see langword="null"/> where nothing is.</returns>
    public string? Read()
    {
        if (manifestText.Length == 0)
        {
            return $"There is no {BaseManifest.FileName} in it.";
        }

        Manifest = BaseManifest.Read(manifestText, out var damage);
        return damage;
    }

    /// <inheritdoc/>
    public void Begin(BaseFile next) => file = next;

    /// <inheritdoc/>
    public void Data(ReadOnlySpan<byte> bytes)
    {
        TotalBytes += bytes.Length;
        if (file.Path is BaseManifest.FileName or Control or VersionFile)
        {
            kept.Write(bytes);
        }
    }

    /// <inheritdoc/>
    public void End()
    {
        var bytes = kept.GetBuffer().AsSpan(0, (int)kept.Length);
        switch (file.Path)
        {
            case BaseManifest.FileName:
                manifestText = bytes.ToArray();
                break;
            case Control when bytes.Length >= 8:
                SystemIdentifier = BinaryPrimitives.ReadUInt64LittleEndian(bytes).ToString(CultureInfo.InvariantCulture);
                break;
            case VersionFile:
                Major = int.TryParse(Encoding.ASCII.GetString(bytes).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;
                break;
            default:
                break;
        }

        kept.SetLength(0);
    }

    /// <inheritdoc/>
    public void Dispose() => kept.Dispose();
}
