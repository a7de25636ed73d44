using System.Text;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>Fills in variables as Compose does: <c>$NAME</c>, <c>${NAME}</c>, and with <c>:-</c>, <c>-</c>, <c>:?</c>, <c>?</c>, <c>:+</c>, <c>+</c>; <c>$$</c> is a dollar.</summary>
internal sealed class ComposeInterpolation(Func<string, string?> read)
{
    /// <summary>Fills in.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">File and line, for errors.</param>
    /// <returns>The text without variables.</returns>
    /// <exception cref="OperationException"><c>ComposeFileInvalid</c>, <c>ComposeVariableMissing</c>.</exception>
    public string Fill(string text, string place)
    {
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            if (text[at] != '$' || at + 1 == text.Length)
            {
                result.Append(text[at++]);
            }
            else if (text[at + 1] == '$')
            {
                result.Append('$');
                at += 2;
            }
            else if (text[at + 1] == '{')
            {
                var end = Close(text, at + 2);
                if (end < 0)
                {
                    throw Invalid(place, text);
                }

                result.Append(Expression(text[(at + 2)..end], place, text));
                at = end + 1;
            }
            else
            {
                var length = NameLength(text.AsSpan(at + 1));
                if (length == 0)
                {
                    throw Invalid(place, text);
                }

                result.Append(read(text.Substring(at + 1, length)));
                at += length + 1;
            }
        }

        return result.ToString();
    }

    private static OperationException Invalid(string place, string text) =>
        new(ComposeErrors.FileInvalid, $"{place}: '{text}' has a $ that begins no variable; write $$ for a dollar.", place);

    private string Expression(string inner, string place, string whole)
    {
        var length = NameLength(inner);
        if (length == 0)
        {
            throw Invalid(place, whole);
        }

        var name = inner[..length];
        var rest = inner.AsSpan(length);
        var value = read(name);
        if (rest.IsEmpty)
        {
            return value ?? "";
        }

        var colon = rest[0] == ':';
        rest = colon ? rest[1..] : rest;
        var there = colon ? !string.IsNullOrEmpty(value) : value is not null;
        if (rest.IsEmpty || rest[0] is not ('-' or '?' or '+'))
        {
            throw Invalid(place, whole);
        }

        var words = rest[1..].ToString();
        return rest[0] switch
        {
            '-' => there ? value! : Fill(words, place),
            '+' => there ? Fill(words, place) : "",
            _ => there ? value! : throw new OperationException(ComposeErrors.VariableMissing, $"{place}: the variable {name} is not set: {Fill(words, place)}", name),
        };
    }

    private static int Close(string text, int start)
    {
        var depth = 1;
        for (var at = start; at < text.Length; at++)
        {
            depth += text[at] == '}' ? -1 : text[at] == '{' && text[at - 1] == '$' ? 1 : 0;
            if (depth == 0)
            {
                return at;
            }
        }

        return -1;
    }

    private static int NameLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetter(text[length]) || text[length] == '_' || (length > 0 && char.IsAsciiDigit(text[length]))))
        {
            length++;
        }

        return length;
    }
}
