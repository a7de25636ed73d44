using System.Globalization;
using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>Reads the head of a revision's file. No Python runs: only texts, None, and lists of texts are understood, which is what Alembic writes.</summary>
internal static partial class MigrationScriptParser
{
    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">Its path, for messages.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="OperationException"><c>MigrationScriptsInvalid</c>.</exception>
    public static MigrationScript Parse(string text, string file)
    {
        var documentation = Documentation().Match(text) is { Success: true } found ? found.Groups["text"].Value : "";
        // What stands in long texts (SQL, documentation) is no code.
        var code = LongText().Replace(text, "''");
        var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (Match assignment in Assignment().Matches(code))
        {
            values[assignment.Groups["name"].Value] = Values(code.AsSpan(assignment.Index + assignment.Length))
                ?? throw Invalid(file, $"{assignment.Groups["name"].Value} is neither a text, nor None, nor a list of texts, so it cannot be read without running the file");
        }

        if (!values.TryGetValue("revision", out var revision) || revision is not [{ Length: > 0 } id] || id.StartsWith('-'))
        {
            throw Invalid(file, "it has no revision = '…'");
        }

        return values.TryGetValue("down_revision", out var down)
            ? new MigrationScript(id, down, file)
            {
                Message = documentation.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "",
                BranchLabels = values.GetValueOrDefault("branch_labels", []),
                DependsOn = values.GetValueOrDefault("depends_on", []),
                CreatedAt = DateTimeOffset.TryParse(CreateDate().Match(documentation).Groups["date"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var created) ? created : null,
            }
            : throw Invalid(file, "it has no down_revision = …");
    }

    // One value at the beginning of the text; null where it is something else.
    private static List<string>? Values(ReadOnlySpan<char> code)
    {
        var result = new List<string>();
        var depth = 0;
        while (true)
        {
            code = depth == 0 ? code.TrimStart(" \t") : code.TrimStart();
            if (code.IsEmpty)
            {
                return null;
            }

            if (depth > 0 && code[0] is '#')
            {
                var end = code.IndexOf('\n');
                code = end < 0 ? [] : code[end..];
                continue;
            }

            if (code[0] is '(' or '[' or '{')
            {
                depth++;
                code = code[1..];
                continue;
            }

            if (depth > 0 && code[0] is ')' or ']' or '}')
            {
                depth--;
                code = code[1..];
            }
            else if (depth > 0 && code[0] == ',')
            {
                code = code[1..];
            }
            else if (code[0] is '"' or '\'')
            {
                var end = code[1..].IndexOf(code[0]);
                if (end < 0 || code.Slice(1, end).IndexOfAny('\\', '\n') >= 0)
                {
                    return null;
                }

                result.Add(code.Slice(1, end).ToString());
                code = code[(end + 2)..];
            }
            else if (code.StartsWith("None") && (code.Length == 4 || !(char.IsLetterOrDigit(code[4]) || code[4] is '_' or '.' or '(')))
            {
                code = code[4..];
            }
            else
            {
                return null;
            }

            if (depth == 0)
            {
                // Nothing but a comment may follow on the line: 'a' + 'b' and the like are not a plain value. A list without brackets (a, b) is.
                var rest = code.TrimStart(" \t");
                if (rest.IsEmpty || rest[0] is '#' or '\r' or '\n' or ';')
                {
                    return result;
                }

                if (rest[0] != ',')
                {
                    return null;
                }

                code = rest[1..].TrimStart(" \t");
                if (code.IsEmpty || code[0] is '#' or '\r' or '\n')
                {
                    return result;
                }
            }
        }
    }

    private static OperationException Invalid(string file, string why) => new(MigrationErrors.ScriptsInvalid, $"{file}: {why}.", file);

    [GeneratedRegex("""\A(?:\s|#[^\n]*\n)*[rRuU]?(?<quote>\"\"\"|'''|"|')(?<text>.*?)\k<quote>""", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Documentation();

    [GeneratedRegex("\"\"\".*?\"\"\"|'''.*?'''", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex LongText();

    [GeneratedRegex(@"^(?<name>revision|down_revision|branch_labels|depends_on)[ \t]*(?::[^=\n]+)?=(?!=)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^\s*Create Date:\s*(?<date>\S.*?)\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex CreateDate();
}
