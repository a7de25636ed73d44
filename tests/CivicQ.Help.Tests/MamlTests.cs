using System.Xml.Linq;

namespace CivicQ.Help.Tests;

public sealed class MamlTests : IDisposable
{
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";
    private readonly HelpFolder help = new();
    private readonly XElement get;

    public MamlTests() => get = help.RunToMaml().Descendants(Command + "command")
        .Single(command => command.Element(Command + "details")!.Element(Command + "name")!.Value == "Get-CivicQSample");

    [Fact]
    public void Each_set_has_its_syntax_with_the_default_one_first()
    {
        var sets = get.Element(Command + "syntax")!.Elements().Select(set => string.Join(' ', set.Elements(Command + "parameter").Select(Name))).ToList();
        Assert.Equal(["Name ThrottleLimit Mode Quiet Environment", "Id ThrottleLimit Mode Quiet Environment"], sets);
    }

    [Fact]
    public void A_parameter_carries_what_its_attributes_say()
    {
        var name = Parameter("Name");
        Assert.Equal("false", name.Attribute("globbing")!.Value);
        Assert.Equal("true", name.Attribute("required")!.Value);
        Assert.Equal("0", name.Attribute("position")!.Value);
        Assert.Equal("True (ByValue)", name.Attribute("pipelineInput")!.Value);
        Assert.Equal("SampleName, sn", name.Attribute("aliases")!.Value);
        Assert.Equal("String[]", name.Element(Dev + "type")!.Element(Maml + "name")!.Value);
        Assert.Equal("true", Parameter("Environment").Attribute("globbing")!.Value);
        Assert.Equal("True (ByPropertyName)", Parameter("Environment").Attribute("pipelineInput")!.Value);
    }

    [Theory]
    [InlineData("ThrottleLimit", "16")]
    [InlineData("Id", "0")]
    [InlineData("Quiet", "False")]
    [InlineData("Name", "None")]
    public void Defaults_come_from_the_attribute_or_the_page(string parameter, string value) =>
        Assert.Equal(value, Parameter(parameter).Element(Dev + "defaultValue")!.Value);

    [Fact]
    public void A_nullable_parameter_shows_its_plain_type() =>
        Assert.Equal("Int64", Parameter("Id").Element(Command + "parameterValue")!.Value);

    [Fact]
    public void Values_of_an_enum_are_listed_in_the_syntax()
    {
        var mode = get.Element(Command + "syntax")!.Descendants(Command + "parameter").First(parameter => Name(parameter) == "Mode");
        Assert.Equal(["Fast", "Careful"], mode.Element(Command + "parameterValueGroup")!.Elements().Select(value => value.Value));
    }

    [Fact]
    public void WhatIf_and_Confirm_belong_to_what_supports_ShouldProcess() =>
        Assert.Equal(["Scope", "Environment", "Confirm", "WhatIf"],
            help.RunToMaml().Descendants(Command + "syntaxItem").Single(set => set.Element(Maml + "name")!.Value == "Clear-CivicQSample")
                .Elements(Command + "parameter").Select(Name));

    [Fact]
    public void Text_code_tables_and_lists_survive()
    {
        Assert.Equal("Gets samples & such.", get.Element(Command + "details")!.Element(Maml + "description")!.Value);
        Assert.Equal(
            ["First code <tag> and bold on two lines.", "Limit  Meaning\n-----  -------\na | b  5 < 6", "- one\n- two"],
            get.Element(Maml + "description")!.Elements().Select(paragraph => paragraph.Value));
    }

    [Fact]
    public void Examples_keep_their_lines_and_what_they_print()
    {
        var first = get.Element(Command + "examples")!.Elements().First();
        Assert.Contains(" Example 1: Pipe ", first.Element(Maml + "title")!.Value, StringComparison.Ordinal);
        Assert.Equal("'a' | Get-CivicQSample -Mode Fast |\n    Where-Object Major -gt 1", first.Element(Dev + "code")!.Value);
        Assert.Equal(["Shows some.", "Major  Minor\n-----  -----"], first.Element(Dev + "remarks")!.Elements().Select(paragraph => paragraph.Value));
    }

    [Fact]
    public void The_first_link_is_the_page_itself()
    {
        var links = get.Element(Command + "relatedLinks")!.Elements()
            .Select(link => (link.Element(Maml + "linkText")!.Value, link.Element(Maml + "uri")!.Value)).ToList();
        Assert.Equal(
            [("Online Version:", "https://example.org/Get-CivicQSample"), ("Clear-CivicQSample", ""), ("Runbook", "https://example.org/runbook#sample")],
            links);
    }

    [Fact]
    public void A_topic_is_at_most_eighty_columns_wide_but_for_its_code()
    {
        var lines = help.ReadTopic("about_Sample").Split('\n');
        Assert.Equal(["TOPIC", "    about_Sample", "", "SHORT DESCRIPTION", "    What a sample is."], lines.Take(5));
        Assert.Contains("        Get-CivicQSample -Name 'a line of code that is left as it is, however long it may be, because it is code'", lines);
        Assert.All(lines.Where(line => !line.StartsWith("        ", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 80));
    }

    public void Dispose() => help.Dispose();

    private static string Name(XElement parameter) => parameter.Element(Maml + "name")!.Value;

    private XElement Parameter(string name) => get.Element(Command + "parameters")!.Elements().Single(parameter => Name(parameter) == name);
}
