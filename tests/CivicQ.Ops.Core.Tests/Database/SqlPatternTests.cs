using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Tests.Database;

[Collection(DatabaseCollection.Name)]
public class SqlPatternTests(DatabaseFixture server)
{
    [Theory]
    [InlineData("users", "users", true)]
    [InlineData("users", "USERS", true)]
    [InlineData("users", "users2", false)]
    [InlineData("us*", "users", true)]
    [InlineData("*ser*", "users", true)]
    [InlineData("user?", "users", true)]
    [InlineData("user?", "user", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[_.]x", ".x", true)]
    [InlineData("a`*b", "a*b", true)]
    [InlineData("a`*b", "axb", false)]
    [InlineData("a.b", "axb", false)]
    [InlineData("a|b", "a", false)]
    [InlineData("\"; DROP TABLE users; --", "\"; DROP TABLE users; --", true)]
    [InlineData("it's (1)\\d", "it's (1)\\d", true)]
    [InlineData("*", "two\nlines", true)]
    [InlineData("Straße", "Straße", true)]
    public async Task The_server_reads_it_as_PowerShell_does(string pattern, string name, bool fits)
    {
        await using var connection = await server.OpenAsync("pattern");
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT $1 ~* ANY ($2)";
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(DatabaseReader.Texts(SqlPattern.Of([pattern])));
        Assert.Equal(fits, await command.ExecuteScalarAsync());
    }

    [Theory]
    [InlineData("a[b")]
    [InlineData("[z-a]")]
    public void A_broken_pattern_is_refused(string pattern) =>
        Assert.Equal(GeneralErrors.NamePatternInvalid, Assert.Throws<OperationException>(() => SqlPattern.Of(pattern)).Definition);

    [Fact]
    public void No_names_are_all_names() => Assert.Null(SqlPattern.Of((IReadOnlyList<string>?)null));
}
