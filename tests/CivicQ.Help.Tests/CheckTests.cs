using CivicQ.Help.Problems;

namespace CivicQ.Help.Tests;

public sealed class CheckTests : IDisposable
{
    private readonly HelpFolder help = new();

    [Fact]
    public void Pages_that_agree_give_no_problem() => Assert.Empty(help.Run());

    [Theory]
    [InlineData("Get-CivicQSample.md", "Gets samples & such.", "Gets.\nAnd more.", nameof(HelpRule.Synopsis), "one line")]
    [InlineData("Get-CivicQSample.md", "Gets samples & such.", "", nameof(HelpRule.Synopsis), "one line")]
    [InlineData("Get-CivicQSample.md", "### -Mode\nHow.", "", nameof(HelpRule.ParameterNotDescribed), "-Mode")]
    [InlineData("Get-CivicQSample.md", "### -Mode\nHow.", "### -Mode\n", nameof(HelpRule.ParameterNotDescribed), "-Mode")]
    [InlineData("_shared.md", "### -Environment\nThe environments.", "", nameof(HelpRule.ParameterNotDescribed), "-Environment of Get-")]
    [InlineData("Get-CivicQSample.md", "### -Id", "### -Gone\nText.\n\n### -Id", nameof(HelpRule.ParameterUnknown), "-Gone")]
    [InlineData("Clear-CivicQSample.md", "### Example 2: Do\n```powershell\nClear-CivicQSample -Scope All -Confirm:$false\n```\n\nClears.\n", "", nameof(HelpRule.Examples), "1 of at least 2")]
    [InlineData("Clear-CivicQSample.md", "Shows what would go.", "", nameof(HelpRule.Examples), "'Look'")]
    [InlineData("Clear-CivicQSample.md", "Clear-CivicQSample -Scope Old", "Get-CivicQSample", nameof(HelpRule.Examples), "does not call")]
    [InlineData("Get-CivicQSample.md", "-Id 5", "-Number 5", nameof(HelpRule.ExampleUnknownName), "-Number")]
    [InlineData("Get-CivicQSample.md", "-Mode Fast", "-Mode Slow", nameof(HelpRule.ExampleUnknownName), "'Slow'")]
    [InlineData("Clear-CivicQSample.md", "-Scope All", "-Scope (Find-CivicQNothing)", nameof(HelpRule.ExampleUnknownName), "Find-CivicQNothing")]
    [InlineData("Get-CivicQSample.md", "### System.Boolean\nWith -Quiet.", "", nameof(HelpRule.Types), "System.Boolean")]
    [InlineData("Get-CivicQSample.md", "### System.Version", "### System.Uri", nameof(HelpRule.Types), "System.Uri")]
    [InlineData("Get-CivicQSample.md", "### System.String", "### System.Guid", nameof(HelpRule.Types), "System.Guid")]
    [InlineData("Sample.psd1", "    'Get-CivicQSample'\n", "", nameof(HelpRule.Manifest), "Get-CivicQSample")]
    [InlineData("Sample.psd1", "'Clear-CivicQSample'", "'Clear-CivicQSample', 'Get-CivicQOther'", nameof(HelpRule.Manifest), "Get-CivicQOther")]
    [InlineData("Get-CivicQSample.md", "## NOTES", "## REMARKS", nameof(HelpRule.Layout), "REMARKS")]
    [InlineData("Get-CivicQSample.md", "# Get-CivicQSample\n", "# Get-CivicQOther\n", nameof(HelpRule.Layout), "title")]
    [InlineData("Get-CivicQSample.md", "Module Name: Sample\n", "", nameof(HelpRule.Layout), "Module Name")]
    [InlineData("about_Sample.md", "## Short description", "## Overview", nameof(HelpRule.Layout), "Short description")]
    [InlineData("Get-CivicQSample.md", "https://example.org/Get-CivicQSample", "Get-CivicQSample.md", nameof(HelpRule.Links), "https")]
    [InlineData("Get-CivicQSample.md", "(Clear-CivicQSample.md)", "(Gone.md)", nameof(HelpRule.Links), "Gone.md")]
    public void Each_check_fires(string file, string old, string text, string rule, string words)
    {
        help.Replace(file, old, text);
        var problems = help.Run();
        var problem = Assert.Single(problems, problem => problem.Rule.ToString() == rule && problem.Message.Contains(words, StringComparison.Ordinal));
        Assert.EndsWith(file == "_shared.md" ? "Get-CivicQSample.md" : file, problem.Path, StringComparison.Ordinal);
        Assert.False(Directory.Exists(help.Output));
    }

    [Fact]
    public void A_cmdlet_without_a_page_and_a_page_without_a_cmdlet_are_named()
    {
        File.Move(Path.Combine(help.Docs, "Clear-CivicQSample.md"), Path.Combine(help.Docs, "Clear-CivicQOther.md"));
        help.Replace("Clear-CivicQOther.md", "# Clear-CivicQSample", "# Clear-CivicQOther");
        var problems = help.Run();
        Assert.Single(problems, problem => problem.Rule == HelpRule.PageMissing && problem.Message.Contains("Clear-CivicQSample", StringComparison.Ordinal));
        Assert.Single(problems, problem => problem.Rule == HelpRule.CmdletMissing && problem.Message.Contains("Clear-CivicQOther", StringComparison.Ordinal));
    }

    [Fact]
    public void A_problem_has_the_form_that_the_build_understands()
    {
        help.Replace("Get-CivicQSample.md", "-Id 5", "-Number 5");
        var text = Assert.Single(help.Run()).ToString();
        var line = File.ReadLines(Path.Combine(help.Docs, "Get-CivicQSample.md")).TakeWhile(line => !line.Contains("-Number", StringComparison.Ordinal)).Count() + 1;
        Assert.Equal($"{Path.Combine(help.Docs, "Get-CivicQSample.md")}({line}): error HELP007: Get-CivicQSample has no parameter -Number.", text);
    }

    public void Dispose() => help.Dispose();
}
