using System.Globalization;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Passes over the values of a snapshot: every type that Redis writes up to version 12 of the format.</summary>
internal sealed class RdbValue(RdbSource source)
{
    private const int StreamIdentifier = 16;
    private const int Time = 8;

    /// <summary>Passes over a value.</summary>
    /// <exception cref="NotSupportedException">The type is none that is known here.</exception>
    /// <exception cref="InvalidDataException">The value is damaged.</exception>
    public void Skip(byte type)
    {
        switch (type)
        {
            case 0 or 9 or 10 or 11 or 12 or 13 or 16 or 17 or 20:
                SkipString();
                break;
            case 1 or 2 or 14:
                Repeat(SkipString);
                break;
            case 3:
                Repeat(() => { SkipString(); SkipDouble(); });
                break;
            case 4:
                Repeat(() => { SkipString(); SkipString(); });
                break;
            case 5:
                Repeat(() => { SkipString(); source.Skip(sizeof(double)); });
                break;
            case 7:
                ReadLength();
                SkipModule();
                break;
            case 15 or 19 or 21:
                SkipStream(type);
                break;
            case 18:
                Repeat(() => { ReadLength(); SkipString(); });
                break;
            case 24:
                source.Skip(Time);
                Repeat(() => { ReadLength(); SkipString(); SkipString(); });
                break;
            case 25:
                source.Skip(Time);
                SkipString();
                break;
            default:
                throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture, $"values of type {type} are not known here"));
        }
    }

    /// <summary>Passes over what a module wrote: pieces that each say what they are.</summary>
    public void SkipModule()
    {
        while (ReadLength() is not 0 and var piece)
        {
            switch (piece)
            {
                case 1 or 2:
                    ReadLength();
                    break;
                case 3:
                    source.Skip(sizeof(float));
                    break;
                case 4:
                    source.Skip(sizeof(double));
                    break;
                case 5:
                    SkipString();
                    break;
                default:
                    throw Damaged();
            }
        }
    }

    /// <summary>Reads a length.</summary>
    public ulong ReadLength() => ReadLength(out var encoded) is var length && !encoded ? length : throw Damaged();

    /// <summary>Reads a text of moderate size: a key, a name.</summary>
    public byte[] ReadString()
    {
        var length = ReadLength(out var encoded);
        if (!encoded)
        {
            return source.ReadBytes(Moderate(length));
        }

        switch (length)
        {
            case 0:
                return Number((sbyte)source.ReadByte());
            case 1:
                return Number((short)source.ReadNumber(2, bigEndian: false));
            case 2:
                return Number((int)source.ReadNumber(4, bigEndian: false));
            case 3:
                var (packed, whole) = (ReadLength(), ReadLength());
                return Lzf.Expand(source.ReadBytes(Moderate(packed)), Moderate(whole)) ?? throw Damaged();
            default:
                throw Damaged();
        }
    }

    /// <summary>Passes over a text.</summary>
    public void SkipString()
    {
        var length = ReadLength(out var encoded);
        if (encoded && length == 3)
        {
            (length, _) = (ReadLength(), ReadLength());
            encoded = false;
        }

        // Numbers are kept in 1, 2 or 4 bytes.
        source.Skip(!encoded ? length : length <= 2 ? 1ul << (int)length : throw Damaged());
    }

    private static byte[] Number(long number) => System.Text.Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private InvalidDataException Damaged() => new($"what stands at byte {source.Position} makes no sense: it is damaged.");

    // 512 MiB is the most that Redis lets a key or text have.
    private int Moderate(ulong length) => length <= 512 * 1024 * 1024 ? (int)length : throw Damaged();

    private void Repeat(Action one)
    {
        for (var left = ReadLength(); left > 0; left--)
        {
            one();
        }
    }

    private void SkipDouble()
    {
        var length = source.ReadByte();
        // 253 to 255: not a number, and the infinities.
        source.Skip(length < 253 ? (ulong)length : 0);
    }

    private void SkipStream(byte type)
    {
        Repeat(() => { SkipString(); SkipString(); });
        Numbers(type >= 19 ? 8 : 3);
        Repeat(() =>
        {
            SkipString();
            Numbers(type >= 19 ? 3 : 2);
            Repeat(() =>
            {
                source.Skip((ulong)(StreamIdentifier + Time));
                ReadLength();
            });
            Repeat(() =>
            {
                SkipString();
                source.Skip(type >= 21 ? 2ul * Time : Time);
                Repeat(() => source.Skip(StreamIdentifier));
            });
        });
    }

    private void Numbers(int count)
    {
        for (; count > 0; count--)
        {
            ReadLength();
        }
    }

    private ulong ReadLength(out bool encoded)
    {
        var first = source.ReadByte();
        encoded = first >> 6 == 3;
        return (first >> 6) switch
        {
            0 => first,
            1 => ((ulong)(first & 0x3F) << 8) | source.ReadByte(),
            3 => (ulong)(first & 0x3F),
            _ => first switch
            {
                0x80 => source.ReadNumber(4, bigEndian: true),
                0x81 => source.ReadNumber(8, bigEndian: true),
                _ => throw Damaged(),
            },
        };
    }
}
