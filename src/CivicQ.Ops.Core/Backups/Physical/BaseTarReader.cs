using System.Buffers.Binary;
using System.Text;

namespace CivicQ.Ops.Core.Backups.Physical;

/// <summary>
/// Takes a base backup's tar apart while its bytes pass, in the ustar form that PostgreSQL writes: nothing is held but one header. What PostgreSQL
/// would not write, a path that leads out of the folder among it, ends it.
/// </summary>
/// <param name="sink">Gets the files.</param>
internal sealed class BaseTarReader(IBaseSink sink)
{
    private const int Block = 512;
    private readonly byte[] header = new byte[Block];
    private int have;
    private int zeros;
    private long left;
    private int padding;
    private bool inside;

    /// <summary>What is wrong with it; <see langword="null"/> where nothing is so far.</summary>
    public string? Damage { get; private set; }

    /// <summary>True when the tar's end has come.</summary>
    public bool IsEnded => zeros >= 2;

    /// <summary>Takes the next bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && Damage is null)
        {
            if (left > 0)
            {
                var take = (int)Math.Min(left, bytes.Length);
                sink.Data(bytes[..take]);
                left -= take;
                bytes = bytes[take..];
                EndWhereOver();
            }
            else if (padding > 0)
            {
                var take = Math.Min(padding, bytes.Length);
                Damage = bytes[..take].ContainsAnyExcept((byte)0) ? "There is something between two files of the tar." : null;
                padding -= take;
                bytes = bytes[take..];
            }
            else
            {
                var take = Math.Min(Block - have, bytes.Length);
                bytes[..take].CopyTo(header.AsSpan(have));
                have += take;
                bytes = bytes[take..];
                if (have == Block)
                {
                    have = 0;
                    Read();
                }
            }
        }
    }

    /// <summary>Says what is wrong, after the last byte.</summary>
    public string? End() => Damage ?? (IsEnded && have == 0 && !inside ? null : "The tar ends too early.");

    private void Read()
    {
        if (!header.AsSpan().ContainsAnyExcept((byte)0))
        {
            zeros++;
            return;
        }

        var type = (char)header[156];
        var path = Text(0, 100);
        var size = Number(124, 12);
        if (IsEnded)
        {
            Damage = "There is something behind the tar's end.";
        }
        else if (zeros > 0 || size is null || Number(148, 8) != Sum())
        {
            Damage = "A header of the tar is damaged.";
        }
        else if (type is not ('0' or '\0' or '5'))
        {
            Damage = type is '1' or '2' ? $"'{path}' is a link: tablespaces outside of the data directory are not in such a backup." : $"'{path}' is neither file nor folder.";
        }
        else if (!IsWithin(path))
        {
            Damage = $"'{path}' leads out of the data directory.";
        }
        else
        {
            var folder = type == '5';
            left = folder ? 0 : size.Value;
            padding = (int)((Block - (left % Block)) % Block);
            inside = true;
            sink.Begin(new BaseFile(path.TrimEnd('/'), folder, left));
            EndWhereOver();
        }
    }

    private void EndWhereOver()
    {
        if (left == 0)
        {
            inside = false;
            sink.End();
        }
    }

    private static bool IsWithin(string path) =>
        path.Length > 0 && path[0] != '/' && !path.Contains('\\', StringComparison.Ordinal) && !path.Contains(':', StringComparison.Ordinal)
        && path.TrimEnd('/').Split('/').All(part => part is not ("" or ".."));

    private string Text(int start, int length)
    {
        var field = header.AsSpan(start, length);
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    // Octal; from 8 GiB on the size is binary, which the highest bit says.
    private long? Number(int start, int length)
    {
        var field = header.AsSpan(start, length);
        if ((field[0] & 0x80) != 0)
        {
            var value = BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
            return value < 0 ? null : value;
        }

        long result = 0;
        foreach (var letter in Encoding.ASCII.GetString(field).Trim(' ', '\0'))
        {
            if (letter is < '0' or > '7')
            {
                return null;
            }

            result = (result * 8) + (letter - '0');
        }

        return result;
    }

    // The sum of the header's bytes, with spaces in place of the sum itself.
    private long Sum()
    {
        long sum = 8 * ' ';
        for (var i = 0; i < Block; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : header[i];
        }

        return sum;
    }
}
