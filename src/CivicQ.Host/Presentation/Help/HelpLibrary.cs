using System.Xml;
using System.Xml.Linq;

namespace CivicQ.Host.Presentation.Help;

/// <summary>The help that a module ships: the XML of its cmdlets and its about_ topics.</summary>
/// <param name="moduleFolder">The folder of the module's manifest; the help lies in <c>en-US</c> below it.</param>
public sealed class HelpLibrary(string moduleFolder)
{
    private const string TopicEnding = ".help.txt";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";
    private readonly Lazy<IReadOnlyList<CommandHelp>> commands = new(() => Read(Path.Combine(moduleFolder, "en-US")));

    /// <summary>The cmdlets, in the order of the file: by noun, then verb.</summary>
    public IReadOnlyList<CommandHelp> Commands => commands.Value;

    /// <summary>The about_ topics' names.</summary>
    public IReadOnlyList<string> Topics => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "about_*" + TopicEnding).Select(file => Path.GetFileName(file)[..^TopicEnding.Length]).Order(StringComparer.Ordinal)]
        : [];

    private string Folder => Path.Combine(moduleFolder, "en-US");

    /// <summary>The text of a topic.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <returns>The text, or null where there is no such topic.</returns>
    public string? Topic(string name) =>
        Topics.FirstOrDefault(topic => topic.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known
            ? File.ReadAllText(Path.Combine(Folder, known + TopicEnding))
            : null;

    private static IReadOnlyList<CommandHelp> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        try
        {
            return [.. Directory.EnumerateFiles(folder, "*-Help.xml").SelectMany(file => XDocument.Load(file).Descendants(Command + "command")).Select(ReadCommand)];
        }
        catch (XmlException error)
        {
            throw new FormatException($"The help in {folder} is damaged: {error.Message}", error);
        }
    }

    private static CommandHelp ReadCommand(XElement command) => new(
        Text(command.Element(Command + "details"), Command + "name"),
        string.Join(" ", Paragraphs(command.Element(Command + "details")?.Element(Maml + "description"))),
        Paragraphs(command.Element(Maml + "description")),
        [.. Children(command, Command + "syntax").Select(SyntaxLine)],
        [.. Children(command, Command + "parameters").Select(ReadParameter)],
        Types(command, Command + "inputTypes"),
        Types(command, Command + "returnValues"),
        [.. Children(command, Maml + "alertSet").SelectMany(Paragraphs)],
        [.. Children(command, Command + "examples").Select(example => new ExampleHelp(
            Text(example, Maml + "title"), Text(example, Dev + "code"), Paragraphs(example.Element(Dev + "remarks"))))],
        [.. Children(command, Command + "relatedLinks").Select(link => $"{Text(link, Maml + "linkText")} {Text(link, Maml + "uri")}".Trim())]);

    private static ParameterHelp ReadParameter(XElement parameter)
    {
        var type = Text(parameter.Element(Dev + "type"), Maml + "name");
        return new ParameterHelp(Text(parameter, Maml + "name"), type == "SwitchParameter" ? string.Empty : type, Paragraphs(parameter.Element(Maml + "description")),
        [
            ("Required?", Attribute(parameter, "required")),
            ("Position?", Attribute(parameter, "position")),
            ("Default value", Text(parameter, Dev + "defaultValue")),
            ("Accept pipeline input?", Attribute(parameter, "pipelineInput")),
            ("Aliases", Attribute(parameter, "aliases")),
            ("Accept wildcard characters?", Attribute(parameter, "globbing")),
        ]);
    }

    // "Get-X [[-Name] <String>] -Mode {A | B} [-Force] [<CommonParameters>]"
    private static string SyntaxLine(XElement item)
    {
        var parameters = item.Elements(Command + "parameter").Select(parameter =>
        {
            var required = Attribute(parameter, "required") == "true";
            var positional = Attribute(parameter, "position") != "named";
            var values = Children(parameter, Command + "parameterValueGroup").Select(value => value.Value).ToList();
            var value = values.Count > 0 ? $" {{{string.Join(" | ", values)}}}"
                : parameter.Element(Command + "parameterValue") is { } type ? $" <{type.Value}>" : string.Empty;
            var name = positional ? $"[-{Text(parameter, Maml + "name")}]" : $"-{Text(parameter, Maml + "name")}";
            return required ? name + value : $"[{name}{value}]";
        });
        return string.Join(' ', parameters.Prepend(Text(item, Maml + "name")).Append("[<CommonParameters>]"));
    }

    private static IReadOnlyList<(string Type, IReadOnlyList<string> Text)> Types(XElement command, XName section) =>
        [.. Children(command, section).Select(entry => (Text(entry.Element(Dev + "type"), Maml + "name"), Paragraphs(entry.Element(Maml + "description"))))];

    private static IEnumerable<XElement> Children(XElement parent, XName section) => parent.Element(section)?.Elements() ?? [];

    private static IReadOnlyList<string> Paragraphs(XElement? parent) => [.. parent?.Elements(Maml + "para").Select(paragraph => paragraph.Value) ?? []];

    private static string Text(XElement? parent, XName name) => parent?.Element(name)?.Value ?? string.Empty;

    private static string Attribute(XElement element, string name) => element.Attribute(name)?.Value ?? string.Empty;
}
