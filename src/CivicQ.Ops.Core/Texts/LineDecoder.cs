using System.Text;

namespace CivicQ.Ops.Core.Texts;

/// <summary>Makes lines of pieces of UTF-8.</summary>
/// <param name="line">Gets each line without its end.</param>
internal sealed class LineDecoder(Action<string> line)
{
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder begun = new();

    /// <summary>Takes a piece.</summary>
    public ValueTask AddAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var text = new char[decoder.GetCharCount(piece.Span, flush: false)];
        decoder.GetChars(piece.Span, text, flush: false);
        foreach (var letter in text)
        {
            if (letter == '\n')
            {
                Tell();
            }
            else
            {
                begun.Append(letter);
            }
        }

        return default;
    }

    /// <summary>Tells the last line where it has no end.</summary>
    public void End()
    {
        if (begun.Length > 0)
        {
            Tell();
        }
    }

    private void Tell()
    {
        var text = begun.ToString().TrimEnd('\r');
        begun.Clear();
        line(text);
    }
}
