using CivicQ.Host.Presentation.Screens;

namespace CivicQ.Host.Tests.Presentation;

public sealed class CellsTests
{
    [Theory]
    [InlineData("abc", 3)]
    [InlineData("日本語", 6)]
    [InlineData("e\u0301", 1)]
    [InlineData("\u001b[32;1mok\u001b[0m", 2)]
    [InlineData("🚀", 2)]
    [InlineData("", 0)]
    public void Width_is_what_a_terminal_takes(string text, int width) => Assert.Equal(width, Cells.Width(text));

    [Theory]
    [InlineData("abcdef", 4, false, "abc…")]
    [InlineData("abcdef", 4, true, "…def")]
    [InlineData("ab", 4, false, "ab  ")]
    [InlineData("ab", 4, true, "  ab")]
    [InlineData("日本語", 4, false, "日… ")]
    [InlineData("\u001b[31mabcdef\u001b[0m", 4, false, "\u001b[31mabc…\u001b[0m")]
    public void Fit_cuts_and_pads(string text, int width, bool right, string expected) => Assert.Equal(expected, Cells.Fit(text, width, right));

    [Theory]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("abcdefghij", 4, "abcd|efgh|ij")]
    [InlineData("a\nb", 5, "a|b")]
    [InlineData("  indented text", 20, "  indented text")]
    [InlineData("日本語日本", 4, "日本|語日|本")]
    [InlineData("", 5, "")]
    public void Wrap_breaks_at_blanks_and_only_else_within_words(string text, int width, string expected) =>
        Assert.Equal(expected, string.Join('|', Cells.Wrap(text, width)));
}
