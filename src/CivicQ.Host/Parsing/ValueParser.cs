using System.Collections;
using System.Text;

namespace CivicQ.Host.Parsing;

/// <summary>Reads the values of a line: words, numbers, constants, quoted text, arrays and hashtables.</summary>
internal sealed class ValueParser(LineScanner line)
{
    /// <summary>What ends a word that is not quoted.</summary>
    public const string WordEnd = " \t\r\n|;,(){}'\"";

    private int depth;

    /// <summary>One value as a data file holds it, where each number is a number.</summary>
    public object? Literal()
    {
        depth++;
        var value = List(line.SkipBlank).Value;
        depth--;
        return value;
    }

    /// <summary>One value, or several with commas between them, which are an array.</summary>
    /// <param name="skip">Reads past what may stand around the commas.</param>
    public ArgumentElement List(Action skip)
    {
        var start = line.At;
        var first = Single();
        List<object?>? all = null;
        while (true)
        {
            var end = line.At;
            skip();
            if (line.AtEnd || line.Current != ',')
            {
                line.At = end;
                return all is null ? first : new ArgumentElement(all.ToArray(), line.Text[start..end], ArgumentForm.Literal);
            }

            line.At++;
            skip();
            if (line.AtEnd || line.Current == '|')
            {
                throw new CommandLineException("Missing argument in parameter list.", "MissingArgument");
            }

            all ??= [first.Value];
            all.Add(Single().Value);
        }
    }

    /// <summary>One value.</summary>
    public ArgumentElement Single()
    {
        var start = line.At;
        switch (line.Current)
        {
            case '\'':
            case '"':
                // What follows the closing quote at once is an argument of its own.
                var quoted = line.Quoted();
                return new ArgumentElement(quoted, quoted, ArgumentForm.Literal);
            case '@' when line.Next == '{':
                return new ArgumentElement(Table(), line.From(start), ArgumentForm.Literal);
            case '@' when line.Next == '(':
                return new ArgumentElement(Array(), line.From(start), ArgumentForm.Literal);
            case '(' or '{' or '&':
                throw new CommandLineException("civicq runs cmdlets, not script: expressions, script blocks and operators need PowerShell.", "ScriptNotSupported");
            case ',' or ')' or '}' or ';':
                throw line.Unexpected();
            default:
                return Word();
        }
    }

    private bool AtWordEnd() => line.AtEnd || (WordEnd.Contains(line.Current, StringComparison.Ordinal) && line.Current is not ('\'' or '"'));

    private ArgumentElement Word()
    {
        var word = new StringBuilder();
        var bare = true;
        while (!AtWordEnd())
        {
            if (line.Current is '\'' or '"')
            {
                word.Append(line.Quoted());
                bare = false;
            }
            else if (line.Current == '`' && line.At + 1 < line.Text.Length)
            {
                word.Append(line.Escape());
                bare = false;
            }
            else
            {
                word.Append(line.Text[line.At++]);
            }
        }

        var value = word.ToString();
        if (value.Length == 0)
        {
            throw line.Unexpected();
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
            throw LineScanner.Variable(value);
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

    private object?[] Array()
    {
        line.At += 2;
        depth++;
        var items = new List<object?>();
        while (true)
        {
            line.SkipSeparators();
            if (line.AtEnd)
            {
                throw new CommandLineException("Missing closing ')' in expression.", "MissingEndParenthesisInExpression");
            }

            if (line.Current == ')')
            {
                line.At++;
                depth--;
                return [.. items];
            }

            var element = List(line.SkipBlank);
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
        line.At += 2;
        depth++;
        var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            line.SkipSeparators();
            if (line.AtEnd)
            {
                throw new CommandLineException("The hash literal was incomplete.", "IncompleteHashLiteral");
            }

            if (line.Current == '}')
            {
                line.At++;
                depth--;
                return table;
            }

            var key = Key();
            line.SkipBlank();
            if (line.AtEnd || line.Current != '=')
            {
                throw new CommandLineException("Missing '=' operator after key in hash literal.", "MissingEqualsInHashLiteral");
            }

            line.At++;
            line.SkipBlank();
            if (line.AtEnd)
            {
                throw new CommandLineException("The hash literal was incomplete.", "IncompleteHashLiteral");
            }

            if (table.ContainsKey(key))
            {
                throw new CommandLineException($"Duplicate keys '{key}' are not allowed in hash literals.", "DuplicateKeyInHashLiteral");
            }

            var value = List(line.SkipBlank);
            table.Add(key, value.Value);
        }
    }

    private string Key()
    {
        if (line.Current is '\'' or '"')
        {
            return line.Quoted();
        }

        var start = line.At;
        while (!line.AtEnd && (char.IsLetterOrDigit(line.Current) || line.Current is '_' or '-' or '.'))
        {
            line.At++;
        }

        return line.At > start ? line.From(start) : throw line.Unexpected();
    }
}
