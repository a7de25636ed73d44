namespace CivicQ.Host.Parsing;

/// <summary>Reads a pipeline from argv: a word <c>|</c> parts commands, the shell has done the quoting.</summary>
public static class ArgvParser
{
    /// <summary>Reads the words. One word with white space in it is a line.</summary>
    /// <exception cref="CommandLineException">A command is missing or a word cannot be read.</exception>
    public static ParsedPipeline Parse(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words is [var only] && only.AsSpan().IndexOfAny(" \t|") >= 0)
        {
            return new LineParser(only).Parse();
        }

        var commands = new List<ParsedCommand>();
        var current = new List<string>();
        foreach (var word in words.Append("|"))
        {
            if (word != "|")
            {
                current.Add(word);
                continue;
            }

            commands.Add(current is [var name, .. var rest]
                ? new ParsedCommand(name, Elements(rest))
                : throw new CommandLineException("An empty pipe element is not allowed.", "EmptyPipeElement"));
            current = [];
        }

        return new ParsedPipeline(commands, string.Join(' ', words));
    }

    private static List<CommandElement> Elements(List<string> words)
    {
        var elements = new List<CommandElement>(words.Count);
        var onlyArguments = false;
        foreach (var word in words)
        {
            if (!onlyArguments && word == "--")
            {
                onlyArguments = true;
            }
            else
            {
                elements.Add(!onlyArguments && IsParameter(word) ? Parameter(word) : Word(word));
            }
        }

        return elements;
    }

    private static bool IsParameter(string word) => word.Length > 1 && word[0] == '-' && (char.IsLetter(word[1]) || word[1] is '_' or '?');

    private static ParameterElement Parameter(string word)
    {
        var colon = word.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new ParameterElement(word[1..], null) : new ParameterElement(word[1..colon], Word(word[(colon + 1)..]));
    }

    private static ArgumentElement Word(string word)
    {
        if (Literals.TryConstant(word, out var constant))
        {
            return new ArgumentElement(constant, word, ArgumentForm.Literal);
        }

        if (word.StartsWith("@{", StringComparison.Ordinal) && word.EndsWith('}'))
        {
            return new ArgumentElement(new LineParser(word).ParseLiteral(), word, ArgumentForm.Literal);
        }

        return Literals.TryNumber(word, out var number)
            ? new ArgumentElement(number, word, ArgumentForm.Number)
            : new ArgumentElement(word, word, ArgumentForm.Word);
    }
}
