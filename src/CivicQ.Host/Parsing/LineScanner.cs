using System.Text;

namespace CivicQ.Host.Parsing;

/// <summary>A place in a line: what stands there, quoted text, and what is between the words.</summary>
internal sealed class LineScanner(string text)
{
    /// <summary>The whole line.</summary>
    public string Text { get; } = text;

    /// <summary>Where the current character is.</summary>
    public int At { get; set; }

    /// <summary>Whether the line is read.</summary>
    public bool AtEnd => At >= Text.Length;

    /// <summary>The current character.</summary>
    public char Current => Text[At];

    /// <summary>The character after the current one; NUL where there is none.</summary>
    public char Next => At + 1 < Text.Length ? Text[At + 1] : '\0';

    /// <summary>What was read since a place.</summary>
    public string From(int start) => Text[start..At];

    /// <summary>Quoted text, without its quotes; a doubled quote is one.</summary>
    public string Quoted()
    {
        var quote = Text[At++];
        var value = new StringBuilder();
        while (!AtEnd)
        {
            var c = Current;
            if (c == quote)
            {
                At++;
                if (AtEnd || Current != quote)
                {
                    return value.ToString();
                }

                value.Append(quote);
                At++;
            }
            else if (quote == '"' && c == '`' && At + 1 < Text.Length)
            {
                value.Append(Escape());
            }
            else if (quote == '"' && c == '$' && (char.IsLetter(Next) || Next is '_' or '(' or '{'))
            {
                throw Variable(Text[At..]);
            }
            else
            {
                value.Append(c);
                At++;
            }
        }

        throw new CommandLineException($"The string is missing the terminator: {quote}.", "TerminatorExpectedAtEndOfString");
    }

    /// <summary>What a backtick and a letter stand for.</summary>
    public char Escape()
    {
        At++;
        return Text[At++] switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            'a' => '\a',
            'b' => '\b',
            'e' => '\u001b',
            'f' => '\f',
            'v' => '\v',
            var other => other,
        };
    }

    /// <summary>Reads past white space.</summary>
    public void SkipSpace()
    {
        while (!AtEnd && char.IsWhiteSpace(Current))
        {
            At++;
        }
    }

    /// <summary>Reads past white space and comments: what a data file has between its values.</summary>
    public void SkipBlank()
    {
        while (true)
        {
            SkipSpace();
            if (!AtEnd && Current == '#')
            {
                At = Text.IndexOf('\n', At) is >= 0 and var end ? end : Text.Length;
            }
            else if (!AtEnd && Current == '<' && Next == '#')
            {
                At = Text.IndexOf("#>", At, StringComparison.Ordinal) is >= 0 and var end ? end + 2 : Text.Length;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Reads past white space, comments and semicolons.</summary>
    public void SkipSeparators()
    {
        SkipBlank();
        while (!AtEnd && Current == ';')
        {
            At++;
            SkipBlank();
        }
    }

    /// <summary>The error for what stands here.</summary>
    public CommandLineException Unexpected() =>
        new(AtEnd ? "The line ends too early." : $"Unexpected token '{Text[At..Math.Min(Text.Length, At + 20)]}' in expression or statement.", "UnexpectedToken");

    /// <summary>The error for a variable.</summary>
    public static CommandLineException Variable(string where) =>
        new($"civicq has no variables and no sub-expressions ('{where}'): write the value, or put text with a dollar sign in single quotes.", "VariablesNotSupported");
}
