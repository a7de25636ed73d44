using System.Text.RegularExpressions;

namespace CivicQ.Help.Checks;

/// <summary>Finds the commands of an example and their named parameters. It knows as much of PowerShell's grammar as examples need.</summary>
internal static partial class ExampleScanner
{
    // After these a command begins anew: "$x = Get-…", "foreach ($e in Get-…)", "civicq Get-…".
    private static readonly string[] Openers = ["=", "+=", "in", "&", "&&", "||", ".", "return", "civicq", "sudo", "time"];

    /// <summary>Scans code.</summary>
    /// <param name="code">The example.</param>
    /// <returns>The commands in the order that they appear.</returns>
    public static IReadOnlyList<ExampleCommand> Scan(string code)
    {
        var commands = new List<ExampleCommand>();
        var outer = new Stack<ExampleCommand?>();
        ExampleCommand? current = null;
        var line = 0;
        var continued = false;
        foreach (Match match in Token().Matches(code))
        {
            var token = match.Value;
            var breaks = token.Count(character => character == '\n');
            switch (token[0])
            {
                case '\n' when !continued:
                case ';':
                    current = null;
                    break;
                case '|':
                    current = null;
                    break;
                case '(' or '{':
                    outer.Push(current);
                    current = null;
                    break;
                case ')' or '}':
                    current = outer.Count > 0 ? outer.Pop() : null;
                    break;
                case '\n' or ' ' or '\t' or '\r' or '#' or '`':
                    break;
                case '-' when current is not null && Parameter().Match(token) is { Success: true } parameter:
                    current.Parameters.Add((parameter.Groups["name"].Value, [], line));
                    break;
                default:
                    if (Openers.Contains(token, StringComparer.OrdinalIgnoreCase))
                    {
                        current = null;
                    }
                    else if (current is null)
                    {
                        current = new ExampleCommand(token, line, []);
                        commands.Add(current);
                    }
                    else if (current.Parameters.Count > 0)
                    {
                        AddValues(current, token);
                    }

                    break;
            }

            // A pipe or a backtick at the end of a line carries the command over to the next.
            continued = token[0] is '|' or '`' || (continued && token[0] is ' ' or '\t' or '\r' or '\n' or '#');
            line += breaks;
        }

        return commands;
    }

    // "-Component Database, Cache": values go on as long as commas hold them together; anything after is positional.
    private static void AddValues(ExampleCommand command, string token)
    {
        var (name, values, line) = command.Parameters[^1];
        if (values.Length == 0 || values[^1].EndsWith(',') || token[0] == ',')
        {
            command.Parameters[^1] = (name, [.. values, token], line);
        }
    }

    /// <summary>The plain words among a parameter's values; variables, expressions and wildcards are no business of the check.</summary>
    /// <param name="values">The values as written.</param>
    /// <returns>The words.</returns>
    public static IEnumerable<string> PlainWords(IEnumerable<string> values) =>
        values.SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(value => value.Trim('\'', '"'))
            .Where(value => Word().IsMatch(value));

    [GeneratedRegex(@"\#[^\n]*|'(?:''|[^'])*',?|""(?:""""|`.|[^""])*"",?|`\r?\n|\r?\n|[ \t\r]+|[;|(){}]|(?:[^\s;|(){}'""`]|(?<=\w)'(?=\w))+|.", RegexOptions.Singleline)]
    private static partial Regex Token();

    [GeneratedRegex(@"^-(?<name>[A-Za-z_]\w*):?")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^[A-Za-z]\w*$")]
    private static partial Regex Word();
}
