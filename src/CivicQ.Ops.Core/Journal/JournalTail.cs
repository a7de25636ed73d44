using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Journal;

/// <summary>Finds the last entry of a file from its end, without reading it all.</summary>
internal static class JournalTail
{
    private const int Piece = 64 * 1024;

    /// <summary>The last line that is an intact entry; <see langword="null"/> where there is none, or no file.</summary>
    public static JournalHead? Last(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var stream = new FileStream(path, PrivateFile.Options(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        for (long size = Piece; ; size *= 2)
        {
            var start = Math.Max(0, stream.Length - size);
            var buffer = new byte[stream.Length - start];
            stream.Seek(start, SeekOrigin.Begin);
            stream.ReadExactly(buffer);
            if (Last(buffer, whole: start == 0) is { } head)
            {
                return head;
            }

            if (start == 0)
            {
                return null;
            }
        }
    }

    private static JournalHead? Last(byte[] buffer, bool whole)
    {
        var end = buffer.Length;
        while (end > 0)
        {
            var start = buffer.AsSpan(0, end).LastIndexOf((byte)'\n') + 1;
            if (start == 0 && !whole)
            {
                // The beginning of this line is in front of what was read.
                return null;
            }

            if (JournalLine.Read(buffer.AsMemory(start, end - start), out var intact) is { } entry && intact)
            {
                return new JournalHead(entry.Sequence, entry.Hash);
            }

            end = start - 1;
        }

        return null;
    }
}
