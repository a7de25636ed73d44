namespace CivicQ.Help.Problems;

/// <summary>Something that is wrong with the help, in the form that MSBuild and editors understand.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Rule">What kind of thing.</param>
/// <param name="Message">What is wrong, and with what.</param>
internal sealed record HelpProblem(string Path, int Line, HelpRule Rule, string Message)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path}({Line}): error HELP{(int)Rule:000}: {Message}");
}
