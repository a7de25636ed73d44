namespace CivicQ.Host.Parsing;

/// <summary>
/// Reads a line as PowerShell would, as far as the host goes: commands, pipes, parameters, quoted text, arrays, hashtables and constants.
/// Variables, sub-expressions and script blocks are refused by name, never passed on as text.
/// </summary>
public sealed class LineParser
{
    private readonly LineScanner line;
    private readonly ValueParser values;

    /// <summary>Makes the parser.</summary>
    /// <param name="text">The line.</param>
    public LineParser(string text)
    {
        line = new LineScanner(text);
        values = new ValueParser(line);
    }

    /// <summary>Reads the whole text as one pipeline.</summary>
    /// <exception cref="CommandLineException">The line cannot be read.</exception>
    public ParsedPipeline Parse()
    {
        var commands = new List<ParsedCommand>();
        while (true)
        {
            line.SkipBlank();
            if (line.AtEnd || line.Current == '|')
            {
                throw new CommandLineException("An empty pipe element is not allowed.", "EmptyPipeElement");
            }

            commands.Add(Command());
            line.SkipSeparators();
            if (line.AtEnd)
            {
                return new ParsedPipeline(commands, line.Text);
            }

            if (line.Current != '|')
            {
                throw line.Unexpected();
            }

            line.At++;
        }
    }

    /// <summary>Reads the whole text as one literal value, as a data file holds it.</summary>
    /// <exception cref="CommandLineException">The text is no literal.</exception>
    public object? ParseLiteral()
    {
        line.SkipBlank();
        var value = values.Literal();
        line.SkipBlank();
        return line.AtEnd ? value : throw line.Unexpected();
    }

    private ParsedCommand Command()
    {
        var name = values.Single().Text;
        var elements = new List<CommandElement>();
        var onlyArguments = false;
        while (true)
        {
            line.SkipBlank();
            if (line.AtEnd || line.Current is '|' or ';')
            {
                return new ParsedCommand(name, elements);
            }

            if (!onlyArguments && line.Current == '-' && line.Next == '-' && (line.At + 2 == line.Text.Length || char.IsWhiteSpace(line.Text[line.At + 2])))
            {
                line.At += 2;
                onlyArguments = true;
            }
            else
            {
                elements.Add(!onlyArguments && IsParameter() ? Parameter() : values.List(line.SkipSpace));
            }
        }
    }

    private bool IsParameter() => line.Current == '-' && (char.IsLetter(line.Next) || line.Next is '_' or '?');

    private ParameterElement Parameter()
    {
        var start = ++line.At;
        while (!line.AtEnd && !ValueParser.WordEnd.Contains(line.Current, StringComparison.Ordinal) && line.Current != ':')
        {
            line.At++;
        }

        var name = line.From(start);
        if (line.AtEnd || line.Current != ':')
        {
            return new ParameterElement(name, null);
        }

        line.At++;
        line.SkipSpace();
        return line.AtEnd || line.Current == '|'
            ? throw new CommandLineException($"Parameter -{name}: requires an argument.", "ParameterRequiresArgument")
            : new ParameterElement(name, values.List(line.SkipSpace));
    }
}
