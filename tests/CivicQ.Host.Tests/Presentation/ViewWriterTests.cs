using System.Management.Automation;
using CivicQ.Host.Presentation.Formats;
using CivicQ.Host.Presentation.Views;

namespace CivicQ.Host.Tests.Presentation;

/// <summary>The texts without a view of the module are what pwsh 7 prints for the same objects at 60 columns.</summary>
public sealed class ViewWriterTests : IDisposable
{
    private const string View = """
        <Configuration><ViewDefinitions><View>
          <Name>Sample</Name>
          <ViewSelectedBy><TypeName>CivicQ.Host.Tests.Presentation.SampleRecord</TypeName></ViewSelectedBy>
          GROUP
          <TableControl>
            <TableHeaders>
              <TableColumnHeader><Label>Env</Label><Width>6</Width></TableColumnHeader>
              <TableColumnHeader><Width>8</Width></TableColumnHeader>
              <TableColumnHeader><Label>Value</Label><Width>8</Width><Alignment>Right</Alignment></TableColumnHeader>
              <TableColumnHeader/>
            </TableHeaders>
            <TableRowEntries><TableRowEntry>WRAP<TableColumnItems>
              <TableColumnItem><PropertyName>Environment</PropertyName></TableColumnItem>
              <TableColumnItem><ScriptBlock>[CivicQ.Host.Tests.Presentation.SampleDisplay]::Day($_.Day)</ScriptBlock></TableColumnItem>
              <TableColumnItem><ScriptBlock>[CivicQ.Host.Tests.Presentation.SampleDisplay]::Value($_.Value, $_.Environment)</ScriptBlock></TableColumnItem>
              <TableColumnItem><PropertyName>Detail</PropertyName></TableColumnItem>
            </TableColumnItems></TableRowEntry></TableRowEntries>
          </TableControl>
        </View></ViewDefinitions></Configuration>
        """;

    private readonly string file = Path.GetTempFileName();

    [Fact]
    public void Few_properties_make_a_table() => Assert.Equal(
        "\nA B\n- -\n1 2\n3 4\n\n",
        Show(null, new { A = 1, B = 2 }, new { A = 3, B = 4 }));

    [Fact]
    public void More_than_four_properties_make_a_list() => Assert.Equal(
        "\nA : 1\nB : 2\nC : 3\nD : 4\nE : 1.5\n\nA : 1\nB : 2\nC : 3\nD : 4\nE : 6\n\n",
        Show(null, new { A = 1, B = 2, C = 3, D = 4, E = 1.5 }, new { A = 1, B = 2, C = 3, D = 4, E = 6.0 }));

    [Fact]
    public void Numbers_go_right_and_fractions_have_two_digits_in_tables() => Assert.Equal(
        "\nCount    Mean     Day Name\n-----    ----     --- ----\n    1 1234.57  Monday x\n   20    0.10 Tuesday yy\n\n",
        Show(null, new { Count = 1, Mean = 1234.567, Day = DayOfWeek.Monday, Name = "x" }, new { Count = 20, Mean = 0.1, Day = DayOfWeek.Tuesday, Name = "yy" }));

    [Fact]
    public void A_value_of_several_lines_shows_the_first_in_a_table() => Assert.Equal(
        "\nA      B\n-      -\nline1… x\n\n", Show(null, new { A = "line1\nline2", B = "x" }));

    [Fact]
    public void Collections_show_four_items() => Assert.Equal(
        "\nA             B  C\n-             -  -\n{1, 2, 3, 4…} {} {[x, 1]}\n\n",
        Show(null, new { A = new[] { 1, 2, 3, 4, 5 }, B = Array.Empty<int>(), C = new Dictionary<string, int> { ["x"] = 1 } }));

    [Fact]
    public void Wide_characters_keep_the_columns_straight() => Assert.Equal(
        "\nA      B C\n-      - -\n日本語 e\u0301 x\nab     e\u0301 x\n\n",
        Show(null, new { A = "日本語", B = "e\u0301", C = "x" }, new { A = "ab", B = "e\u0301", C = "x" }));

    [Fact]
    public void A_table_too_wide_is_cut_at_the_right() => Assert.Equal(
        "\nA\n-\nabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghi…\n\n",
        Show(null, new { A = string.Concat(Enumerable.Repeat("abcdefghij", 10)), B = "x" }));

    [Fact]
    public void Scalars_are_lines_of_their_own() => Assert.Equal("str\n12\n1.5\nTrue\n01:00:00\n", Show(null, "str", 12, 1.5, true, TimeSpan.FromHours(1)));

