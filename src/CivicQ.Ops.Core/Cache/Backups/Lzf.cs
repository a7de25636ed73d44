namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Expands LZF, by which Redis packs long texts.</summary>
internal static class Lzf
{
    private const int FirstReference = 32;
    private const int LongestShort = 7;

    /// <summary>Expands.</summary>
    /// <returns>The text; <see langword="null"/> where the packed one makes no sense.</returns>
    public static byte[]? Expand(ReadOnlySpan<byte> packed, int length)
    {
        var result = new byte[length];
        var (from, to) = (0, 0);
        while (from < packed.Length)
        {
            int control = packed[from++];
            if (control < FirstReference)
            {
                var count = control + 1;
                if (from + count > packed.Length || to + count > length)
                {
                    return null;
                }

                packed.Slice(from, count).CopyTo(result.AsSpan(to));
                (from, to) = (from + count, to + count);
                continue;
            }

            var size = control >> 5;
            if (size == LongestShort && from < packed.Length)
            {
                size += packed[from++];
            }

            if (from >= packed.Length)
            {
                return null;
            }

            var reference = to - ((control & 0x1F) << 8) - packed[from++] - 1;
            if (reference < 0 || to + size + 2 > length)
            {
                return null;
            }

            // Byte by byte: what is copied may overlap what it makes.
            for (var left = size + 2; left > 0; left--)
            {
                result[to++] = result[reference++];
            }
        }

        return to == length ? result : null;
    }
}
