using CivicQ.Ops.Core.Backups.Programs;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Backups.Programs;

/// <summary>What PostgreSQL's programs on this machine are told.</summary>
public sealed class LocalProgramsTests
{
    [Theory]
    [InlineData("from the address", "from the variable", "from the address")]
    [InlineData(null, "from the variable", "from the variable")]
    [InlineData("", "from the variable", "from the variable")]
    [InlineData(null, "", null)]
    [InlineData(null, null, null)]
    public void The_password_is_the_one_that_the_modules_own_connection_takes(string? address, string? variable, string? expected)
    {
        var given = LocalPrograms.Password(new NpgsqlConnectionStringBuilder { Password = address }, name => name == "PGPASSWORD" ? variable : null);
        Assert.Equal(expected, given);
    }

    [Theory]
    [InlineData("civicq", "dbname='civicq'")]
    [InlineData("it's", @"dbname='it\'s'")]
    [InlineData(@"a\b", @"dbname='a\\b'")]
    [InlineData("host=elsewhere", "dbname='host=elsewhere'")]
    public void The_name_of_a_database_is_never_an_address(string name, string expected) => Assert.Equal(expected, LocalPrograms.DatabaseArgument(name));
}
