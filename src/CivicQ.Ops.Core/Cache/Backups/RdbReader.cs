using System.Buffers;
using System.Globalization;
using System.Text;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Reads a snapshot's entries one after the other. Memory stays flat, but for the one value that is asked for.</summary>
/// <param name="stream">The snapshot.</param>
/// <param name="digest">Gets every byte.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal sealed class RdbReader(Stream stream, RdbDigest digest, CancellationToken cancellationToken)
{
    private const byte SlotInfo = 244, Function = 245, FunctionBefore = 246, ModuleData = 247, Idle = 248, Frequency = 249, Auxiliary = 250,
        Resize = 251, ExpiryMilliseconds = 252, ExpirySeconds = 253, SelectDatabase = 254, End = 255;

    // Redis' own limit of one argument (proto-max-bulk-len), with room for version and checksum.
    private const int LargestPayload = (512 * 1024 * 1024) - 16;
    private readonly RdbSource source = new(stream, digest, cancellationToken);
    private readonly ArrayBufferWriter<byte> kept = new();
    private readonly Dictionary<string, string> auxiliary = new(StringComparer.Ordinal);

    /// <summary>What the server wrote about itself: <c>redis-ver</c>, <c>ctime</c>, <c>used-mem</c> …</summary>
    public IReadOnlyDictionary<string, string> Auxiliaries => auxiliary;

    /// <summary>Where in the file it is.</summary>
    public long Position => source.Position;

    /// <summary>Which keys' values are wanted; none without it.</summary>
    public Func<int, byte[], bool>? Wants { get; init; }

    /// <summary>Reads the entries, and at the end the rest of the file, so that the digest has all of it.</summary>
    /// <exception cref="NotSupportedException">It holds something that is not known here.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public IEnumerable<RdbEntry> Read()
    {
        var value = new RdbValue(source);
        source.Skip(9);
        var database = 0;
        long? expiry = null;
        while (true)
        {
            var before = source.Position;
            var operation = source.ReadByte();
            switch (operation)
            {
                case End:
                    Finish();
                    yield break;
                case SelectDatabase:
                    database = (int)value.ReadLength();
                    break;
                case ExpirySeconds:
                    expiry = (int)source.ReadNumber(4, bigEndian: false) * 1000L;
                    break;
                case ExpiryMilliseconds:
                    expiry = (long)source.ReadNumber(8, bigEndian: false);
                    break;
                case Resize:
                    value.ReadLength();
                    value.ReadLength();
                    break;
                case SlotInfo:
                    value.ReadLength();
                    value.ReadLength();
                    value.ReadLength();
                    break;
                case Frequency:
                    source.ReadByte();
                    break;
                case Idle:
                    value.ReadLength();
                    break;
                case Auxiliary:
                    var name = Encoding.UTF8.GetString(value.ReadString());
                    auxiliary[name] = Encoding.UTF8.GetString(value.ReadString());
                    break;
                case Function:
                    yield return Take(value, RdbEntryKind.Function, 0, operation, null);
                    break;
                case ModuleData:
                    value.ReadLength();
                    value.ReadLength();
                    value.ReadLength();
                    value.SkipModule();
                    yield return new RdbEntry(RdbEntryKind.ModuleData, database, [], null, source.Position - before);
                    break;
                case FunctionBefore:
                    throw new NotSupportedException("functions of a release candidate of Redis 7.0 are not known here");
                case > 200:
                    throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture, $"parts of kind {operation} are not known here"));
                default:
                    yield return Take(value, RdbEntryKind.Key, database, operation, expiry);
                    expiry = null;
                    break;
            }
        }
    }

    /// <summary>Reads the rest without understanding it, so that the digest has all of the file.</summary>
    public void Drain() => source.Drain();

    private RdbEntry Take(RdbValue value, RdbEntryKind kind, int database, byte type, long? expiry)
    {
        var key = kind == RdbEntryKind.Key ? value.ReadString() : [];
        var wanted = Wants?.Invoke(database, key) == true;
        if (wanted)
        {
            source.Keep(kept, LargestPayload);
            kept.Write([type]);
        }

        var begin = source.Position;
        if (kind == RdbEntryKind.Key)
        {
            value.Skip(type);
        }
        else
        {
            value.SkipString();
        }

        source.KeepNoMore();
        return new RdbEntry(kind, database, key, expiry, source.Position - begin) { Payload = wanted && !source.IsTooLarge ? kept.WrittenMemory : null };
    }

    private void Finish()
    {
        var left = source.Drain();
        var footer = digest.Version >= 5 ? sizeof(ulong) : 0;
        if (left != footer)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{left} bytes follow its end where {footer} should: it is damaged."));
        }
    }
}
