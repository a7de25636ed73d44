using System.Collections;
using System.Text;

namespace CivicQ.Host.Parsing;

/// <summary>
/// Reads a line as PowerShell would, as far as the host goes: commands, pipes, parameters, quoted text, arrays, hashtables and constants.
/// Variables, sub-expressions and script blocks are refused by name, never passed on as text.
/// </summary>
public sealed class LineParser(string text)
{
    private const string WordEnd = " \t\r\n|;,(){}'\"";
    private int at;
    private int depth;

    private bool AtEnd => at >= text.Length;

    private char Current => text[at];

    /// <summary>Reads the whole text as one pipeline.</summary>
    /// <exception cref="CommandLineException">The line cannot be read.</exception>
    public ParsedPipeline Parse()
    {
        var commands = new List<ParsedCommand>();
        while (true)
        {
            SkipBlank();
            if (AtEnd || Current == '|')
            {
                throw new CommandLineException("An empty pipe element is not allowed.", "EmptyPipeElement");
            }

            commands.Add(Command());
            SkipSeparators();
            if (AtEnd)
            {
                return new ParsedPipeline(commands, text);
            }

            if (Current != '|')
            {
                throw Unexpected();
            }

            at++;
        }
    }

    /// <summary>Reads the whole text as one literal value, as a data file holds it.</summary>
    /// <exception cref="CommandLineException">The text is no literal.</exception>
    public object? ParseLiteral()
    {
        SkipBlank();
        depth++;
        var value = List(SkipBlank).Value;
        SkipBlank();
        return AtEnd ? value : throw Unexpected();
    }

    private ParsedCommand Command()
    {
        var name = Single().Text;
        var elements = new List<CommandElement>();
        var onlyArguments = false;
        while (true)
        {
            SkipBlank();
            if (AtEnd || Current is '|' or ';')
            {
                return new ParsedCommand(name, elements);
            }

            if (!onlyArguments && Current == '-' && at + 1 < text.Length && text[at + 1] == '-' && (at + 2 == text.Length || char.IsWhiteSpace(text[at + 2])))
            {
                at += 2;
                onlyArguments = true;
            }
            else
            {
                elements.Add(!onlyArguments && IsParameter() ? Parameter() : List(SkipSpace));
            }
        }
    }

    private bool IsParameter() => Current == '-' && at + 1 < text.Length && (char.IsLetter(text[at + 1]) || text[at + 1] is '_' or '?');

    private ParameterElement Parameter()
    {
        var start = ++at;
        while (!AtEnd && !WordEnd.Contains(Current, StringComparison.Ordinal) && Current != ':')
        {
            at++;
        }

        var name = text[start..at];
        if (AtEnd || Current != ':')
        {
            return new ParameterElement(name, null);
        }

        at++;
        SkipSpace();
        return AtEnd || Current == '|'
            ? throw new CommandLineException($"Parameter -{name}: requires an argument.", "ParameterRequiresArgument")
            : new ParameterElement(name, List(SkipSpace));
    }

    // One value, or several with commas between them, which are an array.
    private ArgumentElement List(Action skip)
    {
        var start = at;
        var first = Single();
        List<object?>? all = null;
        while (true)
        {
            var end = at;
            skip();
            if (AtEnd || Current != ',')
            {
                at = end;
                return all is null ? first : new ArgumentElement(all.ToArray(), text[start..end], ArgumentForm.Literal);
            }

            at++;
            skip();
            if (AtEnd || Current == '|')
            {
                throw new CommandLineException("Missing argument in parameter list.", "MissingArgument");
            }

            all ??= [first.Value];
            all.Add(Single().Value);
        }
    }

    private ArgumentElement Single()
    {
        var start = at;
        switch (Current)
        {
            case '\'':
            case '"':
                // What follows the closing quote at once is an argument of its own.
                var quoted = Quoted();
                return new ArgumentElement(quoted, quoted, ArgumentForm.Literal);
            case '@' when at + 1 < text.Length && text[at + 1] == '{':
                return new ArgumentElement(Table(), text[start..at], ArgumentForm.Literal);
            case '@' when at + 1 < text.Length && text[at + 1] == '(':
                return new ArgumentElement(Array(), text[start..at], ArgumentForm.Literal);
            case '(' or '{' or '&':
                throw new CommandLineException("civicq runs cmdlets, not script: expressions, script blocks and operators need PowerShell.", "ScriptNotSupported");
            case ',' or ')' or '}' or ';':
                throw Unexpected();
            default:
                return Word();
        }
    }

    private bool AtWordEnd() => AtEnd || (WordEnd.Contains(Current, StringComparison.Ordinal) && Current is not ('\'' or '"'));

