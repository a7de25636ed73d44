using System.Text.RegularExpressions;

namespace CivicQ.Help.Metadata;

/// <summary>The part of a module's manifest that the help has to agree with.</summary>
/// <param name="Path">The manifest.</param>
/// <param name="Cmdlets">CmdletsToExport: each name with its line.</param>
/// <param name="Line">The line where CmdletsToExport begins; 1 where it is missing.</param>
internal sealed partial record ModuleManifest(string Path, IReadOnlyList<(string Name, int Line)> Cmdlets, int Line)
{
    /// <summary>Reads a manifest.</summary>
    /// <param name="path">The .psd1 file.</param>
    /// <returns>What it exports.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ModuleManifest Read(string path)
    {
        // Comments become blanks of the same length, so that lines stay countable.
        var text = Comment().Replace(File.ReadAllText(path), match => match.Groups["text"].Success ? match.Value : new string(' ', match.Length));
        var export = Export().Match(text);
        if (!export.Success)
        {
            return new ModuleManifest(path, [], 1);
        }

        var names = Name().Matches(export.Groups["names"].Value)
            .Select(match => (match.Groups["name"].Value, LineOf(text, export.Groups["names"].Index + match.Index)));
        return new ModuleManifest(path, [.. names], LineOf(text, export.Index));
    }

    private static int LineOf(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;

    [GeneratedRegex(@"(?<text>'(?:''|[^'])*'|""(?:""""|`.|[^""])*"")|\#[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<![\w-])CmdletsToExport\s*=\s*(?:@\((?<names>[^)]*)\)|(?<names>(?:\s*,?\s*'[^'\n]*')+))", RegexOptions.IgnoreCase)]
    private static partial Regex Export();

    [GeneratedRegex(@"['""](?<name>[^'""]+)['""]")]
    private static partial Regex Name();
}
