using System.Management.Automation;

namespace CivicQ.Host.Tests.Engine;

/// <summary>Wildcards as PowerShell matches them.</summary>
public sealed class WildcardPatternTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*c", "abbbc", true)]
    [InlineData("a*c", "ABC", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("[abc]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[a-c]x", "Bx", true)]
    [InlineData("[]]", "]", true)]
    [InlineData("[.+]", "+", true)]
    [InlineData("[^a]", "^", true)]
    [InlineData("`*", "*", true)]
    [InlineData("`*", "x", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("line*", "line\nnext", true)]
    [InlineData("(a|b)+$", "(a|b)+$", true)]
    public void A_pattern_matches_the_whole_text(string pattern, string text, bool expected) =>
        Assert.Equal(expected, new WildcardPattern(pattern, WildcardOptions.IgnoreCase).IsMatch(text));

    [Fact]
    public void Case_counts_unless_told_otherwise() => Assert.False(new WildcardPattern("a*").IsMatch("ABC"));

    [Fact]
    public void A_set_without_an_end_is_an_error() => Assert.Throws<WildcardPatternException>(() => new WildcardPattern("[abc"));

    [Theory]
    [InlineData("a*b?[c]")]
    [InlineData("plain")]
    public void What_is_escaped_matches_itself_alone(string text)
    {
        var escaped = WildcardPattern.Escape(text);
        Assert.False(WildcardPattern.ContainsWildcardCharacters(escaped));
        Assert.True(new WildcardPattern(escaped).IsMatch(text));
        Assert.Equal(text, WildcardPattern.Unescape(escaped));
    }

    [Theory]
    [InlineData("a*", true)]
    [InlineData("a`*", false)]
    [InlineData("a]", true)]
    [InlineData("abc", false)]
    public void Wildcard_characters_are_found_unless_escaped(string text, bool expected) =>
        Assert.Equal(expected, WildcardPattern.ContainsWildcardCharacters(text));
}
