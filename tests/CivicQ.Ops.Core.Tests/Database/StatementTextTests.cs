using CivicQ.Ops.Core.Database;

namespace CivicQ.Ops.Core.Tests.Database;

public class StatementTextTests
{
    private const string Secret = "PLANTED";

    [Theory]
    [InlineData("ALTER ROLE app PASSWORD 'PLANTED'")]
    [InlineData("alter role app with login password\n 'it''s PLANTED' VALID UNTIL 'infinity'")]
    [InlineData("ALTER ROLE app PASSWORD 'PLANTED and cut off")]
    [InlineData("ALTER ROLE app PASSWORD E'a\\'PLANTED'")]
    [InlineData("ALTER ROLE app PASSWORD $$PLANTED$$")]
    [InlineData("ALTER ROLE app PASSWORD $x$PLANTED$x$")]
    [InlineData("CREATE USER MAPPING FOR me SERVER s OPTIONS (user 'x', password 'PLANTED')")]
    [InlineData("CREATE SUBSCRIPTION s CONNECTION 'host=h password=PLANTED dbname=d' PUBLICATION p")]
    [InlineData("SELECT dblink('postgresql://me:PLANTED@host/db')")]
    [InlineData("DO 'BEGIN ALTER ROLE x PASSWORD ''it''''s PLANTED''; END'")]
    [InlineData("UPDATE t SET api_key = 'PLANTED'")]
    [InlineData("SELECT f(secret => 'PLANTED')")]
    [InlineData("INSERT INTO j VALUES ('{\"password\": \"PLANTED\"}')")]
    public void Secrets_are_masked(string statement)
    {
        var clean = StatementText.Clean(statement)!;
        Assert.DoesNotContain(Secret, clean, StringComparison.Ordinal);
        Assert.Contains("***", clean, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT * FROM users WHERE hashed_password = $1 AND name = 'x'")]
    [InlineData("SELECT password_changed_at FROM users")]
    [InlineData("SELECT 1")]
    [InlineData("SELECT 'a' WHERE x = '' AND y = 'b'")]
    [InlineData("")]
    [InlineData(null)]
    public void Other_statements_stay(string? statement) => Assert.Equal(statement, StatementText.Clean(statement));

    [Fact]
    public void The_text_is_not_endless() => Assert.Equal(StatementText.MaximumLength, StatementText.Clean(new string('x', 5000))!.Length);
}