    private ArgumentElement Word()
    {
        var word = new StringBuilder();
        var bare = true;
        while (!AtWordEnd())
        {
            if (Current is '\'' or '"')
            {
                word.Append(Quoted());
                bare = false;
            }
            else if (Current == '`' && at + 1 < text.Length)
            {
                word.Append(Escape());
                bare = false;
            }
            else
            {
                word.Append(text[at++]);
            }
        }

        var value = word.ToString();
        if (value.Length == 0)
        {
            throw Unexpected();
        }

        if (!bare)
        {
            return new ArgumentElement(value, value, ArgumentForm.Literal);
        }

        if (Literals.TryConstant(value, out var constant))
        {
            return new ArgumentElement(constant, value, ArgumentForm.Literal);
        }

        if (value[0] == '$' || value.Contains("$(", StringComparison.Ordinal))
        {
            throw Variable(value);
        }

        if (value.TrimStart('1', '2', '3', '4', '5', '6', '*').StartsWith('>') || value[0] == '<')
        {
            throw new CommandLineException($"civicq has no redirection ('{value}'): use the shell's, outside of the line's quotes.", "RedirectionNotSupported");
        }

        // To a command -5 is text, which a number's parameter reads; in an array or a hashtable it is a number.
        return (depth > 0 || value[0] is not ('-' or '+')) && Literals.TryNumber(value, out var number)
            ? new ArgumentElement(number, value, ArgumentForm.Number)
            : new ArgumentElement(value, value, ArgumentForm.Literal);
    }

    private string Quoted()
    {
        var quote = text[at++];
        var value = new StringBuilder();
        while (!AtEnd)
        {
            var c = Current;
            if (c == quote)
            {
                at++;
                if (AtEnd || Current != quote)
                {
                    return value.ToString();
                }

                value.Append(quote);
                at++;
            }
            else if (quote == '"' && c == '`' && at + 1 < text.Length)
            {
                value.Append(Escape());
            }
            else if (quote == '"' && c == '$' && at + 1 < text.Length && (char.IsLetter(text[at + 1]) || text[at + 1] is '_' or '(' or '{'))
            {
                throw Variable(text[at..]);
            }
            else
            {
                value.Append(c);
                at++;
            }
        }

        throw new CommandLineException($"The string is missing the terminator: {quote}.", "TerminatorExpectedAtEndOfString");
    }

    private char Escape()
    {
        at++;
        return text[at++] switch
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

    private object?[] Array()
    {
        at += 2;
        depth++;
        var items = new List<object?>();
        while (true)
        {
            SkipSeparators();
            if (AtEnd)
            {
                throw new CommandLineException("Missing closing ')' in expression.", "MissingEndParenthesisInExpression");
            }

            if (Current == ')')
            {
                at++;
                depth--;
                return [.. items];
            }

            var element = List(SkipBlank);
            if (element.Value is object?[] several && element.Form == ArgumentForm.Literal && !element.Text.StartsWith("@(", StringComparison.Ordinal))
            {
                items.AddRange(several);
            }
            else
            {
                items.Add(element.Value);
            }
        }
    }

    private Hashtable Table()
    {
        at += 2;
        depth++;
        var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            SkipSeparators();
            if (AtEnd)
            {
                throw new CommandLineException("The hash literal was incomplete.", "IncompleteHashLiteral");
            }

            if (Current == '}')
            {
                at++;
                depth--;
                return table;
            }

            var key = Key();
            SkipBlank();
            if (AtEnd || Current != '=')
            {
                throw new CommandLineException("Missing '=' operator after key in hash literal.", "MissingEqualsInHashLiteral");
            }

            at++;
            SkipBlank();
            if (AtEnd)
            {
                throw new CommandLineException("The hash literal was incomplete.", "IncompleteHashLiteral");
            }

            if (table.ContainsKey(key))
            {
                throw new CommandLineException($"Duplicate keys '{key}' are not allowed in hash literals.", "DuplicateKeyInHashLiteral");
            }

            var value = List(SkipBlank);
            table.Add(key, value.Value);
        }
    }

    private string Key()
    {
        if (Current is '\'' or '"')
        {
            return Quoted();
        }

        var start = at;
        while (!AtEnd && (char.IsLetterOrDigit(Current) || Current is '_' or '-' or '.'))
        {
            at++;
        }

        return at > start ? text[start..at] : throw Unexpected();
    }

    private void SkipSpace()
    {
        while (!AtEnd && char.IsWhiteSpace(Current))
        {
            at++;
        }
    }

    // White space and comments: what a data file has between its values.
    private void SkipBlank()
    {
        while (true)
        {
            SkipSpace();
            if (!AtEnd && Current == '#')
            {
                at = text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;
            }
            else if (!AtEnd && Current == '<' && at + 1 < text.Length && text[at + 1] == '#')
            {
                at = text.IndexOf("#>", at, StringComparison.Ordinal) is >= 0 and var end ? end + 2 : text.Length;
            }
            else
            {
                return;
            }
        }
    }

    private void SkipSeparators()
    {
        SkipBlank();
        while (!AtEnd && Current == ';')
        {
            at++;
            SkipBlank();
        }
    }

    private CommandLineException Unexpected() =>
        new(AtEnd ? "The line ends too early." : $"Unexpected token '{text[at..Math.Min(text.Length, at + 20)]}' in expression or statement.", "UnexpectedToken");

    private static CommandLineException Variable(string where) =>
        new($"civicq has no variables and no sub-expressions ('{where}'): write the value, or put text with a dollar sign in single quotes.", "VariablesNotSupported");
}
