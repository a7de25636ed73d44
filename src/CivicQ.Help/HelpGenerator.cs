using System.Text;
using System.Xml;
using CivicQ.Help.About;
using CivicQ.Help.Checks;
using CivicQ.Help.Maml;
using CivicQ.Help.Metadata;
using CivicQ.Help.Pages;
using CivicQ.Help.Problems;

namespace CivicQ.Help;

/// <summary>Makes a module's help from its pages and its assembly.</summary>
/// <param name="options">Where things are.</param>
internal sealed class HelpGenerator(HelpOptions options)
{
    private const string SharedPage = "_shared.md";
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Checks everything, and writes the help where nothing is wrong.</summary>
    /// <returns>What is wrong, by file and line.</returns>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public IReadOnlyList<HelpProblem> Run()
    {
        var cmdlets = CmdletReader.Read(options.Assembly, options.References);
        var problems = new List<HelpProblem>();
        var files = Directory.GetFiles(options.Docs, "*.md").Order(StringComparer.Ordinal).ToList();
        var shared = files.Where(file => Path.GetFileName(file) == SharedPage)
            .SelectMany(PageReader.ReadShared)
            .ToDictionary(entry => entry.Name, StringComparer.OrdinalIgnoreCase);
        var pages = files.Where(file => Path.GetFileName(file).Contains('-', StringComparison.Ordinal))
            .Select(file => PageReader.Read(file, problems)).ToList();
        var topics = files.Where(file => Path.GetFileName(file).StartsWith("about_", StringComparison.Ordinal))
            .Select(file => (Name: Path.GetFileNameWithoutExtension(file), Text: AboutTopic.Render(file, problems))).ToList();
        problems.AddRange(ModuleCheck.Check(options.Docs, cmdlets, pages, shared, ModuleManifest.Read(options.Manifest)));
        if (problems.Count > 0)
        {
            return [.. problems.OrderBy(problem => problem.Path, StringComparer.Ordinal).ThenBy(problem => problem.Line)];
        }

        Directory.CreateDirectory(options.Output);
        foreach (var (name, text) in topics)
        {
            File.WriteAllText(Path.Combine(options.Output, name + ".help.txt"), text, Utf8);
        }

        var document = new MamlWriter(shared).Write(cmdlets.Select(cmdlet => (cmdlet, pages.First(page => page.Name == cmdlet.Name))));
        var path = Path.Combine(options.Output, Path.GetFileName(options.Assembly) + "-Help.xml");
        using var writer = XmlWriter.Create(path, new XmlWriterSettings { Indent = true, Encoding = Utf8, NewLineHandling = NewLineHandling.None, NewLineChars = "\n" });
        document.Save(writer);
        return [];
    }
}
