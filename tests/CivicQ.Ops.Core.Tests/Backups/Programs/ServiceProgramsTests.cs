using CivicQ.Ops.Core.Backups.Programs;

namespace CivicQ.Ops.Core.Tests.Backups.Programs;

public sealed class ServiceProgramsTests
{
    private const string Socket = "pg_dump: error: connection to server on socket \"/var/run/postgresql/.s.PGSQL.5432\" failed: ";

    [Theory]
    [InlineData(Socket + "No such file or directory")]
    [InlineData(Socket + "Connection refused")]
    [InlineData("pg_dump: error: could not connect to server: No such file or directory")]
    [InlineData(Socket + "fe_sendauth: no password supplied")]
    [InlineData(Socket + "FATAL:  Peer authentication failed for user \"civicq\"")]
    [InlineData(Socket + "FATAL:  password authentication failed for user \"civicq\"")]
    [InlineData(Socket + "FATAL:  no pg_hba.conf entry for host \"[local]\", user \"civicq\", database \"civicq\", no encryption")]
    [InlineData(Socket + "FATAL:  pg_hba.conf rejects connection for host \"[local]\", user \"civicq\", database \"civicq\", no encryption")]
    public void A_socket_without_the_server_and_a_login_that_is_refused_are_known(string line) => Assert.True(ServicePrograms.IsRefusal(line));

    [Theory]
    [InlineData(Socket + "FATAL:  sorry, too many clients already")]
    [InlineData(Socket + "FATAL:  the database system is starting up")]
    [InlineData(Socket + "FATAL:  the database system is shutting down")]
    [InlineData(Socket + "FATAL:  database \"nothing\" does not exist")]
    [InlineData("pg_restore: error: could not open input file \"x\": No such file or directory")]
    public void What_the_server_itself_says_is_no_refusal(string line) => Assert.False(ServicePrograms.IsRefusal(line));
}
