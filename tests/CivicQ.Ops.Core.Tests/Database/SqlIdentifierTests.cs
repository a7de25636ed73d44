using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Tests.Database;

public class SqlIdentifierTests
{
    [Theory]
    [InlineData("users", "\"users\"")]
    [InlineData("Users", "\"Users\"")]
    [InlineData("two words", "\"two words\"")]
    [InlineData("say \"hello\"", "\"say \"\"hello\"\"\"")]
    [InlineData("\"; DROP TABLE users; --", "\"\"\"; DROP TABLE users; --\"")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("back\\slash", "\"back\\slash\"")]
    [InlineData("Straße_日本語_🗳", "\"Straße_日本語_🗳\"")]
    [InlineData("line\nbreak", "\"line\nbreak\"")]
    [InlineData(" ", "\" \"")]
    public void A_name_stays_itself(string name, string quoted) => Assert.Equal(quoted, SqlIdentifier.Quote(name));

    [Fact]
    public void Schema_and_name_are_quoted_apart() => Assert.Equal("\"a.b\".\"c\"\"d\"", SqlIdentifier.Quote("a.b", "c\"d"));

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("ä123456789012345678901234567890123456789012345678901234567890123")]
    public void What_cannot_be_a_name_is_refused(string name)
    {
        Assert.Equal(DatabaseErrors.IdentifierInvalid, Assert.Throws<OperationException>(() => SqlIdentifier.Quote(name)).Definition);
        Assert.Equal(DatabaseErrors.IdentifierInvalid, Assert.Throws<OperationException>(() => SqlIdentifier.Quote("public", name)).Definition);
    }

    // Not in an attribute: metadata cannot hold half a character.
    [Fact]
    public void Half_a_character_is_refused() => What_cannot_be_a_name_is_refused("half " + '\ud83d');

    [Fact]
    public void A_name_as_long_as_the_server_keeps_is_quoted() => Assert.Equal(65, SqlIdentifier.Quote(new string('x', SqlIdentifier.MaximumBytes)).Length);
}
