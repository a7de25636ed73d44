using System.Xml.Linq;
using CivicQ.Help.Problems;
using CivicQ.Help.Tests.Fixtures;

namespace CivicQ.Help.Tests;

/// <summary>A module's pages in a folder of their own, right until a test changes them.</summary>
internal sealed class HelpFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("civicq-help-");

    public HelpFolder()
    {
        Directory.CreateDirectory(Docs);
        Write("Get-CivicQSample.md", Pages.Get);
        Write("Clear-CivicQSample.md", Pages.Clear);
        Write("_shared.md", Pages.Shared);
        Write("about_Sample.md", Pages.About);
        File.WriteAllText(Manifest, Pages.Manifest);
    }

    public string Docs => Path.Combine(folder.FullName, "docs");

    public string Manifest => Path.Combine(folder.FullName, "Sample.psd1");

    public string Output => Path.Combine(folder.FullName, "en-US");

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(Docs, file), text);

    public void Replace(string file, string old, string text)
    {
        var path = Path.Combine(file.EndsWith(".psd1", StringComparison.Ordinal) ? folder.FullName : Docs, file);
        var before = File.ReadAllText(path);
        Assert.Contains(old, before, StringComparison.Ordinal);
        File.WriteAllText(path, before.Replace(old, text, StringComparison.Ordinal));
    }

    public IReadOnlyList<HelpProblem> Run() =>
        new HelpGenerator(new HelpOptions(typeof(GetCivicQSampleCommand).Assembly.Location, [], Docs, Manifest, Output)).Run();

    public XDocument RunToMaml()
    {
        Assert.Empty(Run());
        return XDocument.Load(Directory.GetFiles(Output, "*-Help.xml").Single());
    }

    public string ReadTopic(string name) => File.ReadAllText(Path.Combine(Output, name + ".help.txt"));

    public void Dispose() => folder.Delete(recursive: true);
}
