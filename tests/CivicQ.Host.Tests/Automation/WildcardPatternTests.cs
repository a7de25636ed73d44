using System.Management.Automation;

namespace CivicQ.Host.Tests.Automation;

public sealed class WildcardPatternTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*", "abc", true)]
    [InlineData("a*", "ba", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("[ab]c", "bc", true)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[^]x", "^x", true)]
    [InlineData("a`*", "a*", true)]
    [InlineData("a`*", "ab", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("a*", "a\nb", true)]
    [InlineData("(a)+$", "(a)+$", true)]
    [InlineData("A", "a", true)]
    public void A_pattern_matches_the_whole_text(string pattern, string text, bool expected) =>
        Assert.Equal(expected, new WildcardPattern(pattern, WildcardOptions.IgnoreCase).IsMatch(text));

    [Fact]
    public void Case_counts_unless_told_otherwise() => Assert.False(new WildcardPattern("A").IsMatch("a"));

    [Theory]
    [InlineData("a*[b]?`", "a`*`[b`]`?`")]
    public void What_is_escaped_matches_itself(string text, string escaped)
    {
        Assert.Equal(escaped, WildcardPattern.Escape(text));
        Assert.Equal(text, WildcardPattern.Unescape(escaped));
    }

    [Theory]
    [InlineData("abc", false)]
    [InlineData("a*", true)]
    [InlineData("a`*", false)]
    [InlineData("[a]", true)]
    [InlineData(null, false)]
    public void Patterns_are_told_from_names(string? text, bool expected) => Assert.Equal(expected, WildcardPattern.ContainsWildcardCharacters(text));

    [Fact]
    public void A_set_that_does_not_end_is_an_error() => Assert.Throws<WildcardPatternException>(() => new WildcardPattern("[a").IsMatch("a"));
}
