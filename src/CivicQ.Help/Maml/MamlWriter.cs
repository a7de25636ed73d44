using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using CivicQ.Help.Metadata;
using CivicQ.Help.Pages;

namespace CivicQ.Help.Maml;

/// <summary>Writes the XML that Get-Help reads: what the pages say, and what the metadata says about syntax and parameters.</summary>
/// <param name="shared">The shared descriptions, by parameter name.</param>
internal sealed class MamlWriter(IReadOnlyDictionary<string, HelpEntry> shared)
{
    private const int TitleWidth = 64;
    private const string DefaultMark = "Default value:";
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>Makes the document.</summary>
    /// <param name="topics">The cmdlets with their pages.</param>
    /// <returns>The help of the assembly.</returns>
    public XDocument Write(IEnumerable<(CmdletMetadata Cmdlet, HelpPage Page)> topics) => new(
        new XDeclaration("1.0", "utf-8", null),
        new XElement(Msh + "helpItems", new XAttribute("schema", "maml"), topics.Select(topic => WriteCommand(topic.Cmdlet, topic.Page))));

    private XElement WriteCommand(CmdletMetadata cmdlet, HelpPage page) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", cmdlet.Name),
            new XElement(Command + "verb", cmdlet.Verb),
            new XElement(Command + "noun", cmdlet.Noun),
            new XElement(Maml + "description", Paragraphs(page.Synopsis.Text))),
        new XElement(Maml + "description", Paragraphs(page.Description)),
        new XElement(Command + "syntax", cmdlet.ParameterSets.Select(set => WriteSyntax(cmdlet, page, set))),
        new XElement(
            Command + "parameters",
            cmdlet.Parameters.OrderBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase)
                .Select(parameter => WriteParameter(page, parameter, Merge(parameter), inSyntax: false))),
        new XElement(Command + "inputTypes", WriteTypes(Command + "inputType", page.Inputs ?? Inputs(cmdlet))),
        new XElement(Command + "returnValues", WriteTypes(Command + "returnValue", page.Outputs ?? [])),
        new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(page.Notes))),
        new XElement(Command + "examples", page.Examples.Select(WriteExample)),
        new XElement(
            Command + "relatedLinks",
            Link("Online Version:", page.OnlineVersion ?? string.Empty),
            page.Links.Select(link => Link(link.Text, Uri.IsWellFormedUriString(link.Address, UriKind.Absolute) ? link.Address : string.Empty))));

    private XElement WriteSyntax(CmdletMetadata cmdlet, HelpPage page, string set) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", cmdlet.Name),
        cmdlet.InSet(set).Select(pair => WriteParameter(page, pair.Parameter, pair.Set, inSyntax: true)));

    private XElement WriteParameter(HelpPage page, ParameterMetadata parameter, ParameterSetMetadata set, bool inSyntax)
    {
        var text = (page.Parameters.FirstOrDefault(entry => entry.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase))
            ?? shared.GetValueOrDefault(parameter.Name))?.Text ?? [];
        var declared = text.FirstOrDefault(paragraph => paragraph.StartsWith(DefaultMark, StringComparison.OrdinalIgnoreCase));
        var fallback = declared?[DefaultMark.Length..].Trim().TrimEnd('.') ?? parameter.DefaultValue ?? (parameter.IsSwitch ? "False" : "None");
        return new XElement(
            Command + "parameter",
            new XAttribute("required", Flag(set.Mandatory)),
            new XAttribute("variableLength", "true"),
            new XAttribute("globbing", Flag(parameter.Wildcards)),
            new XAttribute("pipelineInput", Pipeline(set)),
            new XAttribute("position", set.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            new XElement(Maml + "description", Paragraphs(text.Where(paragraph => paragraph != declared))),
            inSyntax && parameter.Values.Count > 0
                ? new XElement(
                    Command + "parameterValueGroup",
                    parameter.Values.Select(value => Value(value, required: false)))
                : null,
            parameter.IsSwitch && inSyntax ? null : Value(parameter.ShortTypeName, required: !parameter.IsSwitch),
            new XElement(Dev + "type", new XElement(Maml + "name", parameter.ShortTypeName), new XElement(Maml + "uri")),
            new XElement(Dev + "defaultValue", Clean(fallback)));
    }

    private static XElement Value(string name, bool required) => new(
        Command + "parameterValue", new XAttribute("required", Flag(required)), new XAttribute("variableLength", "false"), name);

    private static XElement WriteExample(HelpExample example, int index)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $" Example {index + 1}: {example.Title} ");
        var rule = new string('-', Math.Max(2, (TitleWidth - title.Length) / 2));
        return new XElement(
            Command + "example",
            new XElement(Maml + "title", Clean(rule + title + rule)),
            new XElement(Dev + "code", Clean(example.Code)),
            new XElement(Dev + "remarks", Paragraphs(example.Remarks)));
    }

    private static IEnumerable<XElement> WriteTypes(XName element, IEnumerable<HelpEntry> types) => types.Select(type => new XElement(
        element,
        new XElement(Dev + "type", new XElement(Maml + "name", type.Name)),
        new XElement(Maml + "description", Paragraphs(type.Text))));

    private static IEnumerable<HelpEntry> Inputs(CmdletMetadata cmdlet)
    {
        var types = cmdlet.Parameters.Where(parameter => parameter.TakesPipeline).Select(parameter => parameter.TypeName)
            .Distinct(StringComparer.Ordinal).DefaultIfEmpty("None");
        return types.Select(type => new HelpEntry(type, 1, []));
    }

    private static XElement Link(string text, string address) => new(
        Maml + "navigationLink", new XElement(Maml + "linkText", Clean(text)), new XElement(Maml + "uri", address));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> text) => text.Select(paragraph => new XElement(Maml + "para", Clean(paragraph)));

    // What a parameter is over all sets, for the list of parameters.
    private static ParameterSetMetadata Merge(ParameterMetadata parameter) => new(
        ParameterSetMetadata.AllSets,
        parameter.Sets.All(set => set.Mandatory),
        parameter.Sets.Select(set => set.Position).FirstOrDefault(position => position is not null),
        parameter.Sets.Any(set => set.ByValue),
        parameter.Sets.Any(set => set.ByPropertyName),
        parameter.Sets.Any(set => set.Remaining));

    private static string Pipeline(ParameterSetMetadata set) => (set.ByPropertyName, set.ByValue) switch
    {
        (true, true) => "True (ByPropertyName, ByValue)",
        (true, false) => "True (ByPropertyName)",
        (false, true) => "True (ByValue)",
        _ => "False",
    };

    private static string Flag(bool value) => value ? "true" : "false";

    // XML has no place for most control characters, not even escaped.
    private static string Clean(string text) => string.Concat(text.Where(character => XmlConvert.IsXmlChar(character) || char.IsSurrogate(character)));
}