    [Fact]
    public void Objects_made_of_notes_are_shown_by_them()
    {
        var custom = new PSObject();
        custom.Properties.Add(new PSNoteProperty("Name", "x"));
        custom.Properties.Add(new PSNoteProperty("Other", null));
        Assert.Equal("\nName Other\n---- -----\nx\n\n", Show(null, custom));
    }

    [Fact]
    public void Control_characters_of_data_do_not_reach_the_terminal() =>
        Assert.DoesNotContain('\u001b', ShowColoured(new { A = "\u001b[2Jgone" }).Replace("\u001b[32;1m", "", StringComparison.Ordinal).Replace("\u001b[0m", "", StringComparison.Ordinal));

    [Fact]
    public void The_modules_view_decides()
    {
        var views = Views("", "");
        Assert.Equal(
            "\nEnv                Value Detail\n---                ----- ------\nlab    Monday      1 lab fine\ntest   Sunday            a sentence that is longer than the…\n\n",
            Show(views, new SampleRecord("lab", DayOfWeek.Monday, 1, "fine"),
                new SampleRecord("test", DayOfWeek.Sunday, null, "a sentence that is longer than the column that it has")));
    }

    [Fact]
    public void A_view_may_wrap()
    {
        var text = Show(Views("", "<Wrap/>"), new SampleRecord("lab", DayOfWeek.Monday, 1, "a sentence that is longer than the column that it has"));
        Assert.EndsWith("lab    Monday      1 lab a sentence that is longer than the\n" + new string(' ', 25) + "column that it has\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_have_a_heading_each()
    {
        var text = Show(
            Views("<GroupBy><PropertyName>Environment</PropertyName></GroupBy>", ""),
            new SampleRecord("a", DayOfWeek.Monday, 1, "x"), new SampleRecord("a", DayOfWeek.Monday, 2, "x"), new SampleRecord("b", DayOfWeek.Monday, 3, "x"));
        Assert.Equal(["   Environment: a", "   Environment: b"], text.Split('\n').Where(line => line.Contains("Environment:", StringComparison.Ordinal)));
        Assert.Equal(2, text.Split('\n').Count(line => line.StartsWith("Env ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_list_can_be_asked_for_although_the_view_is_a_table() =>
        Assert.Contains("Environment : lab\n", Show(Views("", ""), false, new SampleRecord("lab", DayOfWeek.Monday, 1, "fine")), StringComparison.Ordinal);

    [Fact]
    public void Format_Table_and_Format_List_choose_properties() => Assert.Equal(
        "\nA Gone\n- ----\nx\n\n\nA  : x\nAb : 2\n\n",
        Show(null, new FormattedObject(new { A = "x", Ab = 2 }, true, ["a", "Gone"]), new FormattedObject(new { A = "x", Ab = 2 }, false, ["A*"])));

    [Theory]
    [InlineData("Get-Date", "is not of the form")]
    [InlineData("[CivicQ.Host.Tests.Presentation.SampleDisplay]::Gone($_.Day)", "There is no method")]
    public void A_script_block_of_another_form_is_an_error_that_names_file_and_view(string script, string words)
    {
        File.WriteAllText(file, View.Replace("[CivicQ.Host.Tests.Presentation.SampleDisplay]::Day($_.Day)", script, StringComparison.Ordinal));
        var error = Assert.Throws<FormatException>(() => ViewReader.Read(file, typeof(SampleDisplay).Assembly.GetType));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{file}: view 'Sample'", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(file);

    private static string Show(ViewCatalogue? views, params object[] values) => Show(views, null, values);

    private static string Show(ViewCatalogue? views, bool? table, params object[] values)
    {
        var screen = new TestScreen();
        Write(new ViewWriter(screen.Screen, views ?? ViewCatalogue.Empty, table), values);
        return screen.Text;
    }

    private static string ShowColoured(object value)
    {
        var screen = new TestScreen(colour: true);
        Write(new ViewWriter(screen.Screen, ViewCatalogue.Empty, null), value);
        return screen.Text;
    }

    private static void Write(ViewWriter writer, params object[] values)
    {
        foreach (var value in values)
        {
            writer.Write(value);
        }

        writer.Complete();
    }

    private ViewCatalogue Views(string group, string wrap)
    {
        File.WriteAllText(file, View.Replace("GROUP", group, StringComparison.Ordinal).Replace("WRAP", wrap, StringComparison.Ordinal));
        return new ViewCatalogue([file], typeof(SampleDisplay).Assembly.GetType);
    }
}
