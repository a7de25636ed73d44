using CivicQ.Host.Presentation.Help;

namespace CivicQ.Host.Tests.Presentation;

public sealed class HelpTests : IDisposable
{
    private const string Maml = """
        <helpItems schema="maml" xmlns="http://msh">
          <command:command xmlns:maml="http://schemas.microsoft.com/maml/2004/10" xmlns:command="http://schemas.microsoft.com/maml/dev/command/2004/10" xmlns:dev="http://schemas.microsoft.com/maml/dev/2004/10">
            <command:details><command:name>Get-CivicQHealth</command:name><maml:description><maml:para>Checks things.</maml:para></maml:description></command:details>
            <maml:description><maml:para>Asks everybody.</maml:para></maml:description>
            <command:syntax><command:syntaxItem><maml:name>Get-CivicQHealth</maml:name>
              <command:parameter required="true" position="0" pipelineInput="False" aliases="none" globbing="true"><maml:name>Component</maml:name><command:parameterValue>String[]</command:parameterValue></command:parameter>
              <command:parameter required="false" position="named"><maml:name>Mode</maml:name><command:parameterValueGroup><command:parameterValue>A</command:parameterValue><command:parameterValue>B</command:parameterValue></command:parameterValueGroup></command:parameter>
              <command:parameter required="false" position="named"><maml:name>Quiet</maml:name></command:parameter>
            </command:syntaxItem></command:syntax>
            <command:parameters><command:parameter required="true" position="0" pipelineInput="False" aliases="none" globbing="true"><maml:name>Component</maml:name><maml:description><maml:para>Which.</maml:para></maml:description><dev:type><maml:name>String[]</maml:name></dev:type><dev:defaultValue>None</dev:defaultValue></command:parameter></command:parameters>
            <command:examples><command:example><maml:title>--- Example 1 ---</maml:title><dev:code>Get-CivicQHealth</dev:code><dev:remarks><maml:para>All.</maml:para></dev:remarks></command:example></command:examples>
            <command:relatedLinks><maml:navigationLink><maml:linkText>Online Version:</maml:linkText><maml:uri>https://example.org/x</maml:uri></maml:navigationLink></command:relatedLinks>
          </command:command>
        </helpItems>
        """;

    private readonly DirectoryInfo module = Directory.CreateTempSubdirectory("civicq-host-help-");
    private readonly TestScreen output = new(width: 100);
    private readonly TestScreen error = new();

    public HelpTests()
    {
        var folder = module.CreateSubdirectory("en-US").FullName;
        File.WriteAllText(Path.Combine(folder, "CivicQ.Ops.dll-Help.xml"), Maml);
        File.WriteAllText(Path.Combine(folder, "about_CivicQ.help.txt"), "TOPIC\n    about_CivicQ\n");
    }

    [Fact]
    public void A_cmdlets_help_has_PowerShells_sections()
    {
        Assert.Equal(0, Run("get-civicqhealth", "-Full"));
        Assert.Contains("\nSYNOPSIS\n    Checks things.\n", output.Text, StringComparison.Ordinal);
        Assert.Contains("    Get-CivicQHealth [-Component] <String[]> [-Mode {A | B}] [-Quiet] [<CommonParameters>]\n", output.Text, StringComparison.Ordinal);
        Assert.Contains("    -Component <String[]>\n        Which.\n\n        Required?                    true\n", output.Text, StringComparison.Ordinal);
        Assert.Contains("    --- Example 1 ---\n\n    Get-CivicQHealth\n\n    All.\n", output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_examples_can_be_had_alone()
    {
        Assert.Equal(0, Run("Get-CivicQHealth", "--examples"));
        Assert.Contains("Example 1", output.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("SYNTAX", output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void So_can_a_parameter()
    {
        Assert.Equal(0, Run("Get-CivicQHealth", "-Parameter", "component"));
        Assert.StartsWith("\n-Component <String[]>\n    Which.\n", output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Topics_are_shown_as_they_are()
    {
        Assert.Equal(0, Run("about_civicq"));
        Assert.Equal("TOPIC\n    about_CivicQ\n", output.Text);
    }

    [Fact]
    public void Without_a_name_everything_is_listed_by_system()
    {
        Assert.Equal(0, Run());
        Assert.Contains("\nHealth\n    Get-CivicQHealth  Checks things.\n", output.Text, StringComparison.Ordinal);
        Assert.Contains("about_CivicQ", output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Online_gives_the_address()
    {
        Assert.Equal(0, Run("Get-CivicQHealth", "-Online"));
        Assert.Equal("https://example.org/x\n", output.Text);
    }

    [Theory]
    [InlineData("Get-CivicQHelth", "Did you mean Get-CivicQHealth?")]
    [InlineData("xyz", "'civicq help' lists what there is.")]
    public void A_typo_gets_a_suggestion_and_nonsense_does_not(string name, string words)
    {
        Assert.Equal(2, Run(name));
        Assert.Contains(words, error.Text, StringComparison.Ordinal);
        Assert.Empty(output.Text);
    }

    public void Dispose() => module.Delete(recursive: true);

    private int Run(params string[] args) => new HelpCommand(new HelpLibrary(module.FullName), output.Screen, error.Screen).Run(args);
}
